#include "client/pacing/arrivals.h"

#include <cmath>

namespace suite {
namespace {

// Not cut off: 100 a minute is no exact number per second, and 0.6 s would come out a nanosecond early.
std::chrono::nanoseconds nearest(long double nanoseconds) {
  return std::chrono::nanoseconds(std::llround(nanoseconds));
}

}  // namespace

Arrivals::Arrivals(const RatePlan& plan, ThreadPlace place, std::uint64_t seed)
    : kind_(plan.arrivals),
      place_(place),
      gap_(1e9L * static_cast<long double>(place.count) / static_cast<long double>(plan.per_second)),
      random_(seed * 0x9E3779B97F4A7C15U + place.number) {}

void Arrivals::begin(TimePoint start) {
  start_ = start;
  const auto phase = static_cast<long double>(place_.number) / static_cast<long double>(place_.count);
  offset_ = kind_ == RatePlan::Arrivals::kPoisson ? exponential() : phase * gap_;
  next_ = start_ + nearest(offset_);
}

void Arrivals::take() {
  ++taken_;
  if (kind_ == RatePlan::Arrivals::kPoisson) {
    offset_ += exponential();
    next_ = start_ + nearest(offset_);
    return;
  }
  // Not gap after gap: what rounding takes from each would add up.
  next_ = start_ + nearest(offset_ + static_cast<long double>(taken_) * gap_);
}

// By inversion: -ln(u) of u uniform in (0, 1]. Not std::exponential_distribution, of which each library has
// its own.
long double Arrivals::exponential() {
  const auto uniform = (static_cast<long double>(random_() >> 11) + 1) * 0x1p-53L;
  return -gap_ * std::log(uniform);
}

}  // namespace suite
