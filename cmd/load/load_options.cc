#include "cmd/load/load_options.h"

#include <fmt/format.h>

#include "client/address_override.h"
#include "client/capacity.h"
#include "client/reports/shell_quoted.h"
#include "client/source_addresses.h"
#include "cmd/cli/command_line.h"
#include "cmd/cli/exit_code.h"
#include "cmd/cli/read_file.h"
#include "cmd/load/load_driver_options.h"
#include "cmd/load/load_gate_options.h"
#include "cmd/load/load_http_options.h"
#include "common/base/units.h"
#include "common/process/cpu_usage.h"

namespace suite {
namespace {

constexpr std::string_view kDefaultMessage = "hello world\n";
constexpr CommandLine::Range kFromOne{.least = 1};

/// Flag values that need another look once all of them are known.
struct Raw {
  std::optional<std::string> target, host;
  std::vector<std::string> resolve;
  std::optional<std::uint64_t> port;
  std::uint64_t conns = 100, threads = 1, connect_burst = 256;
  std::optional<std::uint64_t> size, server_pid;
  std::optional<double> rate;  // per second
  std::optional<std::string> message, file, source_ip;
  std::string arrivals, latency = "on";
  std::string verify;  // empty: as the protocol has it
  RawHttpFlags http;
  RawGateFlags gates;
  RawDriverFlags driver;
};

constexpr std::string_view kExamples =
    "  suite load --conns 100 --secs 10              # the defaults: an echo server on 127.0.0.1:3900\n"
    "  suite load unix:/run/echo.sock -n 1M -c 64 -D 16 --size 64 --warmup 1s\n"
    "  suite load -R 20k --fail-if 'p99>5ms'         # open loop: 20,000 requests/s, exit 3 where p99 slips\n"
    "  suite load http://127.0.0.1:8080/ -c 100 -D 16 -H 'Accept-Encoding: gzip'\n"
    "  suite load http://127.0.0.1:8080/ -n 50000 --no-keepalive --format ab   # as ab -n 50000 -c 100 -r\n"
    "  suite load -c 64 -d 5 --runs 5 --json after.json --server-pid $(pidof my-server)";

constexpr std::string_view kNotes =
    "Durations: 250ms, 1.5s, 2m, 1h; a bare number is seconds. Sizes: 64, 64k, 1MB. Counts: 10k, 1M.\n"
    "stdout gets the result, stderr a summary. Exit: 0 it ran; 1 it could not start, nothing succeeded, or\n"
    "a result could not be written; 2 a wrong command line; 3 a gate was breached; 130, 143 interrupted.";

// Gaps of an hour are the longest: a slower "load" is a mistake in the unit.
CommandLine::Complaint apply_rate(const std::string& text, std::optional<double>& value) {
  constexpr double kLeast = 1.0 / 3600, kMost = 10e6;
  const auto rate = parse_rate(text);
  if (!rate) return rate.error();
  if (*rate < kLeast) return fmt::format("'{}' is too low; at least 1/h is accepted", text);
  if (*rate > kMost) return fmt::format("'{}' is too high; at most 10M (per second) is accepted", text);
  value = *rate;
  return std::nullopt;
}

void declare_load(CommandLine& line, Raw& raw, LoadPlan& plan) {
  line.positional("TARGET", "HOST:PORT, unix:PATH, http://HOST:PORT/path, http+unix:PATH:/path", raw.target);
  line.text({"--host", "ADDR", "an address, a name or unix:PATH, instead of TARGET's"}, raw.host);
  line.count({"-p,--port", "N", "instead of TARGET's"}, raw.port, {.least = 1, .most = 65535});
  line.list({"--resolve", "ENTRY", "NAME:PORT:ADDR: connect to ADDR for TARGET's NAME:PORT; may be repeated"},
            raw.resolve);
  line.count({"-c,--conns", "N", "connections (100)"}, raw.conns, {.least = 1, .most = 10'000'000});
  line.duration({"-d,--secs", "DUR", "measured time (10)"}, plan.duration, false);
  line.count(
      {"-n,--requests", "N", "stop after N requests, failed ones included; with -d too: what comes first"},
      plan.requests, kFromOne);
  line.count({"-e,--per-conn", "N", "close and reopen a connection after N exchanges"}, plan.per_conn,
             kFromOne);
  line.count({"-t,--threads", "N", "threads (1)"}, raw.threads, {.least = 1, .most = 1024});
  line.count({"-D,--depth", "N", "requests in flight per connection (1)"}, plan.depth,
             {.least = 1, .most = 1'000'000});
  line.custom({"-R,--rate", "N", "open loop: N requests/s in total, on schedule whatever the server does"},
              [&raw](const std::string& text) { return apply_rate(text, raw.rate); });
  line.choice({"--arrivals", "HOW", "gaps of an open loop: constant, poisson (constant)"}, raw.arrivals,
              {"constant", "poisson"});
}

void declare_payload(CommandLine& line, Raw& raw, LoadPlan& plan) {
  line.size({"--size", "N", "payload: N pseudo-random bytes, different in each request"}, raw.size,
            {.least = 1, .most = std::uint64_t{1} << 30});
  line.text({"-m,--message", "TEXT", "payload: this text (hello world and a newline)"}, raw.message);
  line.text({"-f,--file", "FILE", "payload: what the file holds; - is stdin"}, raw.file);
  line.choice({"--verify", "HOW", "check replies: full = every byte (echo), length (HTTP) or none"},
              raw.verify, {"full", "length", "none"});
  line.count({"--seed", "N", "of the pseudo-random payload, and of Poisson arrivals (1)"}, plan.seed, {});
}

void declare_run(CommandLine& line, Raw& raw, LoadOptions& options) {
  LoadPlan& plan = options.settings.plan;
  line.duration({"--warmup", "DUR", "warm up for this long before measuring (0)"}, plan.warmup);
  line.count({"--runs", "N", "repeat, with fresh connections; one result each (1)"}, options.settings.runs,
             {.least = 1, .most = 1'000'000});
  line.choice({"--latency", "HOW", "off: do not record latency (on)"}, raw.latency, {"on", "off"});
  line.duration({"--timeout", "DUR", "to connect, and for each reply (5s)"}, plan.timeout, false);
  line.count({"--connect-burst", "N", "handshakes in flight per thread (256)"}, raw.connect_burst,
             {.least = 1, .most = 1'000'000});
  line.text(
      {"--source-ip", "ADDR,...", "local addresses to connect from, in turn; each has ports of its own"},
      raw.source_ip);
  line.count({"--server-pid", "PID", "measure that process tree's CPU time too"}, raw.server_pid,
             {.least = 1, .most = INT32_MAX});
}

void declare_hints(CommandLine& line) {
  line.alias("--duration", "--secs");
  line.alias("--connections", "--conns");
  line.alias("--concurrency", "--conns");
  line.alias("--pipeline", "--depth");
  line.alias("--data", "--body");
  line.alias("-o", "--json");
  line.alias("--no-latency", "--latency=off");
  line.optional_value("--latency", {"on", "off"});  // wrk's has none: it prints what is printed here anyway
  line.hint_number("-q", "-q is --quiet here and takes no value; a rate is --rate N");
  line.hint("-k", "keep-alive is the default here; ab's default is --no-keepalive");
  line.hint("--keepalive", "keep-alive is the default here; ab's default is --no-keepalive");
  line.hint("-u", "a body is --body @FILE, with --method PUT");
  line.hint("-i", "HEAD is --method HEAD");
  line.hint("-l", "bodies of different lengths are no error here; --verify full compares them");
  line.hint(
      "-s",
      "a script is not run here, paths to request in turn are --urls FILE; ab's time limit is --timeout");
  line.hint("--script", "a script is not run here; paths to request in turn are --urls FILE");
  line.hint("-T",
            "the time limit for connecting and for each reply is --timeout; a content type is a --header");
  line.hint("-z", "the measured time is -d, --secs");
  line.hint("--vus", "the number of connections is -c, --conns");
  line.hint("-r", "errors are counted and never end a run");
  line.hint("-P", "requests in flight per connection are -D, --depth");
}

/// What is wrong with the flags taken together, as a line for the user.
using Complaint = std::optional<std::string>;

// As a shell reads it back; a long text is only measured.
std::string short_text(std::string_view text) {
  constexpr std::size_t kLongest = 64;
  return text.size() > kLongest ? fmt::format("({} bytes)", text.size()) : shell_quoted(text);
}

Complaint apply_payload(const Raw& raw, LoadSettings& settings) {
  PayloadPlan payload;
  std::string flags;
  if (raw.size.has_value() + raw.message.has_value() + raw.file.has_value() > 1) {
    return "--size, --message and --file exclude each other: give one of them";
  }
  if (raw.size) {
    payload.size = *raw.size;
    flags = fmt::format("--size {}", *raw.size);
  } else if (raw.file) {
    auto text = read_input(*raw.file);
    if (!text) return "--file: " + text.error();
    if (text->empty())
      return fmt::format("--file: '{}' is empty; a request has at least one byte", *raw.file);
    payload.text = std::move(*text);
    flags = "--file " + shell_quoted(*raw.file);
  } else {
    payload.text = raw.message.value_or(std::string(kDefaultMessage));
    if (payload.text.empty()) return "--message: the text is empty; a request has at least one byte";
    flags = "--message " + short_text(payload.text);
  }
  if (!raw.size) payload.size = payload.text.size();
  settings.payload = PayloadSettings{.flags = std::move(flags), .bytes = payload.size};
  settings.plan.protocol = EchoPlan{.payload = std::move(payload)};
  return std::nullopt;
}

Complaint apply_target(const Raw& raw, LoadOptions& options) {
  if (raw.target) {
    const auto target = parse_target(*raw.target);
    if (!target) return fmt::format("TARGET '{}': {}", *raw.target, target.error());
    options.target = *target;
  }
  if (raw.host) {
    const auto host = parse_host(*raw.host);
    if (!host) return fmt::format("--host '{}': {}", *raw.host, host.error());
    options.target.host = *host;
  }
  if (raw.port && options.target.is_unix()) return "--port: a unix socket has none";
  if (raw.port) options.target.port = static_cast<std::uint16_t>(*raw.port);
  if (const auto overridden = override_addresses(raw.resolve, options.target); !overridden) {
    return "--resolve: " + overridden.error();
  }
  options.settings.resolve = raw.resolve;
  options.settings.target = options.target.url();
  return std::nullopt;
}

Complaint apply_sources(const Raw& raw, LoadOptions& options) {
  if (!raw.source_ip) return std::nullopt;
  if (options.target.is_unix()) return "--source-ip: a connection to a unix socket has no address";
  auto sources = parse_sources(*raw.source_ip);
  if (!sources) return "--source-ip: " + sources.error();
  options.settings.plan.sources = std::move(*sources);
  return std::nullopt;
}

Complaint apply_pace(const Raw& raw, LoadPlan& plan) {
  if (!raw.rate) {
    if (raw.arrivals.empty()) return std::nullopt;
    return "--arrivals is for an open loop: give its --rate";
  }
  plan.rate = RatePlan{
      .per_second = *raw.rate,
      .arrivals = raw.arrivals == "poisson" ? RatePlan::Arrivals::kPoisson : RatePlan::Arrivals::kConstant};
  return std::nullopt;
}

Complaint apply_server_pid(const Raw& raw, LoadPlan& plan) {
  if (!raw.server_pid) return std::nullopt;
  plan.server_pid = static_cast<::pid_t>(*raw.server_pid);
  if (process_tree_cpu_time(*plan.server_pid)) return std::nullopt;
  return fmt::format("--server-pid: there is no process {}", *raw.server_pid);
}

Verify verify_of(const std::string& text) {
  if (text == "full") return Verify::kFull;
  return text == "length" ? Verify::kLength : Verify::kNone;
}

// What belongs to one protocol alone; the other would have to ignore it.
Complaint apply_protocol(const CommandLine& line, const Raw& raw, LoadOptions& options) {
  LoadPlan& plan = options.settings.plan;
  const bool http = options.target.is_http();
  const bool ab = options.output.format == LoadFormat::kAb;
  plan.verify = verify_of(!raw.verify.empty() ? raw.verify : http ? "length" : "full");
  if (!http) {
    if (const auto flag = given_http_flag(line)) {
      return fmt::format("{} is for HTTP, and {} is a TCP echo: give http://HOST:PORT/path", *flag,
                         options.settings.target);
    }
    if (ab) return "--format: ab reports on HTTP: give http://HOST:PORT/path";
    if (line.given("--seed") && !raw.size && raw.arrivals != "poisson")
      return "--seed is for a payload of --size, or for --arrivals poisson";
    return apply_payload(raw, options.settings);
  }
  for (const std::string_view flag : {"--size", "--message", "--file"}) {
    if (line.given(flag))
      return fmt::format("{} is for a TCP echo; the body of an HTTP request is --body", flag);
  }
  if (line.given("--seed") && raw.arrivals != "poisson")
    return "--seed is for the payload of a TCP echo, or for --arrivals poisson";
  return apply_http(raw.http, {.name = options.target, .every_status = ab}, options.settings);
}

Complaint take(const CommandLine& line, const Raw& raw, LoadOptions& options) {
  LoadPlan& plan = options.settings.plan;
  if (auto complaint = settle_output(options.output)) return complaint;
  plan.connections = raw.conns;
  plan.threads = raw.threads;
  plan.connect_burst = raw.connect_burst;
  plan.latency = raw.latency == "on";
  if (!plan.duration && !plan.requests) plan.duration = std::chrono::seconds(10);
  if (plan.threads > plan.connections) {
    return fmt::format("--threads {} is more than --conns {}: each thread needs a connection", plan.threads,
                       plan.connections);
  }
  if (auto complaint = apply_target(raw, options)) return complaint;
  if (auto complaint = apply_protocol(line, raw, options)) return complaint;
  if (auto complaint = apply_pace(raw, plan)) return complaint;
  if (auto complaint = apply_driver(line, raw.driver, options.target, plan)) return complaint;
  for (const std::string_view flag : {"--connect-burst", "--timeout"}) {
    if (!plan.has_network() && line.given(flag))
      return fmt::format("{}: the driver 'null' waits for nobody", flag);
  }
  if (auto complaint = apply_sources(raw, options)) return complaint;
  if (const auto fits = check_capacity(plan, options.target, local_capacity()); !fits) {
    return fits.error().one_line();
  }
  if (auto complaint = apply_server_pid(raw, plan)) return complaint;
  if (auto complaint = apply_gates(line, raw.gates, options)) return complaint;
  return check_output(options.output, plan.latency);
}

}  // namespace

std::variant<LoadOptions, int> parse_load_options(int argc, const char* const* argv) {
  CommandLine line(
      {.verb = "load",
       .usage = "suite load [TARGET] [flags]",
       .summary = "Loads a TCP echo or HTTP server and measures requests per second, latency and errors.",
       .examples = kExamples,
       .notes = kNotes});
  Raw raw;
  LoadOptions options;
  line.group("Target and load");
  declare_load(line, raw, options.settings.plan);
  line.group("Payload and replies of a TCP echo");
  declare_payload(line, raw, options.settings.plan);
  line.group("HTTP");
  declare_http(line, raw.http);
  line.group("The run, and what is measured");
  declare_run(line, raw, options);
  line.group("Sockets and threads");
  declare_driver(line, raw.driver);
  line.group("Output");
  declare_output(line, options.output);
  line.group("Gates and searches");
  declare_gates(line, raw.gates);
  line.leave_to_help_all({"--host", "--port", "--per-conn", "--arrivals", "--seed", "--ok-status",
                          "--latency", "--connect-burst", "--source-ip", "--driver", "--busy-poll", "--pin",
                          "--sndbuf", "--rcvbuf", "--no-nodelay", "--close", "--hdr", "--progress",
                          "--histogram"});
  declare_hints(line);
  if (const auto code = line.parse(argc, argv)) return *code;
  if (const auto complaint = take(line, raw, options)) return line.usage_error(*complaint);
  return options;
}

}  // namespace suite
