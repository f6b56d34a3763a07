// The figures that contestants are compared by: one per run, and ratios over the rounds that two have in
// common.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "cmd/results/bench_document.h"
#include "common/stats/paired_ratio.h"

namespace suite::results {

/// Throughput in requests per second; CPU time in seconds per completed request; latencies in seconds;
/// context switches per completed request; memory of the server in bytes per open connection.
enum class Metric : std::uint8_t {
  kThroughput,
  kServerCpu,
  kClientCpu,
  kP50,
  kP90,
  kP99,
  kP999,
  kMax,
  kServerSwitches,
  kClientSwitches,
  kServerMemory,
};

/// As gates and reports name it: "rps", "server_cpu", "p99".
std::string_view name_of(Metric metric);
/// In words: "server CPU per request".
std::string_view title_of(Metric metric);
bool more_is_better(Metric metric);

/// Nothing where the run does not tell: its server's CPU time is not known, or too few samples.
std::optional<double> value_of(const LoadRun& run, Metric metric);

/// Two runs that were measured next to each other. They outlive it.
struct RunPair {
  const LoadRun* before;
  const LoadRun* after;
};

/// Of the rounds that both have. They outlive it.
std::vector<RunPair> pairs_of(const BenchContestant& before, const BenchContestant& after);

/// That of each round, in their order; empty unless every round has one.
std::vector<double> values_of(const BenchContestant& contestant, Metric metric);

/// The median of these; nothing unless every round has one.
std::optional<double> median_of(const BenchContestant& contestant, Metric metric);

/// The one against the other, over the rounds that both have, each with a value above zero. Nothing where
/// there is no such round.
std::optional<PairedRatio> ratio_of(const BenchContestant& one, const BenchContestant& base, Metric metric);

}  // namespace suite::results
