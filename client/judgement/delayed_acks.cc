#include "client/judgement/delayed_acks.h"

#include <chrono>

namespace suite {
namespace {

constexpr std::uint64_t kFewestReplies = 10;

std::uint64_t count_between(const LatencyHistogram& latency, std::chrono::nanoseconds from,
                            std::chrono::nanoseconds to) {
  std::uint64_t count = 0;
  for (const LatencyHistogram::Bucket& bucket : latency.buckets()) {
    const auto lowest = std::chrono::nanoseconds(static_cast<std::int64_t>(bucket.lowest));
    if (lowest >= from && lowest < to) count += bucket.count;
  }
  return count;
}

}  // namespace

std::uint64_t latencies_of_delayed_acks(const LatencyHistogram& latency,
                                        const std::optional<KernelCounters>& counted) {
  using std::chrono::milliseconds;
  const std::uint64_t band = count_between(latency, milliseconds(39), milliseconds(51));
  const std::uint64_t beside = count_between(latency, milliseconds(30), milliseconds(39)) +
                               count_between(latency, milliseconds(51), milliseconds(60));
  const bool visible = band >= kFewestReplies && band >= latency.count() / 100;
  if (!visible || band < 4 * beside) return 0;
  return counted && counted->delayed_acks < band / 2 ? 0 : band;
}

}  // namespace suite
