// Did one server change against another? Runs that were measured in pairs in, a sentence out.
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cmd/results/measures.h"
#include "common/stats/paired_ratio.h"

namespace suite::results {

/// What two servers are compared by.
inline constexpr std::array kAllCompared{Metric::kThroughput, Metric::kServerCpu, Metric::kP99};
/// Its place in kAllCompared, or behind its end.
constexpr std::size_t place_of(Metric metric) {
  std::size_t place = 0;
  while (place < kAllCompared.size() && kAllCompared[place] != metric) ++place;
  return place;
}
/// One of these by its name; nothing where none is called so.
std::optional<Metric> find_compared(std::string_view name);

struct Comparison {
  std::size_t pairs = 0;
  // Pairs in which these were the limit, on either side:
  std::size_t client_bound = 0;  // the load generator
  std::size_t shared_cores = 0;  // cores that load and server shared
  /// After against before, in the order of kAllCompared; nothing where one of the runs has no such figure.
  std::array<std::optional<PairedRatio>, kAllCompared.size()> ratios;

  const std::optional<PairedRatio>& ratio(Metric metric) const { return ratios[place_of(metric)]; }
  /// The client or shared cores were the limit in more than half of the pairs: throughput is not the server's
  /// alone.
  bool is_mostly_limited() const { return 2 * (client_bound + shared_cores) > pairs; }
  /// Throughput; server CPU where is_mostly_limited() and CPU is known.
  Metric usual_metric() const;
};

Comparison comparison_of(std::span<const RunPair> pairs);

/// The same of runs that were measured at different times, as those of different files: by unpaired_ratio().
/// Then `pairs` is the smaller of both counts.
Comparison comparison_of(std::span<const LoadRun* const> before, std::span<const LoadRun* const> after);

/// Whose names a sentence has.
struct Sides {
  std::string_view before = "before";
  std::string_view after = "after";
};

/// The verdict as a sentence without its full stop; what it is about first, then the others:
/// "after is 8.1 % faster than before (95 %: 5.2 to 11 %; server CPU per request -9.3 %; p99: no difference
/// shown)", "no difference shown between before and after (throughput, 95 %: -1.2 to +0.8 %; this run would
/// have seen 1.9 %; ...)", or "not comparable: " and why_not_comparable().
std::string verdict_sentence(const Comparison& comparison, Metric metric, Sides sides = {});

/// Why a difference of this metric says nothing of the servers: "the client was the limit in 7 of 10 rounds,
/// and the servers' CPU time is not known". Nothing where it does. Only throughput is not the server's alone.
std::optional<std::string> why_not_comparable(const Comparison& comparison, Metric metric);

/// The smallest true difference, as a share (0.04: 4 %), that as many rounds with as much noise show in four
/// cases out of five: 1.43 = (1.96 + 0.84) / 1.96 times the interval's half width on the logarithmic scale.
/// Nothing without an interval.
std::optional<double> smallest_seen(const PairedRatio& ratio);

/// Nothing, or that `metric` became worse by `percent` or more, as a sentence. A regression is a difference
/// that is shown (its 95 % interval excludes none) and whose estimate is that large.
std::optional<std::string> regression_in(const Comparison& comparison, Metric metric, double percent);

}  // namespace suite::results
