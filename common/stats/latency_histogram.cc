#include "common/stats/latency_histogram.h"

#include <algorithm>
#include <cmath>

namespace suite {
namespace {

std::chrono::nanoseconds as_duration(std::uint64_t value) {
  return std::chrono::nanoseconds(static_cast<std::int64_t>(value));
}

}  // namespace

std::uint64_t LatencyHistogram::lowest_of(std::size_t bucket) {
  constexpr std::size_t kPerDoubling = std::size_t{1} << (kLinearBits - 1);
  if (bucket < 2 * kPerDoubling) return bucket;
  const std::size_t shift = bucket / kPerDoubling - 1;
  return (bucket - shift * kPerDoubling) << shift;
}

std::pair<std::size_t, std::size_t> LatencyHistogram::in_use() const {
  if (count_ == 0) return {0, 0};
  return {bucket_of(min_), bucket_of(max_) + 1};
}

void LatencyHistogram::merge(const LatencyHistogram& other) {
  const auto [begin, end] = other.in_use();
  for (std::size_t i = begin; i < end; ++i) counts_[i] += other.counts_[i];
  count_ += other.count_;
  sum_ += other.sum_;
  min_ = std::min(min_, other.min_);
  max_ = std::max(max_, other.max_);
  clamped_ += other.clamped_;
}

void LatencyHistogram::clear() {
  const auto [begin, end] = in_use();
  for (std::size_t i = begin; i < end; ++i) counts_[i] = 0;
  count_ = sum_ = max_ = clamped_ = 0;
  min_ = UINT64_MAX;
}

std::optional<std::chrono::nanoseconds> LatencyHistogram::min() const {
  if (count_ == 0) return std::nullopt;
  return as_duration(min_);
}

std::optional<std::chrono::nanoseconds> LatencyHistogram::max() const {
  if (count_ == 0) return std::nullopt;
  return as_duration(max_);
}

std::optional<double> LatencyHistogram::mean() const {
  if (count_ == 0) return std::nullopt;
  return static_cast<double>(sum_) / static_cast<double>(count_);
}

std::optional<double> LatencyHistogram::stddev() const {
  if (count_ == 0) return std::nullopt;
  const double average = *mean();
  const auto [begin, end] = in_use();
  double squares = 0;
  for (std::size_t i = begin; i < end; ++i) {
    if (counts_[i] == 0) continue;
    // Of the outer buckets only what lies between the extremes: equal values have no deviation.
    const auto lowest = static_cast<double>(std::max(lowest_of(i), min_));
    const auto highest = static_cast<double>(std::min(highest_of(i), max_));
    const double middle = (lowest + highest) / 2;
    squares += static_cast<double>(counts_[i]) * (middle - average) * (middle - average);
  }
  return std::sqrt(squares / static_cast<double>(count_));
}

std::optional<std::chrono::nanoseconds> LatencyHistogram::percentile(double q) const {
  const auto total = static_cast<double>(count_);
  constexpr double kRounding = 1e-6;  // 100 x (1 - 0.99) is a little less than 1
  if (count_ == 0 || total * (1 - q) < 1 - kRounding) return std::nullopt;
  const auto rank = std::max<std::uint64_t>(1, static_cast<std::uint64_t>(std::ceil(total * q - kRounding)));
  const auto [begin, end] = in_use();
  std::uint64_t seen = 0;
  for (std::size_t i = begin; i < end; ++i) {
    seen += counts_[i];
    if (seen >= rank) return as_duration(std::clamp(highest_of(i), min_, max_));
  }
  return max();
}

std::vector<LatencyHistogram::Bucket> LatencyHistogram::buckets() const {
  const auto [begin, end] = in_use();
  std::vector<Bucket> filled;
  for (std::size_t i = begin; i < end; ++i) {
    if (counts_[i] != 0) filled.push_back({.lowest = lowest_of(i), .count = counts_[i]});
  }
  return filled;
}

LatencyHistogram::Contents LatencyHistogram::contents() const {
  return {.buckets = buckets(), .min = count_ == 0 ? 0 : min_, .max = max_, .sum = sum_, .clamped = clamped_};
}

std::optional<LatencyHistogram> LatencyHistogram::from(const Contents& contents) {
  LatencyHistogram histogram;
  std::size_t first = kBuckets, last = 0;  // that hold something
  for (const Bucket& bucket : contents.buckets) {
    if (bucket.lowest > kLargest || lowest_of(bucket_of(bucket.lowest)) != bucket.lowest) return std::nullopt;
    if (bucket.count == 0) continue;
    const std::size_t at = bucket_of(bucket.lowest);
    first = std::min(first, at);
    last = std::max(last, at);
    histogram.counts_[at] += bucket.count;
    histogram.count_ += bucket.count;
  }
  if (histogram.count_ == 0) return histogram;
  const bool are_extremes = contents.min <= contents.max && contents.max <= kLargest &&
                            bucket_of(contents.min) == first && bucket_of(contents.max) == last;
  if (!are_extremes) return std::nullopt;
  histogram.min_ = contents.min;
  histogram.max_ = contents.max;
  histogram.sum_ = contents.sum;
  histogram.clamped_ = contents.clamped;
  return histogram;
}

}  // namespace suite
