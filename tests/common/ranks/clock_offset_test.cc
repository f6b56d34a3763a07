#include "common/ranks/clock_offset.h"

#include <gtest/gtest.h>

namespace suite {
namespace {

using std::chrono::nanoseconds;
using TimePoint = ClockOffsetEstimate::TimePoint;

TimePoint instant(std::int64_t ns) { return TimePoint(nanoseconds(ns)); }

TEST(ClockOffset, IsNotKnownBeforeARoundTrip) { EXPECT_FALSE(ClockOffsetEstimate().best()); }

TEST(ClockOffset, TakesTheirReadingForTheMiddleOfTheRoundTrip) {
  ClockOffsetEstimate estimate;
  estimate.add(instant(1000), nanoseconds(5500), instant(2000));
  EXPECT_EQ(*estimate.best(), (ClockOffset{.value = nanoseconds(4000), .bound = nanoseconds(500)}));
}

TEST(ClockOffset, BelievesTheShortestRoundTrip) {
  ClockOffsetEstimate estimate;
  estimate.add(instant(0), nanoseconds(9000), instant(8000));
  estimate.add(instant(10000), nanoseconds(15100), instant(10200));
  estimate.add(instant(20000), nanoseconds(28000), instant(26000));
  EXPECT_EQ(*estimate.best(), (ClockOffset{.value = nanoseconds(5000), .bound = nanoseconds(100)}));
}

// Whatever share of a round trip each way takes, the bound holds.
TEST(ClockOffset, IsBoundedHoweverUnevenTheWaysAre) {
  constexpr std::int64_t kTrue = -700;
  for (std::int64_t out = 0; out <= 301; ++out) {
    ClockOffsetEstimate estimate;
    estimate.add(instant(5000), nanoseconds(5000 + out + kTrue), instant(5301));
    const auto error = estimate.best()->value - nanoseconds(kTrue);
    EXPECT_LE(error < nanoseconds(0) ? -error : error, estimate.best()->bound) << out;
  }
}

}  // namespace
}  // namespace suite
