#include "cmd/results/measures.h"

#include <gtest/gtest.h>

#include "tests/cmd/results/sections.h"

namespace suite::results {
namespace {

TEST(ValueOf, IsInSecondsAndPerRequest) {
  const LoadRun run = samples::run_at(100);
  EXPECT_EQ(value_of(run, Metric::kThroughput), 100);
  EXPECT_EQ(value_of(run, Metric::kServerCpu), 4e-6);
  EXPECT_EQ(value_of(run, Metric::kClientCpu), 1e-6);
  EXPECT_NEAR(*value_of(run, Metric::kP50), 500e-6, 1e-6);
  EXPECT_NEAR(*value_of(run, Metric::kP99), 990e-6, 1e-6);
  EXPECT_EQ(value_of(run, Metric::kMax), 1000e-6);
}

TEST(ValueOf, IsPerRequestForSwitchesAndPerConnectionForMemory) {
  LoadRun run;
  run.counts.completed = 100;
  run.connections_opened = 10;
  EXPECT_FALSE(value_of(run, Metric::kServerSwitches));
  EXPECT_FALSE(value_of(run, Metric::kServerMemory));
  run.server_switches = 50;
  run.thread_use = {{.voluntary_switches = 20, .involuntary_switches = 5}, {.voluntary_switches = 75}};
  run.server_memory = ServerMemory{.before = 1000, .loaded = 21'000};
  EXPECT_EQ(value_of(run, Metric::kServerSwitches), 0.5);
  EXPECT_EQ(value_of(run, Metric::kClientSwitches), 1);
  EXPECT_EQ(value_of(run, Metric::kServerMemory), 2000);
  run.server_memory = ServerMemory{.before = 1000, .loaded = 900};
  EXPECT_EQ(value_of(run, Metric::kServerMemory), 0) << "it gave memory back meanwhile";
}

TEST(ValueOf, IsNothingWhereTheRunDoesNotTell) {
  LoadRun run;
  EXPECT_FALSE(value_of(run, Metric::kServerCpu));
  EXPECT_FALSE(value_of(run, Metric::kP99));
  run.latency.emplace();
  EXPECT_FALSE(value_of(run, Metric::kMax));
}

TEST(RatioOf, LeavesOutRoundsWithoutAValue) {
  BenchContestant one = samples::contestant_at("one", {100, 200});
  one.rounds.front().run.counts.completed = 0;
  const auto ratio = ratio_of(one, samples::contestant_at("base", {100, 100}), Metric::kThroughput);
  ASSERT_TRUE(ratio);
  EXPECT_EQ(ratio->pairs, 1U);
  EXPECT_NEAR(ratio->value, 2, 1e-12);
  one.rounds.pop_back();
  EXPECT_FALSE(ratio_of(one, samples::contestant_at("base", {100, 100}), Metric::kThroughput));
}

}  // namespace
}  // namespace suite::results
