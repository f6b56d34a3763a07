#include "client/engine/phases.h"

#include <gtest/gtest.h>

namespace suite {
namespace {

using namespace std::chrono_literals;

constexpr PhaseSchedule::TimePoint kBegin{1000s};

TEST(PhaseSchedule, HasNoEndsUntilItBegins) {
  const PhaseSchedule schedule({.warmup = 1s, .measure = 2s});
  EXPECT_EQ(schedule.end_of(Phase::kConnect), PhaseSchedule::TimePoint::max());
  EXPECT_EQ(schedule.end_of(Phase::kWarmup), PhaseSchedule::TimePoint::max());
}

TEST(PhaseSchedule, PutsThePhasesOneBehindTheOther) {
  PhaseSchedule schedule({.warmup = 1s, .measure = 2s, .drain = 5s});
  schedule.begin(kBegin);
  EXPECT_EQ(schedule.end_of(Phase::kWarmup), kBegin + 1s);
  EXPECT_EQ(schedule.end_of(Phase::kMeasure), kBegin + 3s);
  EXPECT_EQ(schedule.end_of(Phase::kDrain), kBegin + 8s);
}

TEST(PhaseSchedule, MeasuresAtOnceWithoutAWarmUpAndForEverWithoutALength) {
  PhaseSchedule schedule({.measure = std::nullopt});
  schedule.begin(kBegin);
  EXPECT_EQ(schedule.end_of(Phase::kWarmup), kBegin);
  EXPECT_EQ(schedule.end_of(Phase::kMeasure), PhaseSchedule::TimePoint::max());
}

}  // namespace
}  // namespace suite
