// All times of one kind that a run recorded: a histogram in a few kilobytes, with its usual figures at hand.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "client/reports/figures.h"
#include "common/stats/latency_histogram.h"

namespace suite::results {

/// A document may hold thousands of these: the buckets stay packed (cmd/results/packed_histogram.h) until
/// somebody asks for them, and figures are known without. A value; any thread.
class Distribution {
 public:
  /// Exact.
  struct Totals {
    std::uint64_t count = 0, sum = 0, clamped = 0;
    std::uint64_t min = 0, max = 0;  // ns; 0 where nothing was recorded

    bool operator==(const Totals&) const = default;
  };
  /// What follows from the buckets. Times in ns; nothing where the count does not support it.
  struct Figures {
    std::optional<double> stddev;
    std::array<std::optional<std::chrono::nanoseconds>, kQuantiles.size()> percentiles;  // of kQuantiles
  };

  Distribution();  // of nothing
  // Implicit, as nothing is lost.
  Distribution(const LatencyHistogram& histogram);
  Distribution(const LatencyHistogram::Contents& contents);
  /// As a document has them; figures that it does not have are made by unpacking when they are asked for.
  /// Whether all belong together is seen only then.
  Distribution(Totals totals, std::optional<Figures> figures, std::string packed);

  const Totals& totals() const { return totals_; }
  Figures figures() const;
  const std::string& packed() const { return packed_; }

  std::uint64_t count() const { return totals_.count; }
  std::optional<std::chrono::nanoseconds> min() const;
  std::optional<std::chrono::nanoseconds> max() const;
  std::optional<double> mean() const;  // ns
  /// As LatencyHistogram::percentile(); quick for those of kQuantiles, if their figures are known.
  std::optional<std::chrono::nanoseconds> percentile(double q) const;

  /// Of the same times.
  bool operator==(const Distribution& other) const {
    return totals_ == other.totals_ && packed_ == other.packed_;
  }

 private:
  Totals totals_;
  std::optional<Figures> figures_;
  std::string packed_;
};

/// To add some up, and for everything else. Empty where the buckets of a document are damaged.
LatencyHistogram histogram_of(const Distribution& distribution);

}  // namespace suite::results
