// Latency under growing load: the cells of `suite bench --load-at` that belong together.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "cmd/results/bench_document.h"

namespace suite::results {

/// A contestant under one load; medians over its rounds, in seconds. Nothing where some round lacks it.
struct LevelFigures {
  LoadLevel level;
  std::optional<double> asked;  // requests per second
  std::optional<double> p50, p99, p999;
};

struct LoadedContestant {
  std::string name;
  std::optional<double> maximum;       // requests per second, as fast as it goes
  std::vector<LevelFigures> levels;    // as far as it got
  std::optional<std::size_t> knee;     // its place in `levels`, see knee_of()
  std::optional<std::string> stopped;  // why it got no further
};

/// One workload with one number of connections.
struct LoadedWorkload {
  std::string name;
  std::vector<LoadedContestant> contestants;
};

/// Those of the sections that are of an open loop, with their maxima.
std::vector<LoadedWorkload> loaded_workloads(std::span<const BenchSection> sections);

/// Where latency begins to grow: the first load at which p99 is more than twice that at the lowest one.
/// Nothing where there is none, or where the lowest has no p99.
std::optional<std::size_t> knee_of(std::span<const std::optional<double>> p99);

}  // namespace suite::results
