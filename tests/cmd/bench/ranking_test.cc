#include "cmd/bench/ranking.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <initializer_list>
#include <utility>
#include <vector>

#include "tests/cmd/bench/samples.h"

namespace suite::bench {
namespace {

using results::BenchContestant;
using results::BenchSection;
using results::LoadRun;

BenchContestant measured_at(std::initializer_list<double> rps) {
  BenchContestant one;
  for (const double each : rps) {
    one.rounds.push_back({.round = one.rounds.size() + 1, .run = run_at(each)});
    LoadRun& run = one.rounds.back().run;
    run.server_cpu = std::chrono::microseconds(4) * run.counts.completed;
  }
  return one;
}

BenchSection section_of(std::vector<BenchContestant> contestants) {
  return {.workload = "echo-d1", .conns = 1, .depth = 1, .contestants = std::move(contestants)};
}

TEST(Rank, PutsTheFastestFirstAndComparesTheOthersWithIt) {
  const auto standings =
      rank(section_of({measured_at({90, 91, 89, 90, 92}), measured_at({100, 101, 99, 100, 102})}));
  ASSERT_EQ(standings.size(), 2U);
  EXPECT_EQ(standings[0].contestant, 1U);
  EXPECT_EQ(standings[0].median_rps, 100);
  EXPECT_FALSE(standings[0].ratio);
  ASSERT_TRUE(standings[1].ratio);
  EXPECT_NEAR(standings[1].ratio->value, 0.9, 0.002);
  EXPECT_EQ(standings[1].server_cpu_per_request, 4e-6);
}

TEST(Rank, ComparesTheRoundsThatBothHave) {
  const auto standings = rank(section_of({measured_at({100, 200, 300}), measured_at({50})}));
  ASSERT_EQ(standings.size(), 2U);
  EXPECT_NEAR(standings[1].ratio->value, 0.5, 1e-12);
}

TEST(Rank, LeavesOutWhoHasNoRound) {
  EXPECT_EQ(rank(section_of({measured_at({}), measured_at({1})})).size(), 1U);
}

class RankingText : public testing::Test {
 protected:
  std::string text(std::vector<BenchContestant> contestants) {
    contestants.at(0).name = "epoll";
    contestants.at(1).name = "libuv";
    return ranking_text(section_of(std::move(contestants)));
  }
};

TEST_F(RankingText, ClaimsADifferenceOnlyWhereTheIntervalExcludesNone) {
  EXPECT_THAT(text({measured_at({100, 101, 99, 100, 102, 100}), measured_at({90, 91, 89, 90, 92, 91})}),
              testing::HasSubstr("] slower\n"));
  EXPECT_THAT(text({measured_at({100, 101, 99, 100, 102, 100}), measured_at({99, 102, 98, 101, 99, 100})}),
              testing::HasSubstr("] no difference shown\n"));
}

TEST_F(RankingText, ClaimsNothingFromFewerThanSixRounds) {
  EXPECT_THAT(text({measured_at({100, 101, 99, 100, 102}), measured_at({50, 51, 49, 50, 51})}),
              testing::HasSubstr("   0.500x (inconclusive: too few rounds)\n"));
}

TEST_F(RankingText, NamesWhoFailed) {
  const BenchContestant failed{.failure = results::BenchFailure{.round = 1, .why = "it never came"}};
  EXPECT_THAT(text({measured_at({100}), failed}),
              testing::HasSubstr("libuv             failed in round 1: it never came"));
}

TEST_F(RankingText, OfAWorkloadThatThisVersionDoesNotHaveIsMadeAllTheSame) {
  BenchSection section = section_of({measured_at({100})});
  EXPECT_THAT(ranking_text(section),
              testing::StartsWith("Echo, 1 connection, 1 request in flight on each: "));
  section.workload = "udp-d1";
  EXPECT_THAT(ranking_text(section), testing::StartsWith("udp-d1, 1 connection: medians, "));
}

}  // namespace
}  // namespace suite::bench
