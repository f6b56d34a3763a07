#include "cmd/results/load_levels.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/cmd/results/sections.h"

namespace suite::results {
namespace {

using namespace samples;
using Values = std::vector<std::optional<double>>;

TEST(Knee, IsWhereP99IsMoreThanTwiceThatAtTheLowestLoad) {
  EXPECT_EQ(knee_of(Values{1, 1.5, 2, 2.1, 9}), 3U);
  EXPECT_EQ(knee_of(Values{1, 5, 1.5}), 1U) << "the first";
  EXPECT_EQ(knee_of(Values{1, std::nullopt, 5}), 2U);
  EXPECT_FALSE(knee_of(Values{1, 2, 2}));
  EXPECT_FALSE(knee_of(Values{1}));
  EXPECT_FALSE(knee_of(Values{}));
  EXPECT_FALSE(knee_of(Values{std::nullopt, 5, 50})) << "nothing to compare with";
}

BenchSection at(std::optional<LoadLevel> level, std::vector<BenchContestant> contestants) {
  BenchSection section = section_of(std::move(contestants));
  section.level = level;
  return section;
}

TEST(LoadedWorkloads, HaveEachContestantsMaximumAndItsLatencies) {
  auto slow = contestant_at("b", {50, 60, 70});
  auto stopped = contestant_at("b", {});
  stopped.failure = BenchFailure{.round = 1, .why = "it died"};
  const std::vector sections{
      at(std::nullopt, {contestant_at("a", {100, 110, 120}), slow}),
      at(LoadLevel{.share = 0.5, .rate = {}}, {contestant_at("a", {55}), stopped}),
      at(LoadLevel{.share = {}, .rate = 40}, {contestant_at("a", {40}), contestant_at("b", {})})};
  const auto workloads = loaded_workloads(sections);
  ASSERT_EQ(workloads.size(), 1U);
  EXPECT_EQ(workloads[0].name, "echo-d1, 1 connection");
  const auto& contestants = workloads[0].contestants;
  ASSERT_EQ(contestants.size(), 2U);
  EXPECT_EQ(contestants[0].maximum, 110);
  ASSERT_EQ(contestants[0].levels.size(), 2U);
  EXPECT_NEAR(contestants[0].levels[0].p50.value_or(0), 500e-6, 1e-6);
  EXPECT_NEAR(contestants[0].levels[0].p99.value_or(0), 990e-6, 1e-6);
  EXPECT_EQ(contestants[0].levels[1].level.rate, 40);
  EXPECT_TRUE(contestants[1].levels.empty());
  EXPECT_EQ(contestants[1].stopped, "it died");
}

TEST(LoadedWorkloads, AreNoneWhereEverythingWentAsFastAsItCould) {
  EXPECT_TRUE(loaded_workloads(std::vector{at(std::nullopt, {contestant_at("a", {1})})}).empty());
}

}  // namespace
}  // namespace suite::results
