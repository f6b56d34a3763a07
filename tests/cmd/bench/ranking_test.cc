#include "cmd/bench/ranking.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <initializer_list>

namespace suite::bench {
namespace {

ContestantResult measured_at(std::initializer_list<double> rps) {
  ContestantResult result;
  for (const double each : rps) {
    result.rounds.push_back(
        {.round = result.rounds.size() + 1, .completed = 1000, .rps = each, .server_cpu_seconds = 0.004});
  }
  return result;
}

TEST(Rank, PutsTheFastestFirstAndComparesTheOthersWithIt) {
  const SectionResult result{measured_at({90, 91, 89, 90, 92}), measured_at({100, 101, 99, 100, 102})};
  const auto standings = rank(result, 1);
  ASSERT_EQ(standings.size(), 2U);
  EXPECT_EQ(standings[0].contestant, 1U);
  EXPECT_EQ(standings[0].median_rps, 100);
  EXPECT_FALSE(standings[0].ratio);
  ASSERT_TRUE(standings[1].ratio);
  EXPECT_NEAR(standings[1].ratio->value, 0.9, 0.002);
  EXPECT_EQ(standings[1].server_cpu_per_request, 4e-6);
}

TEST(Rank, ComparesTheRoundsThatBothHave) {
  const auto standings = rank({measured_at({100, 200, 300}), measured_at({50})}, 1);
  ASSERT_EQ(standings.size(), 2U);
  EXPECT_EQ(standings[1].ratio->value, 0.5);
}

TEST(Rank, LeavesOutWhoHasNoRound) { EXPECT_EQ(rank({measured_at({}), measured_at({1})}, 1).size(), 1U); }

class RankingText : public testing::Test {
 protected:
  std::string text(const SectionResult& result) {
    Plan plan;
    plan.rounds = result.front().rounds.size();
    plan.contestants = {{.name = "epoll"}, {.name = "libuv"}};
    return ranking_text(plan, {.workload = workloads().front(), .conns = 1}, result);
  }
};

TEST_F(RankingText, ClaimsADifferenceOnlyWhereTheIntervalExcludesNone) {
  EXPECT_THAT(text({measured_at({100, 101, 99, 100, 102}), measured_at({90, 91, 89, 90, 92})}),
              testing::HasSubstr("] slower\n"));
  EXPECT_THAT(text({measured_at({100, 101, 99, 100, 102}), measured_at({99, 102, 98, 101, 99})}),
              testing::HasSubstr("] no difference shown\n"));
}

TEST_F(RankingText, TakesTooFewRoundsForAHintOnly) {
  EXPECT_THAT(text({measured_at({100, 101, 99}), measured_at({90, 91, 89})}),
              testing::HasSubstr("a hint only, from so few rounds (3)"));
}

TEST_F(RankingText, NamesWhoFailed) {
  ContestantResult failed;
  failed.failed_round = 1;
  failed.failure = "it never came";
  EXPECT_THAT(text({measured_at({100}), failed}),
              testing::HasSubstr("libuv             failed in round 1: it never came"));
}

}  // namespace
}  // namespace suite::bench
