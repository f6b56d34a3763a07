#include "cmd/results/verdict.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <cmath>
#include <cstdint>
#include <random>
#include <utility>
#include <vector>

namespace suite::results {
namespace {

using testing::HasSubstr;

struct Side {
  double rps = 1000;
  double cpu_us = 10;  // of the server, per request
  std::int64_t p99_us = 100;
};

LoadRun run_of(const Side& side) {
  constexpr std::chrono::seconds kLong{1000};
  LoadRun run{.measured = kLong};
  run.counts.completed = static_cast<std::uint64_t>(std::llround(side.rps * 1000));
  run.server_cpu =
      std::chrono::nanoseconds(std::llround(side.cpu_us * 1000 * static_cast<double>(run.counts.completed)));
  LatencyHistogram latency;
  latency.record(std::chrono::microseconds(side.p99_us), 1000);
  run.latency = latency.contents();
  return run;
}

// Rounds, the later ones a little faster: what both share cancels out.
class Rounds {
 public:
  Rounds(std::size_t count, const Side& before, const Side& after) {
    for (std::size_t i = 0; i < count; ++i) {
      const double drift = 1 + 0.01 * static_cast<double>(i);
      before_.push_back(run_of({before.rps * drift, before.cpu_us, before.p99_us}));
      after_.push_back(run_of({after.rps * drift, after.cpu_us, after.p99_us}));
    }
  }
  std::vector<LoadRun>& before() { return before_; }
  std::vector<LoadRun>& after() { return after_; }
  Comparison compared() const {
    std::vector<RunPair> pairs;
    for (std::size_t i = 0; i < before_.size(); ++i) pairs.push_back({&before_[i], &after_[i]});
    return comparison_of(pairs);
  }
  std::string verdict(Metric metric = Metric::kThroughput) const {
    return verdict_sentence(compared(), metric);
  }

