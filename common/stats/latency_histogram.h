// Latencies by the million in a fixed, small space, which merge exactly over threads, processes and machines.
#pragma once

#include <algorithm>
#include <bit>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

namespace suite {

/// Counts values in buckets of fixed geometry: 1 ns wide up to 2,048 ns, and from there on 1,024 buckets per
/// doubling, so that a bucket is never wider than 1/1,024 of its values (three significant digits). Largest
/// value: 2^42 - 1 ns, 73 minutes. Every histogram has this geometry, so merging is addition and exact.
/// Count, minimum, maximum and sum are exact (the sum up to 2^64 ns: 584 years of latency in all).
/// One thread at a time.
class LatencyHistogram {
 public:
  static constexpr int kLinearBits = 11;  // 2^11 buckets of 1 ns, then half as many per doubling
  static constexpr int kRangeBits = 42;
  static constexpr std::uint64_t kLargest = (std::uint64_t{1} << kRangeBits) - 1;  // ns
  static constexpr std::size_t kBuckets = ((kRangeBits - kLinearBits) + 2) << (kLinearBits - 1);

  LatencyHistogram() : counts_(kBuckets) {}

  /// Records `value` `count` times. A negative value counts as 0; one above kLargest as kLargest, and is
  /// counted in clamped() too.
  void record(std::chrono::nanoseconds value, std::uint64_t count = 1) {
    const auto given = static_cast<std::uint64_t>(std::max<std::int64_t>(value.count(), 0));
    const std::uint64_t taken = std::min(given, kLargest);
    clamped_ += given == taken ? 0 : count;
    counts_[bucket_of(taken)] += count;
    count_ += count;
    sum_ += taken * count;
    min_ = std::min(min_, count == 0 ? min_ : taken);
    max_ = std::max(max_, count == 0 ? max_ : taken);
  }

  /// Both touch only the buckets from the least value to the greatest (merge(): of `other`), so that a
  /// histogram of one second can be merged and cleared every second.
  void merge(const LatencyHistogram& other);
  void clear();

  std::uint64_t count() const { return count_; }
  std::uint64_t clamped() const { return clamped_; }
  std::uint64_t sum() const { return sum_; }  // ns
  /// The exact extremes; nothing while empty.
  std::optional<std::chrono::nanoseconds> min() const;
  std::optional<std::chrono::nanoseconds> max() const;
  /// Mean in ns; nothing while empty.
  std::optional<double> mean() const;
  /// Standard deviation of the population in ns, from the middles of the buckets (within 0.1 % of a
  /// latency); nothing while empty.
  std::optional<double> stddev() const;

  /// The value that a share `q` (0 to 1) of the values does not exceed: the upper end of its bucket, never
  /// above max(). Nothing where the count cannot support it: at least one value must be expected beyond it,
  /// so count x (1 - q) >= 1 (p99 takes 100 values, p99.9 takes 1,000).
  std::optional<std::chrono::nanoseconds> percentile(double q) const;

  /// The largest value of the bucket that `value` falls into; kLargest at the most.
  static std::uint64_t highest_equivalent(std::uint64_t value) {
    return highest_of(bucket_of(std::min(value, kLargest)));
  }

  struct Bucket {
    std::uint64_t lowest;  // ns: the smallest value that falls into it
    std::uint64_t count;
    bool operator==(const Bucket&) const = default;
  };
  /// Those that hold something, ascending.
  std::vector<Bucket> buckets() const;

  /// The place of the bucket that `value` falls into, counted from 0, and the smallest value of the bucket at
  /// a place (below kBuckets).
  static std::size_t bucket_of(std::uint64_t value) {
    constexpr std::uint64_t kLinear = (1U << kLinearBits) - 1;
    const auto shift = static_cast<unsigned>(std::bit_width(value | kLinear) - kLinearBits);
    return (std::size_t{shift} << (kLinearBits - 1)) + (value >> shift);
  }
  static std::uint64_t lowest_of(std::size_t bucket);

  /// All that a histogram is, for writing it down.
  struct Contents {
    std::vector<Bucket> buckets;
    std::uint64_t min = 0, max = 0, sum = 0;  // ns
    std::uint64_t clamped = 0;
  };
  Contents contents() const;
  /// The histogram that had these contents. Nothing where no histogram can have had them: a bucket out of
  /// range, or extremes that do not lie in the first and the last bucket.
  static std::optional<LatencyHistogram> from(const Contents& contents);

  bool operator==(const LatencyHistogram&) const = default;

 private:
  /// From the first bucket that holds something to behind the last one; outside of them all are empty.
  std::pair<std::size_t, std::size_t> in_use() const;
  static std::uint64_t highest_of(std::size_t bucket) { return lowest_of(bucket + 1) - 1; }

  std::vector<std::uint64_t> counts_;
  std::uint64_t count_ = 0;
  std::uint64_t sum_ = 0;
  std::uint64_t min_ = UINT64_MAX;
  std::uint64_t max_ = 0;
  std::uint64_t clamped_ = 0;
};

}  // namespace suite
