#include "client/judgement/drift.h"

#include <gtest/gtest.h>

#include <random>
#include <vector>

namespace suite {
namespace {

using namespace std::chrono_literals;

// Seconds with these many completed requests.
std::vector<SeriesPoint> series_of(const std::vector<double>& rates) {
  std::vector<SeriesPoint> series;
  for (const double rate : rates) {
    series.push_back({.length = 1s, .completed = static_cast<std::uint64_t>(rate)});
  }
  return series;
}

TEST(Drift, IsSeenInASlopeAndInAStep) {
  const auto slope = drift_of(series_of({1000, 960, 930, 880, 850, 800}));
  ASSERT_TRUE(slope);
  EXPECT_EQ(slope->first, 980);
  EXPECT_EQ(slope->last, 825);
  EXPECT_TRUE(drift_of(series_of({500, 501, 503, 498, 700, 702, 698, 703})));
  EXPECT_TRUE(drift_of(series_of({0, 0, 0, 10, 10, 10})));
}

TEST(Drift, IsNothingWhereThroughputStays) {
  EXPECT_FALSE(drift_of(series_of({1000, 1000, 1000, 1000, 1000, 1000})));
  EXPECT_FALSE(drift_of(series_of({1000, 990, 980, 960, 940, 920}))) << "less than a tenth";
  EXPECT_FALSE(drift_of(series_of({1000, 200, 900, 300, 1000, 250, 700, 400}))) << "noise, however loud";
  EXPECT_FALSE(drift_of(series_of({1000, 400, 1000, 1000, 1000, 1000, 1000, 1000, 1000})))
      << "one bad second";
  EXPECT_FALSE(drift_of(series_of({0, 0, 0, 0, 0, 0})));
}

TEST(Drift, TakesSixWholeSeconds) {
  std::vector<SeriesPoint> series = series_of({1000, 1000, 1000, 500, 500, 500});
  EXPECT_TRUE(drift_of(series));
  series.back().length = 400ms;  // the end of the window: its rate is its own
  EXPECT_FALSE(drift_of(series));
  EXPECT_FALSE(drift_of({}));
}

// How many of a thousand runs of one kind are called drifting.
int called_drifting(int seconds, double noise, double loss) {
  std::mt19937 dice(7);
  std::normal_distribution<double> normal(0, noise);
  int drifting = 0;
  for (int run = 0; run < 1000; ++run) {
    std::vector<double> rates;
    for (int i = 0; i < seconds; ++i)
      rates.push_back(100'000 * (1 - loss * i / (seconds - 1) + normal(dice)));
    drifting += drift_of(series_of(rates)) ? 1 : 0;
  }
  return drifting;
}

TEST(Drift, OfSteadyNoiseIsClaimedInOneOfAHundredRunsAtMost) {
  for (const int seconds : {6, 10, 30, 60}) {
    EXPECT_LE(called_drifting(seconds, 0.05, 0), 15) << seconds;
    EXPECT_LE(called_drifting(seconds, 0.02, 0), 1) << seconds;
  }
}

TEST(Drift, OfAQuarterIsSeenWhereNoiseIsSmall) {
  for (const int seconds : {6, 10, 30, 60}) EXPECT_GE(called_drifting(seconds, 0.02, 0.25), 950) << seconds;
}

}  // namespace
}  // namespace suite
