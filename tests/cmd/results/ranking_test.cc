#include "cmd/results/ranking.h"

#include <gtest/gtest.h>

#include "tests/cmd/results/sections.h"

namespace suite::results {
namespace {

using samples::contestant_at;
using samples::section_of;
using samples::with_server_cpu;

TEST(Rank, PutsTheFastestFirstAndComparesTheOthersWithIt) {
  const auto standings = rank(
      section_of({contestant_at("a", {90, 91, 89, 90, 92}), contestant_at("b", {100, 101, 99, 100, 102})}));
  ASSERT_EQ(standings.size(), 2U);
  EXPECT_EQ(standings[0].contestant, 1U);
  EXPECT_EQ(standings[0].median_rps, 100);
  EXPECT_FALSE(standings[0].ratio);
  ASSERT_TRUE(standings[1].ratio);
  EXPECT_NEAR(standings[1].ratio->value, 0.9, 0.002);
  EXPECT_EQ(standings[1].server_cpu_per_request, 4e-6);
}

TEST(Rank, ComparesTheRoundsThatBothHave) {
  BenchContestant late = contestant_at("late", {0, 100});  // the first of its rounds is not in the file
  late.rounds.erase(late.rounds.begin());
  const auto standings = rank(section_of({contestant_at("a", {100, 200, 300}), late}));
  ASSERT_EQ(standings.size(), 2U);
  EXPECT_NEAR(standings[1].ratio->value, 0.5, 1e-12);
}

TEST(Rank, CountsRoundsThatWereDisturbed) {
  BenchContestant one = contestant_at("a", {1, 2, 3});
  EXPECT_EQ(disturbed_rounds(one), 0U);
  one.rounds[1].run.disturbance = Disturbance{.significant = true};
  one.rounds[2].run.disturbance = Disturbance{.others = std::chrono::seconds(1)};
  EXPECT_EQ(disturbed_rounds(one), 1U);
  EXPECT_EQ(rank(section_of({one}))[0].disturbed, 1U);
}

TEST(Rank, CallsAServerUnevenWhoseBusiestWorkerHasMoreThanHalfAboveTheMean) {
  BenchContestant one = contestant_at("a", {1, 2, 3});
  EXPECT_FALSE(is_uneven(one)) << "nobody told";
  for (BenchRound& round : one.rounds) round.worker_requests = {150, 50, 100};
  EXPECT_FALSE(is_uneven(one));
  one.rounds[0].worker_requests = one.rounds[1].worker_requests = {151, 50, 99};
  EXPECT_TRUE(is_uneven(one));
  EXPECT_TRUE(rank(section_of({one}))[0].uneven);
  one.rounds[0].worker_requests = {};
  EXPECT_FALSE(is_uneven(one)) << "one of two rounds";
  one.rounds[2].worker_requests = {7};
  EXPECT_FALSE(is_uneven(one)) << "one worker has it all";
}

TEST(Rank, LeavesOutWhoHasNoRound) {
  EXPECT_EQ(rank(section_of({contestant_at("a", {}), contestant_at("b", {1})})).size(), 1U);
}

TEST(Rank, ByServerCpuPutsTheFrugalFirstAndThoseWithoutItLast) {
  BenchContestant unknown = contestant_at("unknown", {300});
  unknown.rounds.front().run.server_cpu.reset();
  const auto standings = rank(section_of({unknown, contestant_at("fast", {200}),
                                          with_server_cpu(contestant_at("frugal", {100}), 0.5)}),
                              Metric::kServerCpu);
  ASSERT_EQ(standings.size(), 3U);
  EXPECT_EQ(standings[0].contestant, 2U);
  EXPECT_EQ(standings[1].contestant, 1U);
  EXPECT_NEAR(standings[1].ratio->value, 2, 1e-9);
  EXPECT_EQ(standings[2].contestant, 0U);
  EXPECT_FALSE(standings[2].ratio);
}

TEST(RankingMetric, IsServerCpuWhereSomethingElseThanTheServersWasTheLimitInMostRounds) {
  const BenchContestant free = contestant_at("free", {100, 100}), bound = samples::client_bound(free);
  EXPECT_EQ(ranking_metric(section_of({free, free}), false), Metric::kThroughput);
  EXPECT_EQ(ranking_metric(section_of({free, bound}), false), Metric::kThroughput) << "in half of them";
  EXPECT_EQ(ranking_metric(section_of({bound, bound}), false), Metric::kServerCpu);
  EXPECT_EQ(ranking_metric(section_of({free, free}), true), Metric::kServerCpu)
      << "they had one core for all";
  BenchContestant unknown = bound;
  unknown.rounds[1].run.server_cpu.reset();
  EXPECT_EQ(ranking_metric(section_of({bound, unknown}), false), Metric::kThroughput)
      << "not every round has it";
  BenchContestant shared = free;
  for (BenchRound& round : shared.rounds) round.run.limit = Limit::kSharedCores;
  EXPECT_EQ(ranking_metric(section_of({shared, bound}), false), Metric::kServerCpu);
  EXPECT_EQ(rank(section_of({shared}))[0].limit, Limit::kSharedCores);
}

TEST(Rank, SharesTheFirstPlaceWhereNoDifferenceIsShown) {
  const auto standings = rank(section_of({contestant_at("a", {100, 101, 99, 100, 102, 100}),
                                          contestant_at("b", {99, 102, 98, 101, 99, 100}),
                                          contestant_at("c", {90, 91, 89, 90, 92, 91})}));
  ASSERT_EQ(standings.size(), 3U);
  EXPECT_EQ(standings[0].rank, 1U);
  EXPECT_EQ(standings[1].rank, 1U);
  EXPECT_EQ(standings[2].rank, 3U);
}

TEST(Rank, HasTheRatioOfServerCpuWhateverIsRankedBy) {
  const auto standings =
      rank(section_of({contestant_at("a", {100, 100, 100, 100, 100, 100}),
                       with_server_cpu(contestant_at("b", {90, 90, 90, 90, 90, 90}), 1.5)}));
  ASSERT_TRUE(standings[1].cpu_ratio);
  EXPECT_NEAR(standings[1].cpu_ratio->value, 1.5, 1e-9);
  EXPECT_TRUE(standings[1].cpu_ratio->shows_difference());
}

}  // namespace
}  // namespace suite::results
