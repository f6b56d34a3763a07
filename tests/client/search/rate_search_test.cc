// The search on servers that are a function of the rate: a clean knee, a noisy one, none, several.
#include "client/search/rate_search.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <random>
#include <vector>

namespace suite {
namespace {

using SearchEnd = RateSearch::End;
using Part = RateSearch::Part;

struct Tried {
  double rate;
  bool passed;
  Part part;
};

struct Course {
  RateSearch search;
  std::vector<Tried> tried;
};

Course run(RateSearch::Options options, const std::function<bool(double)>& passes) {
  Course course{.search = RateSearch(options), .tried = {}};
  while (const auto rate = course.search.next()) {
    EXPECT_LE(course.tried.size(), 2U * RateSearch::kMostSteps) << "it does not end";
    if (course.tried.size() > 2U * RateSearch::kMostSteps) break;
    const bool passed = passes(*rate);
    course.tried.push_back({.rate = *rate, .passed = passed, .part = course.search.part()});
    course.search.on_step(passed);
  }
  return course;
}

std::function<bool(double)> knee_at(double knee) {
  return [knee](double rate) { return rate <= knee; };
}

TEST(RateSearch, FindsASharpKneeFromBelowAndFromAbove) {
  for (const double knee : {3.0, 47.0, 118'400.0, 2'345'678.0}) {
    for (const double start : {1.0, 0.4 * knee, 0.99 * knee, 1.7 * knee, 40 * knee}) {
      const Course course = run({.start = start}, knee_at(knee));
      SCOPED_TRACE(testing::Message() << knee << " from " << start);
      ASSERT_EQ(course.search.end(), SearchEnd::kFound);
      EXPECT_LE(*course.search.low(), knee);
      EXPECT_GT(*course.search.high(), knee);
      // Of small rates the next whole one is further away than the tolerance.
      EXPECT_LE(*course.search.high() - *course.search.low(), std::max(1.0, 0.02 * *course.search.low()));
    }
  }
}

TEST(RateSearch, TakesAsManyStepsAsItSaysFromHalfOfAClosedLoopsThroughput) {
  for (const double share : {0.55, 0.7, 0.85, 0.99}) {
    const Course course = run({.start = 100'000}, knee_at(200'000 * share));
    EXPECT_LE(course.tried.size(), RateSearch::kUsualSteps) << share;
  }
}

TEST(RateSearch, ConfirmsBothEndsByRunningThemAgain) {
  const Course course = run({.start = 1000}, knee_at(1500));
  std::vector<Tried> confirming;
  std::ranges::copy_if(course.tried, std::back_inserter(confirming),
                       [](const Tried& one) { return one.part == Part::kConfirm; });
  ASSERT_EQ(confirming.size(), 3U);
  EXPECT_EQ(confirming[0].rate, *course.search.low());
  EXPECT_EQ(confirming[1].rate, *course.search.low());
  EXPECT_EQ(confirming[2].rate, *course.search.high());
}

TEST(RateSearch, DoesNotBelieveASingleLuckyRun) {
  int lucky = 0;  // one rate beyond the knee passes the first time that it is tried
  const Course course = run({.start = 1000}, [&](double rate) {
    return rate <= 1200 || (rate >= 1500 && rate < 2000 && lucky++ == 0);
  });
  EXPECT_EQ(course.search.end(), SearchEnd::kFound);
  EXPECT_LE(*course.search.low(), 1200);
  EXPECT_NEAR(*course.search.low(), 1200, 30);
  EXPECT_GT(lucky, 1) << "the test has to try its lucky rate";
}

TEST(RateSearch, DoesNotBelieveASingleUnluckyRun) {
  int unlucky = 0;  // and one below it fails once
  const Course course = run({.start = 1000}, [&](double rate) {
    return rate <= 1900 && !(rate > 1300 && rate < 1700 && unlucky++ == 0);
  });
  EXPECT_EQ(course.search.end(), SearchEnd::kFound);
  EXPECT_LE(*course.search.low(), 1900);
  EXPECT_GT(*course.search.high(), 1900);
  EXPECT_LE(*course.search.high() - *course.search.low(), 0.04 * *course.search.low())
      << "one end was refuted";
}

struct Noise {
  double spread;  // standard deviation of the knee, which is at 100,000
  int found = 0, near = 0;
};

// 200 searches, each with a knee that is elsewhere in every run.
void search_in(Noise& noise) {
  for (unsigned seed = 0; seed < 200; ++seed) {
    std::mt19937 random(seed);
    std::normal_distribution<double> knee(100'000, noise.spread);
    const Course course = run({.start = 60'000}, [&](double rate) { return rate <= knee(random); });
    EXPECT_LE(course.tried.size(), static_cast<std::size_t>(RateSearch::kMostSteps));
    noise.found += course.search.end() == SearchEnd::kFound ? 1 : 0;
    ASSERT_TRUE(course.search.low());
    noise.near += std::abs(*course.search.low() - 100'000) <= 2 * noise.spread ? 1 : 0;
  }
}

TEST(RateSearch, FindsTheMiddleOfANoisyKnee) {
  for (Noise noise : {Noise{.spread = 3'000}, Noise{.spread = 10'000}}) {
    search_in(noise);
    EXPECT_GE(noise.found, 175) << noise.spread;
    EXPECT_GE(noise.near, 180) << noise.spread;
  }
}

TEST(RateSearch, AsksForALessNarrowBracketWhereNoNarrowOneHolds) {
  int wide = 0;
  for (unsigned seed = 0; seed < 50; ++seed) {
    std::mt19937 random(seed);
    std::normal_distribution<double> knee(100'000, 10'000);
    const Course course = run({.start = 60'000}, [&](double rate) { return rate <= knee(random); });
    if (course.search.end() != SearchEnd::kFound) continue;
    wide += *course.search.high() - *course.search.low() > 0.03 * *course.search.low() ? 1 : 0;
  }
  EXPECT_GT(wide, 5);
}

TEST(RateSearch, FallsBackToARateThatPassedMoreOftenThanItFailed) {
  // Steps: 1,000 passes, 2,000 fails, 1,500 passes, and then nothing ever passes again.
  RateSearch search({.start = 1000});
  for (const bool passed : {true, false, true}) search.on_step(passed);
  while (search.high().value_or(2000) > 1500) search.on_step(false);
  EXPECT_EQ(search.low(), 1000) << "1,500 was refuted";
}

TEST(RateSearch, SaysWhenNothingPasses) {
  const Course course = run({.start = 50'000, .least = 550}, [](double) { return false; });
  EXPECT_EQ(course.search.end(), SearchEnd::kNonePassed);
  EXPECT_EQ(course.search.low(), std::nullopt);
  EXPECT_EQ(course.tried.back().rate, 550);
  for (const Tried& one : course.tried) EXPECT_GE(one.rate, 550);
}

TEST(RateSearch, SaysWhenNothingFails) {
  const Course course = run({.start = 1000, .most = 1e6}, [](double) { return true; });
  EXPECT_EQ(course.search.end(), SearchEnd::kAllPassed);
  EXPECT_EQ(course.search.low(), 1e6);
  EXPECT_EQ(course.search.high(), std::nullopt);
}

TEST(RateSearch, EndsAtATrueEdgeWhereThereAreSeveral) {
  const auto passes = [](double rate) { return rate < 8'000 || (rate >= 10'000 && rate < 30'000); };
  for (const double start : {1'000.0, 9'000.0, 12'000.0, 80'000.0}) {
    const Course course = run({.start = start}, passes);
    ASSERT_EQ(course.search.end(), SearchEnd::kFound) << start;
    EXPECT_TRUE(passes(*course.search.low())) << start;
    EXPECT_FALSE(passes(*course.search.high())) << start;
  }
}

TEST(RateSearch, GivesUpOnWhatPassesAndFailsInTurn) {
  bool last = false;
  const Course course = run({.start = 1000}, [&](double) { return last = !last; });
  EXPECT_LE(course.tried.size(), static_cast<std::size_t>(RateSearch::kMostSteps));
  std::mt19937 coin(7);
  int out_of_steps = 0;
  for (int i = 0; i < 50; ++i) {
    const Course tossed = run({.start = 1000}, [&](double) { return coin() % 2 == 0; });
    EXPECT_LE(tossed.tried.size(), static_cast<std::size_t>(RateSearch::kMostSteps));
    out_of_steps += tossed.search.end() == SearchEnd::kOutOfSteps ? 1 : 0;
  }
  EXPECT_GT(out_of_steps, 0);
}

TEST(RateSearch, TriesOnlyRatesThatPeopleCanRead) {
  const Course course = run({.start = 73'456.7}, knee_at(118'400));
  for (const Tried& one : course.tried) {
    EXPECT_EQ(one.rate, std::round(one.rate));
    EXPECT_EQ(std::fmod(one.rate, one.rate < 100'000 ? 100 : 1000), 0) << one.rate;
  }
}

}  // namespace
}  // namespace suite
