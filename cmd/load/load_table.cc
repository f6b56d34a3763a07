#include <fmt/format.h>

#include <utility>

#include "client/reports/figures.h"
#include "client/workloads/make_workload.h"
#include "cmd/load/load_flags.h"
#include "cmd/load/load_needs.h"
#include "cmd/load/short_text.h"
#include "common/base/date_time.h"
#include "common/base/shell_quoted.h"
#include "common/base/units.h"

namespace suite {
namespace {

using namespace load_needs;

constexpr std::string_view kExamples =
    "  suite load --conns 100 --secs 10              # the defaults: an echo server on 127.0.0.1:3900\n"
    "  suite load unix:/run/echo.sock -n 1M -c 64 -D 16 --size 64 --warmup 1s\n"
    "  suite load -R 20k --fail-if 'p99>5ms'         # open loop: 20,000 requests/s, exit 3 if p99 slips\n"
    "  suite load http://127.0.0.1:8080/ -c 100 -D 16 -H 'Accept-Encoding: gzip'\n"
    "  suite load http://127.0.0.1:8080/ -n 50000 --no-keepalive --format ab   # as ab -n 50000 -c 100 -r\n"
    "  suite load -c 64 -d 5 --runs 5 --json after.json --server-pid $(pidof my-server)";

constexpr std::string_view kNotes =
    "Durations: 250ms, 1.5s, 2m, 1h; a bare number is seconds. Sizes: 64, 64k, 1MB. Counts: 10k, 1M.\n"
    "stdout gets the result, stderr a summary. Exit: 0 it ran; 1 it could not start, nothing succeeded, or\n"
    "a result could not be written; 2 a wrong command line; 3 a gate was breached; 130, 143 interrupted.";

constexpr std::string_view kOneOfThem = "give one of them";
constexpr values::Range kFromOne{.least = 1};

// Gaps of an hour are the longest: a slower "load" is a mistake in the unit.
std::expected<double, std::string> read_rate(const std::string& text) {
  constexpr double kLeast = 1.0 / 3600, kMost = 10e6;
  auto rate = parse_rate(text);
  if (rate && *rate < kLeast) {
    rate = std::unexpected(fmt::format("'{}' is too low; at least 1/h is accepted", text));
  } else if (rate && *rate > kMost) {
    rate = std::unexpected(fmt::format("'{}' is too high; at most 10M (per second) is accepted", text));
  }
  return rate;
}

// Where the requests went: the address that answered, or the URL, whose host the requests name. Where no
// address was looked for, or others stand in for those of the resolver, what was given.
std::string shown_target(const LoadSettings& settings) {
  if (settings.http && settings.http->targets)
    return "";  // it is that of the list, but for --host and --port
  if (settings.http) return shell_quoted(settings.http->name.url());
  const bool has_address = settings.plan.has_network() && settings.plan.target.length() > 0;
  if (!has_address || !settings.resolve.empty() || settings.plan.tls) return shell_quoted(settings.target);
  return settings.plan.target.to_string();
}

// Whether the seed has an effect.
bool is_random(const LoadPlan& plan) {
  if (traits_of(plan.protocol).pseudo_random) return true;
  return plan.rate && plan.rate->arrivals == RatePlan::Arrivals::kPoisson;
}

OptionGroup target_group(LoadFlags& flags, const LoadSettings& settings) {
  const LoadPlan& plan = settings.plan;
  const bool network = plan.has_network();
  const bool of_list = settings.http && settings.http->targets;
  return {.title = "Target",
          .options = {
              {.name = "TARGET",
               .value = values::text(flags.target),
               .help = "[tls://]HOST:PORT, unix:PATH, http[s]://HOST:PORT/path, http+unix:PATH:/path",
               .config = {{"target", settings.target},
                          {"address", network ? Setting(plan.target.to_string()) : Setting()},
                          {"http.url", settings.http ? Setting(settings.http->name.url()) : Setting()}},
               .setting = shown_target(settings)},
              {.name = "--host",
               .takes = "ADDR",
               .value = values::text(flags.host),
               .help = "an address, a name or unix:PATH, instead of TARGET's",
               .rare = true,
               .no_config = "part of target",
               .setting = of_list ? "--host " + shell_quoted(settings.http->name.host) : ""},
              {.name = "--port",
               .letter = 'p',
               .takes = "N",
               .value = values::count(flags.port, {.least = 1, .most = 65535}),
               .help = "instead of TARGET's",
               .rare = true,
               .needs = {&kTcp},
               .no_config = "part of target",
               .setting = of_list && !settings.http->name.is_unix()
                              ? fmt::format("--port {}", settings.http->name.port)
                              : ""},
              {.name = "--resolve",
               .takes = "ENTRY",
               .value = values::list(flags.resolve),
               .help = "NAME:PORT:ADDR: connect to ADDR for TARGET's NAME:PORT; may be repeated",
               .needs = {&kNetwork},
               .config = {{"resolve", settings.resolve}}},
          }};
}

OptionGroup load_group(LoadFlags& flags, const LoadPlan& plan) {
  return {.title = "Load",
          .options = {
              {.name = "--conns",
               .letter = 'c',
               .takes = "N",
               .value = values::count(flags.plan.connections, {.least = 1, .most = 10'000'000}),
               .help = "connections",
               .config = {{"conns", plan.connections}}},
              {.name = "--secs",
               .letter = 'd',
               .takes = "DUR",
               .value = values::positive_duration(flags.plan.duration),
               .help = "measured time",
               .unset = "10s, or 2s for each step of --find-max",
               .config = {{"secs", plan.duration}}},
              {.name = "--requests",
               .letter = 'n',
               .takes = "N",
               .value = values::count(flags.plan.requests, kFromOne),
               .help = "stop after N requests, failed ones included; with -d too: what comes first",
               .config = {{"requests", plan.requests}}},
              {.name = "--per-conn",
               .letter = 'e',
               .takes = "N",
               .value = values::count(flags.plan.per_conn, kFromOne),
               .help = "close and reopen a connection after N exchanges",
               .rare = true,
               .config = {{"per_conn", plan.per_conn}}},
              {.name = "--threads",
               .letter = 't',
               .takes = "N",
               .value = values::count(flags.plan.threads, {.least = 1, .most = 1024}),
               .help = "threads",
               .config = {{"threads", plan.threads}}},
              {.name = "--depth",
               .letter = 'D',
               .takes = "N",
               .value = values::count(flags.plan.depth, {.least = 1, .most = 1'000'000}),
               .help = "requests in flight per connection",
               .config = {{"depth", plan.depth}}},
              {.name = "--rate",
               .letter = 'R',
               .takes = "N",
               .value = values::read_by(&read_rate, flags.rate),
               .help = "open loop: N requests/s in total, on schedule whatever the server does",
               .config = {{"rate", plan.rate ? Setting(plan.rate->per_second) : Setting()}}},
              {.name = "--arrivals",
               .takes = "HOW",
               .value = values::named(flags.arrivals, {{"constant", RatePlan::Arrivals::kConstant},
                                                       {"poisson", RatePlan::Arrivals::kPoisson}}),
               .help = "gaps of an open loop: constant, poisson",
               .rare = true,
               .needs = {&kOpenLoop},
               .config = {{"arrivals",
                           plan.rate ? Setting(std::string(name_of(plan.rate->arrivals))) : Setting()}}},
              {.name = "--share",
               .takes = "K/N",
               .value = values::read_by(&parse_share, flags.plan.share),
               .help = "only part K of N, from 1 on, of conns, rate, requests; see suite merge",
               .unset = "all of the load",
               .rare = true,
               .excludes = {{"--find-max", "a search on one machine knows nothing of the others"}},
               .config = {{"share", plan.share.is_whole() ? Setting() : Setting(share_text(plan.share))}}},
          }};
}

OptionGroup payload_group(LoadFlags& flags, const LoadSettings& settings) {
  const auto& echo = settings.payload;
  const LoadPlan& plan = settings.plan;
  constexpr std::string_view kInPayload = "in payload, which says where the bytes come from";
  return {
      .title = "Payload and replies over TCP",
      .options = {
          {.name = "--size",
           .takes = "N",
           .value = values::size(flags.size, {.least = 1, .most = std::uint64_t{1} << 30}),
           .help = "payload: N pseudo-random bytes, different in each request",
           .needs = {&kEcho},
           .excludes = {{"--message", kOneOfThem}, {"--file", kOneOfThem}},
           .no_config = kInPayload},
          {.name = "--message",
           .letter = 'm',
           .takes = "TEXT",
           .value = values::text(flags.message),
           .help = "payload: this text",
           .unset = "hello world and a newline",
           .needs = {&kEcho},
           .excludes = {{"--file", kOneOfThem}},
           .config = {{"payload", echo ? Setting(echo->flags) : Setting()},
                      {"payload_bytes", echo ? Setting(echo->bytes) : Setting()}},
           .setting = echo ? echo->flags : ""},
          {.name = "--file",
           .letter = 'f',
           .takes = "FILE",
           .value = values::text(flags.file),
           .help = "payload: what the file holds; - is stdin",
           .needs = {&kEcho},
           .no_config = kInPayload},
          {.name = "--reply",
           .takes = "TEXT|@FILE",
           .value = values::text(flags.reply),
           .help = "TCP: every request is answered with this, not with itself",
           .needs = {&kReply},
           .excludes = {{"--reply-ends", "a reply is known, or only its end is"}},
           .config = {{"reply", echo ? Setting(echo->reply) : Setting()},
                      {"reply_bytes", echo ? Setting(echo->reply_bytes) : Setting()}},
           .setting = echo && echo->reply ? "--reply " + short_text(*echo->reply) : ""},
          {.name = "--reply-ends",
           .takes = "TEXT",
           .value = values::text(flags.reply_ends),
           .help = "TCP: a reply is whatever comes, up to and with this text",
           .needs = {&kReply},
           .config = {{"reply_ends", echo ? Setting(echo->reply_ends) : Setting()}}},
          {.name = "--escapes",
           .value = values::toggle(flags.escapes),
           .help = "\\r, \\n, \\0, \\x1f in --message, --reply, --reply-ends are as in C",
           .needs = {&kReply},
           .config = {{"escapes", echo ? Setting(echo->escapes) : Setting()}}},
          {.name = "--verify",
           .takes = "HOW",
           .value = values::named(
               flags.verify, {{"full", Verify::kFull}, {"length", Verify::kLength}, {"none", Verify::kNone}}),
           .help = "check replies: full = every byte, length, or none",
           .unset = "full; length of HTTP and --reply-ends",
           .config = {{"verify", std::string(name_of(plan.verify))}}},
          {.name = "--seed",
           .takes = "N",
           .value = values::count(flags.plan.seed, {}),
           .help = "of the pseudo-random payload, and of Poisson arrivals",
           .rare = true,
           .needs = {&kRandomness},
           .config = {{"seed", plan.seed}},
           .setting = is_random(plan) ? fmt::format("--seed {}", plan.seed) : ""},
      }};
}

OptionGroup run_group(LoadFlags& flags, const LoadSettings& settings) {
  const LoadPlan& plan = settings.plan;
  const bool network = plan.has_network();
  std::vector<std::string> sources;
  for (const Endpoint& source : plan.sources) sources.push_back(source.host_and_zone());
  return {
      .title = "The run, and what is measured",
      .options = {
          {.name = "--warmup",
           .takes = "DUR",
           .value = values::duration(flags.plan.warmup),
           .help = "warm up for this long before measuring",
           .config = {{"warmup", plan.warmup}}},
          {.name = "--start-at",
           .takes = "TIME",
           .value = values::read_by(&parse_date_time, flags.plan.start_at),
           .help = "connect, then wait until TIME: RFC 3339, or seconds since the epoch",
           .unset = "when all are connected",
           .rare = true,
           .excludes = {{"--runs", "only the first run would begin then"},
                        {"--find-max", "only the first step would begin then"}},
           .config = {{"start_at", plan.start_at ? Setting(date_time_text(*plan.start_at)) : Setting()}}},
          {.name = "--runs",
           .takes = "N",
           .value = values::count(flags.runs, {.least = 1, .most = 1'000'000}),
           .help = "repeat, with fresh connections; one result each",
           .config = {{"runs", settings.runs}},
           .setting = settings.find_max.empty() ? fmt::format("--runs {}", settings.runs) : ""},
          {.name = "--latency",
           .takes = "HOW",
           .value = values::named(flags.plan.latency, {{"on", true}, {"off", false}}),
           .help = "off: do not record latency",
           .rare = true,
           .bare = true,  // wrk's: it prints what is printed here anyway
           .config = {{"latency", plan.latency}},
           .setting = plan.latency ? "" : "--latency off"},
          {.name = "--timeout",
           .takes = "DUR",
           .value = values::positive_duration(flags.plan.timeout),
           .help = "to connect, and for each reply",
           .needs = {&kNetwork},
           .config = {{"timeout", plan.timeout}},
           .setting = network ? "--timeout " + duration_argument(plan.timeout) : ""},
          {.name = "--connect-burst",
           .takes = "N",
           .value = values::count(flags.plan.connect_burst, {.least = 1, .most = 1'000'000}),
           .help = "handshakes in flight per thread",
           .rare = true,
           .needs = {&kNetwork},
           .config = {{"connect_burst", plan.connect_burst}},
           .setting = network ? fmt::format("--connect-burst {}", plan.connect_burst) : ""},
          {.name = "--source-ip",
           .takes = "ADDR,...",
           .value = values::text(flags.source_ip),
           .help = "local addresses to connect from, in turn; each has ports of its own",
           .rare = true,
           .needs = {&kNetwork, &kTcp},
           .config = {{"source_ip", sources}},
           .setting = sources.empty() ? "" : fmt::format("--source-ip {}", fmt::join(sources, ","))},
          {.name = "--server-pid",
           .takes = "PID",
           .value = values::count(flags.server_pid, {.least = 1, .most = INT32_MAX}),
           .help = "measure that process tree's CPU time too",
           .needs = {&kNetwork},
           .config = {{"server_pid",
                       plan.server_pid ? Setting(static_cast<std::uint64_t>(*plan.server_pid)) : Setting()}}},
      }};
}

std::vector<Alias> aliases() {
  return {{.name = "--duration", .flag = "--secs"},
          {.name = "--connections", .flag = "--conns"},
          {.name = "--concurrency", .flag = "--conns"},
          {.name = "--pipeline", .flag = "--depth"},
          {.name = "--data", .flag = "--body"},
          {.name = "--http2", .flag = "--http", .value = "2"},
          {.name = "--http1.1", .flag = "--http", .value = "1.1"},
          {.name = "-o", .flag = "--json"},
          {.name = "--no-latency", .flag = "--latency", .value = "off"}};
}

std::vector<Hint> hints() {
  constexpr std::string_view kKeepAlive = "keep-alive is the default here; ab's default is --no-keepalive";
  return {
      {.flag = "-q",
       .advice = "-q is --quiet here and takes no value; a rate is --rate N",
       .before_number = true},
      {.flag = "-k",
       .advice = "keep-alive is the default here; ab's default is --no-keepalive; curl's -k is --insecure"},
      {.flag = "--keepalive", .advice = kKeepAlive},
      {.flag = "-u", .advice = "a body is --body @FILE, with --method PUT"},
      {.flag = "-i", .advice = "HEAD is --method HEAD"},
      {.flag = "-l", .advice = "bodies of different lengths are no error here; --verify full compares them"},
      {.flag = "-s",
       .advice = "a script is not run here, requests that differ are a list, --targets FILE; ab's time limit "
                 "is --timeout"},
      {.flag = "--script", .advice = "a script is not run here; requests that differ are --targets FILE"},
      {.flag = "-T",
       .advice =
           "the time limit for connecting and for each reply is --timeout; a content type is a --header"},
      {.flag = "-z", .advice = "the measured time is -d, --secs"},
      {.flag = "--vus", .advice = "the number of connections is -c, --conns"},
      {.flag = "--users", .advice = "the number of connections is -c, --conns"},
      {.flag = "--rps", .advice = "a rate is -R, --rate"},
      {.flag = "--qps", .advice = "a rate is -R, --rate"},
      {.flag = "--request", .advice = "the method is -X, --method"},
      {.flag = "--url", .advice = "the URL is given without a flag"},
      {.flag = "--iterations", .advice = "the number of requests is -n, --requests"},
      {.flag = "--workers", .advice = "threads of the load generator are -t, --threads"},
      {.flag = "--disable-keepalive", .advice = "a new connection for each request is --no-keepalive"},
      {.flag = "-r", .advice = "errors are counted and never end a run"},
      {.flag = "-P", .advice = "requests in flight per connection are -D, --depth"},
  };
}

}  // namespace

OptionTable load_table(LoadFlags& flags, const LoadSettings& settings) {
  return {.verb = "load",
          .usage = "suite load [TARGET] [flags]",
          .summary = "Loads a TCP echo or HTTP server and measures requests per second, latency and errors.",
          .examples = kExamples,
          .notes = std::string(kNotes),
          .groups = {target_group(flags, settings), load_group(flags, settings.plan),
                     payload_group(flags, settings), http_group(flags.http, settings),
                     load_tls_group(flags.tls, settings), run_group(flags, settings),
                     driver_group(flags.plan, settings), output_group(flags.output),
                     gate_group(flags.gates, settings)},
          .aliases = aliases(),
          .hints = hints()};
}

}  // namespace suite
