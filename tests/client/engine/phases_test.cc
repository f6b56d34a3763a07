#include "client/engine/phases.h"

#include <gtest/gtest.h>

namespace suite {
namespace {

using namespace std::chrono_literals;

constexpr PhaseSchedule::TimePoint kStart{1000s};

TEST(PhaseSchedule, HasNoEndsUntilItBegins) {
  const PhaseSchedule schedule({.warmup = 1s, .measure = 2s});
  EXPECT_EQ(schedule.end_of(Phase::kConnect), PhaseSchedule::TimePoint::max());
  EXPECT_EQ(schedule.end_of(Phase::kWarmup), PhaseSchedule::TimePoint::max());
}

TEST(PhaseSchedule, PutsThePhasesOneBehindTheOther) {
  PhaseSchedule schedule({.warmup = 1s, .measure = 2s, .drain = 5s});
  schedule.begin(kStart);
  EXPECT_EQ(schedule.end_of(Phase::kWarmup), kStart + 1s);
  EXPECT_EQ(schedule.end_of(Phase::kMeasure), kStart + 3s);
  EXPECT_EQ(schedule.end_of(Phase::kDrain), kStart + 8s);
}

TEST(PhaseSchedule, MeasuresAtOnceWithoutAWarmUpAndForEverWithoutALength) {
  PhaseSchedule schedule({.measure = std::nullopt});
  schedule.begin(kStart);
  EXPECT_EQ(schedule.end_of(Phase::kWarmup), kStart);
  EXPECT_EQ(schedule.end_of(Phase::kMeasure), PhaseSchedule::TimePoint::max());
}

}  // namespace
}  // namespace suite
