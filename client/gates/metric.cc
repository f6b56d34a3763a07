#include "client/gates/metric.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstddef>
#include <string_view>
#include <utility>
#include <vector>

#include "client/workloads/make_workload.h"
#include "common/base/near_miss.h"
#include "common/base/units.h"

namespace suite {
namespace {

const LatencyHistogram& nothing_recorded() {
  static const LatencyHistogram none;
  return none;
}

/// Times of which there are percentiles. Their metrics are called PREFIXp99, PREFIXmax, ...
struct Distribution {
  std::string_view prefix;
  Metric::Needs needs;
  const LatencyHistogram& (*of)(const LoadResult&);
  bool of_connections = false;
};

// The one without a prefix is last: every name begins with nothing.
constexpr std::array kDistributions{
    Distribution{"lag_",
                 {.rate = true},
                 [](const LoadResult& result) -> const LatencyHistogram& {
                   return result.rate ? result.rate->lag : nothing_recorded();
                 }},
    Distribution{"service_",
                 {.latency = true, .rate = true},
                 [](const LoadResult& result) -> const LatencyHistogram& {
                   return result.rate ? result.rate->service : nothing_recorded();
                 }},
    Distribution{"connect_",
                 {},
                 [](const LoadResult& result) -> const LatencyHistogram& { return result.connect; },
                 true},
    Distribution{"tls_",
                 {.tls = true},
                 [](const LoadResult& result) -> const LatencyHistogram& {
                   return result.tls ? result.tls->handshake : nothing_recorded();
                 },
                 true},
    Distribution{
        "first_byte_",
        {.latency = true, .parts = true},
        [](const LoadResult& result) -> const LatencyHistogram& { return result.http_times.first_byte; }},
    Distribution{"total_",
                 {.latency = true, .parts = true},
                 [](const LoadResult& result) -> const LatencyHistogram& { return result.http_times.total; }},
    Distribution{"", {.latency = true}, [](const LoadResult& result) -> const LatencyHistogram& {
                   return result.latency;
                 }}};

double as_double(std::uint64_t count) { return static_cast<double>(count); }

double requests_ended(const LoadResult& result) {
  return as_double(result.counts.completed) + as_double(result.counts.errors.total());
}
double requests_due(const LoadResult& result) { return result.rate ? as_double(result.rate->due) : 0; }

// What an open loop found; nothing where the loop was closed.
template <class Read>
auto of_rate(Read read) {
  return [read](const LoadResult& result) -> Measured {
    if (!result.rate) return {.why = "there was no fixed rate"};
    return {.value = read(*result.rate)};
  };
}

Measured per_request(const std::optional<std::chrono::nanoseconds>& cpu, const LoadResult& result) {
  const std::uint64_t completed = result.counts.completed;
  if (!cpu && result.too_short_for_server_cpu)
    return {.why = "the window is too short to tell the server's CPU time"};
  if (!cpu) return {.why = "the server's CPU time could not be read"};
  if (completed == 0) return {.why = "no request was completed"};
  return {.value = static_cast<double>(cpu->count()) / as_double(completed)};
}

// What brings such errors about at all.
Metric::Needs needs_of(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::kMismatch:
      return {.comparison = true};
    case ErrorKind::kMalformed:
    case ErrorKind::kStatus:
    case ErrorKind::kRefusedStream:
      return {.statuses = true};
    case ErrorKind::kTls:
      return {.tls = true};
    default:
      return {};
  }
}

std::vector<Metric> counted_metrics() {
  std::vector<Metric> metrics;
  const auto add_errors = [&metrics](std::string_view name, Metric::Needs needs, auto count) {
    metrics.push_back({.name = std::string(name),
                       .unit = MetricUnit::kRequests,
                       .needs = needs,
                       .counts_errors = true,
                       .read = [count](const LoadResult& result) -> Measured {
                         return {.value = as_double(count(result.counts.errors))};
                       },
                       .whole = requests_ended});
  };
  add_errors("errors", {}, [](const ErrorCounts& errors) { return errors.total(); });
  for (std::size_t kind = 0; kind < kErrorNames.size(); ++kind) {
    add_errors(kErrorNames[kind], needs_of(static_cast<ErrorKind>(kind)),
               [kind](const ErrorCounts& errors) { return errors.by_kind[kind]; });
  }
  metrics.push_back({.name = "missed",
                     .unit = MetricUnit::kRequests,
                     .needs = {.rate = true},
                     .read = of_rate([](const RateResult& rate) { return as_double(rate.missed); }),
                     .whole = requests_due});
  metrics.push_back({.name = "shed",
                     .unit = MetricUnit::kRequests,
                     .needs = {.rate = true},
                     .read = of_rate([](const RateResult& rate) { return as_double(rate.shed); }),
                     .whole = requests_due});
  return metrics;
}

std::vector<Metric> all_but_times() {
  std::vector<Metric> metrics = counted_metrics();
  metrics.push_back({.name = "rps",
                     .unit = MetricUnit::kPerSecond,
                     .more_is_better = true,
                     .read = [](const LoadResult& result) -> Measured { return {.value = result.rps()}; }});
  metrics.push_back(
      {.name = "achieved",
       .unit = MetricUnit::kPerSecond,
       .needs = {.rate = true},
       .more_is_better = true,
       .read = of_rate([](const RateResult& rate) { return rate.achieved; }),
       .whole = [](const LoadResult& result) { return result.rate ? result.rate->asked : 0.0; }});
  metrics.push_back(
      {.name = "client_cpu", .unit = MetricUnit::kNanoseconds, .read = [](const LoadResult& result) {
         return per_request(result.client_cpu, result);
       }});
  metrics.push_back(
      {.name = "server_cpu",
       .unit = MetricUnit::kNanoseconds,
       .needs = {.server_pid = true},
       .read = [](const LoadResult& result) { return per_request(result.server_cpu, result); }});
  return metrics;
}

// The share that "p99.9" names; nothing where the text is no percentile. 100 - p is taken before dividing:
// the digits given are exact there.
std::optional<double> beyond_percentile(std::string_view text) {
  if (!text.starts_with('p')) return std::nullopt;
  text.remove_prefix(1);
  if (text.find_first_not_of("0123456789.") != std::string_view::npos) return std::nullopt;
  if (text.size() > 1 && text[0] == '0' && text[1] != '.') return std::nullopt;  // p099: p0.99, p99 or p99.9?
  double percent = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, status] = std::from_chars(text.data(), end, percent, std::chars_format::fixed);
  if (status != std::errc{} || stop != end || percent <= 0 || percent >= 100) return std::nullopt;
  return (100 - percent) / 100;
}

