#include "cmd/bench/run_progress.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace suite::bench {
namespace {

using namespace std::chrono_literals;
using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

const RunProgress::Time kStart{1000s};

// Two sections of two servers with two rounds: eight rounds, which should take 10 s each.
Plan plan_of_eighty_seconds() {
  Plan plan{.rounds = 2, .secs = 9s, .warmup = 1s};
  for (const BenchWorkload& workload : workloads().first(2)) {
    plan.sections.push_back({.workload = workload, .conns = 100});
  }
  for (const char* name : {"epoll", "uring"}) {
    Contestant one{.name = name};
    one.budget.overhead = 0s;
    plan.contestants.push_back(one);
  }
  return plan;
}

constexpr RoundId kFirst{.section = 0, .round = 1, .contestant = 0};
constexpr RoundId kSecond{.section = 0, .round = 1, .contestant = 1};

TEST(RunProgress, CountsDownAsEstimatedWhileNothingIsKnown) {
  const Plan plan = plan_of_eighty_seconds();
  RunProgress progress(plan, kStart);
  EXPECT_EQ(progress.left(kStart), 80s);
  progress.round_begins(kFirst, kStart);
  EXPECT_EQ(progress.left(kStart + 4s), 76s);
  EXPECT_DOUBLE_EQ(progress.share_done(kStart + 4s), 0.05);
}

TEST(RunProgress, HoldsItsBreathInARoundThatTakesLonger) {
  const Plan plan = plan_of_eighty_seconds();
  RunProgress progress(plan, kStart);
  progress.round_begins(kFirst, kStart);
  EXPECT_EQ(progress.left(kStart + 10s), 70s);
  EXPECT_EQ(progress.left(kStart + 60s), 70s);
  EXPECT_DOUBLE_EQ(progress.share_done(kStart + 60s), 0.125);
}

TEST(RunProgress, StretchesTheRestByWhatRoundsReallyTook) {
  const Plan plan = plan_of_eighty_seconds();
  RunProgress progress(plan, kStart);
  progress.round_begins(kFirst, kStart);
  progress.round_ended(kFirst, kStart + 20s, true);
  EXPECT_EQ(progress.left(kStart + 20s), 140s);
  EXPECT_DOUBLE_EQ(progress.share_done(kStart + 20s), 0.125);
  progress.round_begins(kSecond, kStart + 20s);
  EXPECT_EQ(progress.left(kStart + 25s), 135s);
}

TEST(RunProgress, ExpectsNoFurtherRoundsOfOneThatFailed) {
  const Plan plan = plan_of_eighty_seconds();
  RunProgress progress(plan, kStart);
  progress.round_begins(kFirst, kStart);
  progress.round_ended(kFirst, kStart + 10s, false);
  EXPECT_EQ(progress.left(kStart + 10s), 60s);  // it takes part in the next section again
}

TEST(RunProgress, ExpectsNothingMoreOfOneThatStoppedInASweep) {
  Plan plan = plan_of_eighty_seconds();
  for (Section& section : plan.sections) section.series = 1;
  RunProgress progress(plan, kStart);
  progress.round_begins(kFirst, kStart);
  progress.round_ended(kFirst, kStart + 10s, false);
  EXPECT_EQ(progress.left(kStart + 10s), 40s);  // of the other one
}

TEST(RunProgress, HasNothingLeftAfterTheLastRound) {
  const Plan plan = plan_of_eighty_seconds();
  RunProgress progress(plan, kStart);
  auto now = kStart;
  for (std::size_t section = 0; section < 2; ++section) {
    for (std::uint64_t round = 1; round <= 2; ++round) {
      for (std::size_t contestant = 0; contestant < 2; ++contestant) {
        const RoundId id{.section = section, .round = round, .contestant = contestant};
        progress.round_begins(id, now);
        progress.round_ended(id, now += 10s, true);
      }
    }
  }
  EXPECT_EQ(progress.left(now), 0s);
  EXPECT_DOUBLE_EQ(progress.share_done(now), 1);
  EXPECT_EQ(progress.elapsed(now), 80s);
}

TEST(RunProgress, ShowsBarTimesAndTheRunningCell) {
  const Plan plan = plan_of_eighty_seconds();
  RunProgress progress(plan, kStart);
  progress.round_begins(kFirst, kStart);
  progress.round_ended(kFirst, kStart + 20s, true);
  progress.round_begins({.section = 0, .round = 1, .contestant = 1}, kStart + 20s);
  EXPECT_EQ(progress.line(kStart + 24s, {.columns = 120}),
            "###.....................  15 %  0:24 elapsed, 2:16 left  "
            "echo-d1, 100 connections, round 1 of 2, uring");
  EXPECT_EQ(progress.line(kStart + 24s, {.columns = 80, .unicode = true}),
            "█░░░░░░░░░░░  15 %  0:24 elapsed, 2:16 left  echo-d1 c100 1/2 uring");
  EXPECT_THAT(progress.line(kStart + 24s, {.columns = 80, .colour = true}), StartsWith("\033[36m#"));
}

TEST(RunProgress, TakesOneLineOfAnyTerminal) {
  Plan plan = plan_of_eighty_seconds();
  plan.contestants[0].name = "a-name-longer-than-any-terminal-should-have-to-show";
  RunProgress progress(plan, kStart);
  progress.round_begins(kFirst, kStart);
  for (std::size_t columns = 0; columns < 160; ++columns) {
    const std::string line = progress.line(kStart + 7200s, {.columns = columns});
    EXPECT_LE(line.size(), columns == 0 ? 0 : columns - 1) << line;
  }
  EXPECT_THAT(progress.line(kStart, {.columns = 80}), EndsWith("echo-d1 c100 1/2 a-name-longer-tha"));
  EXPECT_THAT(progress.line(kStart + 7200s, {.columns = 50}), HasSubstr("2:00:00 elapsed"));
  EXPECT_THAT(progress.line(kStart, {.columns = 30}), Not(HasSubstr("left")));
}

}  // namespace
}  // namespace suite::bench
