#include "cmd/load/load_options.h"

#include <fmt/format.h>

#include <utility>
#include <vector>

#include "client/address_override.h"
#include "client/capacity.h"
#include "client/source_addresses.h"
#include "cmd/cli/effective_settings.h"
#include "cmd/cli/option_parser.h"
#include "cmd/load/load_flags.h"
#include "cmd/load/load_http_version.h"
#include "cmd/load/load_needs.h"
#include "cmd/load/load_payload.h"
#include "common/base/date_time.h"
#include "common/base/units.h"
#include "common/process/cpu_usage.h"

namespace suite {
namespace {

constexpr std::chrono::nanoseconds kDefaultDuration = std::chrono::seconds(10);

// Reads the list as well, whose URLs give the target where nobody else does.
Complaint apply_targets(const LoadFlags& flags, TargetName& target, std::optional<TargetsFile>& targets) {
  if (!flags.http.targets || (flags.target && !target.is_http())) return std::nullopt;
  if (flags.target && target.path != "/") {
    return fmt::format("TARGET has the path {} and --targets gives others: give TARGET without a path",
                       target.path);
  }
  auto read = read_targets(*flags.http.targets, flags.target ? std::optional(target) : std::nullopt);
  if (!read) return std::move(read.error());
  target = read->server;
  targets = std::move(*read);
  return std::nullopt;
}

Complaint apply_target(const LoadFlags& flags, LoadOptions& options, std::optional<TargetsFile>& targets) {
  if (flags.target) {
    const auto target = parse_target(*flags.target);
    if (!target) return fmt::format("TARGET '{}': {}", *flags.target, target.error());
    options.target = *target;
  }
  if (auto complaint = apply_targets(flags, options.target, targets)) return complaint;
  if (flags.host) {
    const auto host = parse_host(*flags.host);
    if (!host) return fmt::format("--host '{}': {}", *flags.host, host.error());
    options.target.host = *host;
  }
  if (flags.port && !options.target.is_unix()) options.target.port = static_cast<std::uint16_t>(*flags.port);
  if (const auto overridden = override_addresses(flags.resolve, options.target); !overridden) {
    return "--resolve: " + overridden.error();
  }
  options.settings.resolve = flags.resolve;
  options.settings.target = options.target.url();
  return std::nullopt;
}

Complaint apply_sources(const LoadFlags& flags, LoadOptions& options) {
  if (!flags.source_ip) return std::nullopt;
  auto sources = parse_sources(*flags.source_ip);
  if (!sources) return "--source-ip: " + sources.error();
  options.settings.plan.sources = std::move(*sources);
  return std::nullopt;
}

Complaint apply_server_pid(const LoadFlags& flags, bool is_here, LoadPlan& plan) {
  if (!flags.server_pid) return std::nullopt;
  plan.server_pid = static_cast<::pid_t>(*flags.server_pid);
  if (!is_here || process_tree_cpu_time(*plan.server_pid)) return std::nullopt;
  return fmt::format("--server-pid: there is no process {}", *flags.server_pid);
}

std::vector<const Need*> unmet_needs(const LoadFlags& flags, const LoadOptions& options) {
  using namespace load_needs;
  const LoadPlan& plan = options.settings.plan;
  const bool http = options.target.is_http();
  const bool poisson = flags.arrivals == RatePlan::Arrivals::kPoisson;
  std::vector<const Need*> unmet;
  if (http) unmet = {&kEcho, &kReply};
  if (!http) unmet = {&kHttp};
  if (!plan.has_network()) unmet.push_back(&kNetwork);
  if (options.target.is_unix()) unmet.push_back(&kTcp);
  if (!options.target.tls) unmet.push_back(&kTls);
  if (!plan.rate) unmet.push_back(&kOpenLoop);
  if (!poisson && (http || !flags.size)) unmet.push_back(&kRandomness);
  if (!plan.latency) unmet.push_back(&kLatency);
  return unmet;
}

Complaint apply_protocol(const LoadFlags& flags, const TargetsFile* targets, LoadOptions& options) {
  const bool http = options.target.is_http();
  const ReportFormat& format = *options.output.format;
  const bool compared = !http && !flags.reply_ends;
  options.settings.plan.verify = flags.verify.value_or(compared ? Verify::kFull : Verify::kLength);
  if (http) {
    const HttpTarget target{
        .name = options.target, .targets = targets, .every_status = format.takes_every_status};
    if (auto complaint = apply_http(flags.http, target, options.settings)) return complaint;
    return settle_http_version(flags.http.version, options);
  }
  if (format.needs_http) {
    return fmt::format("--format: {} reports on HTTP: give http://HOST:PORT/path", format.name);
  }
  return apply_payload(flags, options.settings);
}

void apply_plan(const LoadFlags& flags, LoadOptions& options) {
  LoadPlan& plan = options.settings.plan = flags.plan;
  options.settings.runs = flags.runs;
  options.output = flags.output;
  if (!plan.duration && !plan.requests) plan.duration = kDefaultDuration;
  if (flags.rate) plan.rate = RatePlan{.per_second = *flags.rate, .arrivals = flags.arrivals};
}

// What comes too late is left to the run: names are looked up and connections opened before.
Complaint check_start(const LoadPlan& plan) {
  if (!plan.start_at) return std::nullopt;
  constexpr auto kLongestWait = std::chrono::hours(24);
  const auto left = *plan.start_at - std::chrono::system_clock::now();
  if (left < left.zero()) {
    return fmt::format(
        "--start-at: {} has passed, it is {} now: give a time at which all are connected, such as "
        "$(date -d +10sec +%s)",
        date_time_text(*plan.start_at),
        date_time_text(std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now())));
  }
  if (left > kLongestWait) {
    return fmt::format("--start-at: {} is more than 24 hours away: connections would wait for that long",
                       date_time_text(*plan.start_at));
  }
  return std::nullopt;
}

// "@FILE" is what a flag's text reads.
std::vector<std::pair<std::string_view, std::string>> files_read(const LoadFlags& flags) {
  std::vector<std::pair<std::string_view, std::string>> files;
  const auto add = [&files](std::string_view flag, const std::optional<std::string>& name) {
    if (name && *name != "-") files.emplace_back(flag, *name);
  };
  const auto add_text = [&add](std::string_view flag, const std::optional<std::string>& text) {
    if (text && text->starts_with('@')) add(flag, text->substr(1));
  };
  add("--file", flags.file);
  add("--urls", flags.http.urls);
  add("--targets", flags.http.targets);
  add("--cacert", flags.tls.ca);
  add("--cert", flags.tls.certificate);
  add("--key", flags.tls.key);
  add_text("--body", flags.http.body);
  add_text("--reply", flags.reply);
  return files;
}

// Also of the load that ranks divide.
Complaint apply_share(const GivenOptions& given, const std::optional<Share>& rank, LoadPlan& plan) {
  if (rank && given.has("--share")) return "--share: each rank has its share of the load already";
  if (rank && plan.start_at) return "--start-at: ranks agree on a start when all are connected";
  if (rank) plan.share = *rank;
  const auto divides = check_share(plan);
  if (divides) return std::nullopt;
  return (rank ? "" : "--share: ") + divides.error().one_line();
}

Complaint apply(const OptionTable& table, const GivenOptions& given, const LoadFlags& flags,
                const std::optional<Share>& rank, LoadOptions& options) {
  apply_plan(flags, options);
  LoadPlan& plan = options.settings.plan;
  if (plan.threads > plan.connections) {
    return fmt::format("--threads {} is more than --conns {}: each thread needs a connection", plan.threads,
                       plan.connections);
  }
  if (auto complaint = apply_share(given, rank, plan)) return complaint;
  if (auto complaint = settle_output(options.output, given.has("--format"))) return complaint;
  std::optional<TargetsFile> targets;
  if (auto complaint = apply_target(flags, options, targets)) return complaint;
  if (auto complaint = refusal(table, given, unmet_needs(flags, options))) return complaint;
  if (auto complaint = apply_protocol(flags, targets ? &*targets : nullptr, options)) return complaint;
  if (auto complaint = apply_tls(flags.tls, options.target, protocols_offered(options), plan))
    return complaint;
  if (auto complaint = apply_sources(flags, options)) return complaint;
  if (const auto fits = check_capacity(plan, options.target, local_capacity()); !fits) {
    return fits.error().one_line();
  }
  if (auto complaint = apply_server_pid(flags, !rank, plan)) return complaint;
  if (auto complaint = check_start(plan)) return complaint;
  if (auto complaint = apply_gates(flags.gates, given, *options.output.format, options.settings))
    return complaint;
  return check_output(
      options.output,
      {.latency = plan.latency, .gates = !options.settings.gates.empty(), .inputs = files_read(flags)});
}

}  // namespace

std::expected<LoadOptions, EarlyEnd> parse_load_options(std::span<const std::string> arguments,
                                                        std::optional<Share> rank) {
  LoadFlags flags;
  LoadOptions options;
  const OptionTable table = load_table(flags, options.settings);
  const auto given = parse_options(table, arguments);
  if (!given) return std::unexpected(given.error());
  if (const auto complaint = apply(table, *given, flags, rank, options)) {
    return std::unexpected(usage_error(table.verb, *complaint));
  }
  options.settings.command = command_text(load_table(flags, options.settings), *given);
  return options;
}

}  // namespace suite
