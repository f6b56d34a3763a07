// Figures measured in short rounds that take turns, so that what disturbs the machine for a while falls on
// all of them alike.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <functional>
#include <optional>
#include <span>
#include <vector>

#include "common/base/error.h"
#include "common/limits/figures.h"
#include "common/stats/summary.h"

namespace suite::limits {

/// What one round of a figure found.
struct Sample {
  std::uint64_t operations = 0;
  std::chrono::nanoseconds elapsed{};
  /// CPU time of each side for all of these operations; nothing: there is no such side.
  std::optional<std::chrono::nanoseconds> server_cpu = {}, client_cpu = {};
};

/// A figure and how to measure one round of it.
struct Probe {
  Figure figure;
  std::function<std::expected<Sample, Error>()> measure;
};

/// A figure's rounds, in their order.
struct FigureRounds {
  Figure figure = Figure::kEcho;
  std::vector<double> per_second = {};  // operations
  /// Nanoseconds per operation, in each round; empty: there is no such side.
  std::vector<double> server_cpu_ns = {}, client_cpu_ns = {};

  bool operator==(const FigureRounds&) const = default;
};

/// The median of rounds, and its 95 % interval.
struct Estimate {
  double median = 0;
  std::optional<Interval> interval;  // nothing from fewer than six rounds

  /// Half of the interval's width as a share of the median; 0 where there is no interval.
  double scatter() const;
};

/// Nothing from no samples.
std::optional<Estimate> estimate_of(const std::vector<double>& samples);

/// Runs `rounds` rounds of each, all probes in turn. `goes_on` is asked before each; once it says no, the
/// figures have the rounds that were measured until then. The error is that of the first probe that failed;
/// a round in which nothing was done fails too.
std::expected<std::vector<FigureRounds>, Error> measure_in_turn(std::span<const Probe> probes,
                                                                std::size_t rounds,
                                                                const std::function<bool()>& goes_on);

}  // namespace suite::limits