Measured too_few(const std::string& name, std::uint64_t found, std::uint64_t taken) {
  return {.why = fmt::format("too few samples to tell {}: {} of {}", name, format_count(found),
                             format_count(taken))};
}

std::optional<double> in_nanoseconds(const std::optional<std::chrono::nanoseconds>& value) {
  return value ? std::optional(static_cast<double>(value->count())) : std::nullopt;
}

using Statistic = std::optional<double> (*)(const LatencyHistogram&);

Statistic plain_statistic(std::string_view name) {
  if (name == "min") return [](const LatencyHistogram& times) { return in_nanoseconds(times.min()); };
  if (name == "mean") return [](const LatencyHistogram& times) { return times.mean(); };
  if (name == "stddev") return [](const LatencyHistogram& times) { return times.stddev(); };
  if (name == "max") return [](const LatencyHistogram& times) { return in_nanoseconds(times.max()); };
  return nullptr;
}

std::optional<Metric> time_metric(std::string_view name) {
  const auto times = std::ranges::find_if(
      kDistributions, [&](const Distribution& one) { return name.starts_with(one.prefix); });
  Metric metric{.name = std::string(name), .needs = times->needs, .of_connections = times->of_connections};
  const std::string_view rest = name.substr(times->prefix.size());
  if (const Statistic statistic = plain_statistic(rest)) {
    metric.read = [statistic, of = times->of, name = metric.name](const LoadResult& result) {
      const auto value = statistic(of(result));
      return value ? Measured{.value = value} : too_few(name, 0, 1);
    };
    return metric;
  }
  const auto beyond = beyond_percentile(rest);
  if (!beyond) return std::nullopt;
  constexpr double kRounding = 1e-6;
  metric.samples_taken = static_cast<std::uint64_t>(std::ceil(1 / *beyond - kRounding));
  metric.read = [q = 1 - *beyond, of = times->of, name = metric.name,
                 taken = metric.samples_taken](const LoadResult& result) {
    const auto value = in_nanoseconds(of(result).percentile(q));
    return value ? Measured{.value = value} : too_few(name, of(result).count(), taken);
  };
  return metric;
}

