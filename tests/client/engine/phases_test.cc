#include "client/engine/phases.h"

#include <gtest/gtest.h>

namespace suite {
namespace {

using namespace std::chrono_literals;

constexpr PhaseSchedule::TimePoint kStart{1000s};

TEST(PhaseSchedule, ConnectsUntilItBegins) {
  const PhaseSchedule schedule(1s, 2s);
  EXPECT_EQ(schedule.at(kStart), Phase::kConnect);
  EXPECT_EQ(schedule.end_of(Phase::kConnect), PhaseSchedule::TimePoint::max());
}

TEST(PhaseSchedule, ChangesAtTheExactInstant) {
  PhaseSchedule schedule(1s, 2s);
  schedule.begin(kStart);
  EXPECT_EQ(schedule.at(kStart), Phase::kWarmup);
  EXPECT_EQ(schedule.at(kStart + 1s - 1ns), Phase::kWarmup);
  EXPECT_EQ(schedule.at(kStart + 1s), Phase::kMeasure);
  EXPECT_EQ(schedule.at(kStart + 3s - 1ns), Phase::kMeasure);
  EXPECT_EQ(schedule.at(kStart + 3s), Phase::kDone);
  EXPECT_EQ(schedule.end_of(Phase::kWarmup), kStart + 1s);
  EXPECT_EQ(schedule.end_of(Phase::kMeasure), kStart + 3s);
}

TEST(PhaseSchedule, MeasuresAtOnceWithoutAWarmUpAndForEverWithoutALength) {
  PhaseSchedule schedule(0s, std::nullopt);
  schedule.begin(kStart);
  EXPECT_EQ(schedule.at(kStart), Phase::kMeasure);
  EXPECT_EQ(schedule.at(kStart + 24h), Phase::kMeasure);
}

}  // namespace
}  // namespace suite
