// The figures of a run that a condition can be about, by their names: p99.9, lag_max, errors, rps.
#pragma once

#include <cstdint>
#include <expected>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "client/load_plan.h"
#include "client/load_result.h"

namespace suite {

/// What a figure is counted in.
enum class MetricUnit : std::uint8_t {
  kNanoseconds,
  kRequests,
  kPerSecond,
  kPercent,  // of all requests, or of the rate asked for
};

/// "ns", "requests", "1/s", "%": for programs.
std::string_view name_of(MetricUnit unit);

/// A figure as it was measured, or why nothing can be said of it.
struct Measured {
  std::optional<double> value = {};  // in the metric's unit, or in percent where that was asked for
  std::string why = {};              // where there is none: "too few samples to tell p99.9: 312 of 1,000"
};

struct Metric {
  std::string name;  // as given
  MetricUnit unit = MetricUnit::kNanoseconds;
  /// What must have been asked for, or it is not measured.
  struct Needs {
    bool latency = false, rate = false, server_pid = false;
    bool statuses = false, parts = false;  // as ProtocolTraits has them
    bool tls = false;                      // a load over TLS
    bool comparison = false;               // of replies with what they should be
  } needs = {};
  bool more_is_better = false;      // of what a server does: rps, achieved
  bool counts_errors = false;       // errors, or a kind of them
  bool of_connections = false;      // a sample for each connection opened, not for each request
  std::uint64_t samples_taken = 0;  // that a percentile takes at the least; 0: no percentile
  std::function<Measured(const LoadResult&)> read = {};
  std::function<double(const LoadResult&)> whole = {};  // of which it is a share; unset: of nothing
};

/// The metric of that name; or what is wrong with it, and which ones there are.
std::expected<Metric, std::string> find_metric(std::string_view name);

/// What a run of this plan lacks to measure it: "needs --server-pid"; nothing where it lacks nothing.
std::optional<std::string> lacks(const Metric& metric, const LoadPlan& plan);

}  // namespace suite