std::string unknown(std::string_view name, const std::vector<Metric>& others) {
  // The nearest one, and of several the first, is what is suggested: p99.9 for p999.
  std::vector<std::string_view> known{"p50", "p90", "p95", "p99.9", "p99", "min", "mean", "stddev", "max"};
  const auto times = static_cast<std::ptrdiff_t>(known.size());
  for (const Metric& metric : others) known.push_back(metric.name);
  // k6, hey and vegeta have these.
  constexpr std::array<std::pair<std::string_view, std::string_view>, 6> kElsewhere{{{"med", "p50"},
                                                                                     {"median", "p50"},
                                                                                     {"avg", "mean"},
                                                                                     {"p100", "max"},
                                                                                     {"p0", "min"},
                                                                                     {"p(100)", "max"}}};
  const auto elsewhere =
      std::ranges::find(kElsewhere, name, &std::pair<std::string_view, std::string_view>::first);
  const auto near = elsewhere != kElsewhere.end() ? elsewhere->second : near_miss(name, known).value_or("");
  if (!near.empty()) return fmt::format("there is no metric '{}'; did you mean {}?", name, near);
  return fmt::format(
      "there is no metric '{}'; there are p50, p99.9, ..., min, mean, stddev, max, these of connect_, tls_, "
      "first_byte_, total_, lag_ and service_, and {}",
      name, fmt::join(known.begin() + times, known.end(), ", "));
}

}  // namespace

std::string_view name_of(MetricUnit unit) {
  constexpr std::array<std::string_view, 4> kNames{"ns", "requests", "1/s", "%"};
  return kNames[static_cast<std::size_t>(unit)];
}

std::expected<Metric, std::string> find_metric(std::string_view name) {
  std::vector<Metric> others = all_but_times();
  const auto found = std::ranges::find(others, name, &Metric::name);
  if (found != others.end()) return std::move(*found);
  if (auto times = time_metric(name)) return std::move(*times);
  return std::unexpected(unknown(name, others));
}

std::optional<std::string> lacks(const Metric& metric, const LoadPlan& plan) {
  const ProtocolTraits protocol = traits_of(plan.protocol);
  if ((metric.needs.statuses && !protocol.has_statuses) || (metric.needs.parts && !protocol.in_parts)) {
    return metric.name + " is of HTTP: give http://HOST:PORT/path";
  }
  if (metric.needs.tls && !plan.tls) return metric.name + " is of TLS: give https://HOST:PORT/path";
  if (metric.needs.rate && !plan.rate) return metric.name + " is measured at a fixed rate only: give --rate";
  if (metric.needs.latency && !plan.latency) return metric.name + " is not measured with --latency off";
  if (metric.needs.comparison && plan.verify > protocol.loosest_comparison) {
    return fmt::format("{} is not looked for with this --verify: give --verify full", metric.name);
  }
  if (metric.needs.server_pid && !plan.server_pid) return metric.name + " needs --server-pid";
  return std::nullopt;
}

}  // namespace suite
