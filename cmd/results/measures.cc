#include "cmd/results/measures.h"

#include <algorithm>
#include <array>
#include <utility>

#include "common/stats/summary.h"

namespace suite::results {
namespace {

using std::chrono::duration;

struct Described {
  Metric metric;
  std::string_view name, title;
  double percentile = 0;  // of the latency; 0: none
};

constexpr std::array kMetrics{
    Described{.metric = Metric::kThroughput, .name = "rps", .title = "throughput"},
    Described{.metric = Metric::kServerCpu, .name = "server_cpu", .title = "server CPU per request"},
    Described{.metric = Metric::kClientCpu, .name = "client_cpu", .title = "client CPU per request"},
    Described{.metric = Metric::kP50, .name = "p50", .title = "p50", .percentile = 0.5},
    Described{.metric = Metric::kP90, .name = "p90", .title = "p90", .percentile = 0.9},
    Described{.metric = Metric::kP99, .name = "p99", .title = "p99", .percentile = 0.99},
    Described{.metric = Metric::kP999, .name = "p999", .title = "p99.9", .percentile = 0.999},
    Described{.metric = Metric::kMax, .name = "max", .title = "max"},
    Described{.metric = Metric::kServerSwitches,
              .name = "server_switches",
              .title = "context switches of the server per request"},
    Described{.metric = Metric::kClientSwitches,
              .name = "client_switches",
              .title = "context switches of the client per request"},
    Described{.metric = Metric::kServerMemory,
              .name = "server_memory",
              .title = "memory of the server per connection"},
};

const Described& described(Metric metric) { return *std::ranges::find(kMetrics, metric, &Described::metric); }

std::optional<double> per_request(std::optional<std::chrono::nanoseconds> cpu, std::uint64_t completed) {
  if (!cpu || completed == 0) return std::nullopt;
  return duration<double>(*cpu).count() / static_cast<double>(completed);
}

std::optional<double> per_request(std::optional<std::uint64_t> count, std::uint64_t completed) {
  if (!count || completed == 0) return std::nullopt;
  return static_cast<double>(*count) / static_cast<double>(completed);
}

std::uint64_t client_switches(const LoadRun& run) {
  std::uint64_t switches = 0;
  for (const ThreadUse& use : run.thread_use) switches += use.voluntary_switches + use.involuntary_switches;
  return switches;
}

// A server that gave memory back meanwhile needs none for them.
std::optional<double> memory_per_connection(const LoadRun& run) {
  if (!run.server_memory || run.connections_opened == 0) return std::nullopt;
  const auto [before, loaded] = *run.server_memory;
  return static_cast<double>(loaded - std::min(before, loaded)) / static_cast<double>(run.connections_opened);
}

std::optional<double> latency_of(const LoadRun& run, Metric metric) {
  if (!run.latency) return std::nullopt;
  const auto time =
      metric == Metric::kMax ? run.latency->max() : run.latency->percentile(described(metric).percentile);
  if (!time) return std::nullopt;
  return duration<double>(*time).count();
}

}  // namespace

std::string_view name_of(Metric metric) { return described(metric).name; }
std::string_view title_of(Metric metric) { return described(metric).title; }
bool more_is_better(Metric metric) { return metric == Metric::kThroughput; }

std::optional<double> value_of(const LoadRun& run, Metric metric) {
  switch (metric) {
    case Metric::kThroughput:
      return run.rps();
    case Metric::kServerCpu:
      return per_request(run.server_cpu, run.counts.completed);
    case Metric::kClientCpu:
      return per_request(run.client_cpu, run.counts.completed);
    case Metric::kServerSwitches:
      return per_request(run.server_switches, run.counts.completed);
    case Metric::kClientSwitches:
      return per_request(std::optional(client_switches(run)), run.counts.completed);
    case Metric::kServerMemory:
      return memory_per_connection(run);
    default:
      return latency_of(run, metric);
  }
}

std::vector<double> values_of(const BenchContestant& contestant, Metric metric) {
  std::vector<double> values;
  for (const BenchRound& round : contestant.rounds) {
    const auto value = value_of(round.run, metric);
    if (!value) return {};
    values.push_back(*value);
  }
  return values;
}

std::optional<double> median_of(const BenchContestant& contestant, Metric metric) {
  std::vector<double> values = values_of(contestant, metric);
  if (values.empty()) return std::nullopt;
  return median(std::move(values));
}

std::vector<RunPair> pairs_of(const BenchContestant& before, const BenchContestant& after) {
  std::vector<RunPair> pairs;
  for (const BenchRound& one : before.rounds) {
    const auto other = std::ranges::find(after.rounds, one.round, &BenchRound::round);
    if (other != after.rounds.end()) pairs.push_back({.before = &one.run, .after = &other->run});
  }
  return pairs;
}

std::optional<PairedRatio> ratio_of(const BenchContestant& one, const BenchContestant& base, Metric metric) {
  std::vector<double> samples, against;
  for (const RunPair& pair : pairs_of(base, one)) {
    const auto value = value_of(*pair.after, metric), other = value_of(*pair.before, metric);
    if (!value || !other || *value <= 0 || *other <= 0) continue;
    samples.push_back(*value);
    against.push_back(*other);
  }
  if (samples.empty()) return std::nullopt;
  return paired_ratio(samples, against);
}

}  // namespace suite::results