 private:
  std::vector<LoadRun> before_, after_;
};

TEST(Verdict, SaysByHowMuchAndHowSureAndWhatElseChanged) {
  const Rounds faster(6, {}, {.rps = 1080, .cpu_us = 9.1});
  EXPECT_EQ(
      faster.verdict(),
      "after is 8 % faster than before (95 %: 8 to 8 %; server CPU per request -9 %; p99: no difference "
      "shown)");
  const Rounds slower(6, {}, {.rps = 880, .p99_us = 150});
  EXPECT_THAT(slower.verdict(), testing::StartsWith("after is 12 % slower than before (95 %: 12 to 12 %; "));
  EXPECT_THAT(slower.verdict(), HasSubstr("; p99 +50 %)"));
}

TEST(Verdict, IsAboutTheMetricThatWasAskedFor) {
  const Rounds rounds(6, {}, {.rps = 1100, .cpu_us = 11, .p99_us = 80});
  EXPECT_THAT(rounds.verdict(Metric::kServerCpu),
              testing::StartsWith("after takes 10 % more server CPU per request than before (95 %: 10 to 10 "
                                  "%; throughput +10 %; p99 "));
  EXPECT_THAT(rounds.verdict(Metric::kP99),
              testing::StartsWith("p99 of after is 20 % lower than that of before"));
}

TEST(Verdict, SaysHowSmallADifferenceItWouldHaveSeenWhereItShowsNone) {
  Rounds rounds(6, {}, {});
  rounds.after()[1] = run_of({.rps = 1100});
  rounds.after()[4] = run_of({.rps = 900});
  EXPECT_THAT(rounds.verdict(), testing::MatchesRegex("no difference shown between before and after "
                                                      "\\(throughput, 95 %: -[0-9.]+ to \\+[0-9.]+ %; this "
                                                      "run would have seen [0-9.]+ %; .*\\)"));
}

TEST(Verdict, ClaimsNothingFromFewerThanSixRounds) {
  EXPECT_EQ(Rounds(5, {}, {.rps = 2000}).verdict(),
            "no verdict from 5 rounds: a difference takes 6 (throughput: +100 %, after against before)");
  EXPECT_THAT(Rounds(0, {}, {}).verdict(), HasSubstr("no round in common"));
}

TEST(Verdict, GoesByServerCpuWhereTheClientWasTheLimit) {
  Rounds rounds(6, {}, {.cpu_us = 8});
  EXPECT_EQ(rounds.compared().usual_metric(), Metric::kThroughput);
  for (std::size_t i = 0; i < 4; ++i) rounds.after()[i].limit = Limit::kClient;
  EXPECT_EQ(rounds.compared().usual_metric(), Metric::kServerCpu);
  EXPECT_THAT(rounds.verdict(Metric::kServerCpu), HasSubstr("; the client was the limit in 4 of 6 rounds)"));
  rounds.after()[0].limit = Limit::kSharedCores;
  EXPECT_EQ(rounds.compared().usual_metric(), Metric::kServerCpu);
  EXPECT_THAT(
      rounds.verdict(Metric::kServerCpu),
      HasSubstr(
          "; the client was the limit in 3 of 6 rounds; shared cores were the limit in 1 of 6 rounds)"));
  for (LoadRun& run : rounds.before()) run.server_cpu.reset();
  EXPECT_EQ(rounds.compared().usual_metric(), Metric::kThroughput) << "nothing else is known";
}

TEST(Verdict, IsNotComparableWhereOnlyTheClientIsSeen) {
  Rounds rounds(7, {}, {.rps = 1100});
  for (LoadRun& run : rounds.before()) run.server_cpu.reset();
  for (std::size_t i = 0; i < 3; ++i) rounds.after()[i].limit = Limit::kClient;
  EXPECT_THAT(rounds.verdict(), testing::StartsWith("after is 10 % faster than before")) << "3 of 7 are few";
  rounds.before()[6].limit = Limit::kClient;
  EXPECT_EQ(
      rounds.verdict(),
      "not comparable: the client was the limit in 4 of 7 rounds, and the servers' CPU time is not known");
  EXPECT_EQ(why_not_comparable(rounds.compared(), Metric::kP99), std::nullopt);
  rounds.before() = Rounds(7, {}, {}).before();
  for (LoadRun& run : rounds.before()) run.limit = Limit::kSharedCores;
  EXPECT_EQ(why_not_comparable(rounds.compared(), Metric::kThroughput), std::nullopt)
      << "their CPU time is known, and throughput was asked for";
}

TEST(Verdict, KnowsItsMetricsByTheNamesOfGates) {
  for (const Metric metric : kAllCompared) EXPECT_EQ(find_compared(name_of(metric)), metric);
  EXPECT_EQ(find_compared("p50"), std::nullopt);
}

TEST(Verdict, HasNoRatioOfARunThatDoesNotSay) {
  const LoadRun empty;
  const Comparison comparison = comparison_of(std::array{RunPair{.before = &empty, .after = &empty}});
  for (const Metric metric : kAllCompared) EXPECT_FALSE(comparison.ratio(metric));
}

TEST(Regression, IsADifferenceThatIsShownAndLargeEnough) {
  const Comparison slower = Rounds(6, {}, {.rps = 900}).compared();
  EXPECT_EQ(regression_in(slower, Metric::kThroughput, 5),
            "a regression: throughput fell by 10 %, which is not less than 5 %");
  EXPECT_EQ(regression_in(slower, Metric::kThroughput, 11), std::nullopt);
  EXPECT_EQ(regression_in(slower, Metric::kServerCpu, 5), std::nullopt);
  EXPECT_EQ(regression_in(Rounds(5, {}, {.rps = 500}).compared(), Metric::kThroughput, 5), std::nullopt);
  EXPECT_EQ(regression_in(Rounds(6, {}, {.rps = 2000}).compared(), Metric::kThroughput, 0), std::nullopt)
      << "faster is no regression";
  const Comparison dearer = Rounds(6, {}, {.cpu_us = 12, .p99_us = 110}).compared();
  EXPECT_TRUE(regression_in(dearer, Metric::kServerCpu, 15));
  EXPECT_TRUE(regression_in(dearer, Metric::kP99, 9));
  EXPECT_FALSE(regression_in(dearer, Metric::kP99, 15));
}

// Cohen's power, 0.8: simulated, 3 % of noise in each of ten rounds.
TEST(SmallestSeen, IsSeenInFourOfFiveCases) {
  std::mt19937_64 random(1);
  std::normal_distribution<double> noise(0, 0.03);
  const auto ratio_with = [&](double change) {
    std::vector<double> before, after;
    for (int i = 0; i < 10; ++i) {
      before.push_back(std::exp(noise(random)));
      after.push_back(std::exp(noise(random) + change));
    }
    return paired_ratio(after, before);
  };
  std::vector<double> seen;
  for (int i = 0; i < 500; ++i) seen.push_back(*smallest_seen(ratio_with(0)));
  const double change = std::log1p(median(seen));
  int shown = 0;
  for (int i = 0; i < 500; ++i) shown += ratio_with(change).shows_difference() ? 1 : 0;
  EXPECT_GT(shown, 350);
  EXPECT_LT(shown, 450);
}

}  // namespace
}  // namespace suite::results
