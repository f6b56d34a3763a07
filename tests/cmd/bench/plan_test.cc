#include "cmd/bench/plan.h"

#include <gtest/gtest.h>

#include "cmd/bench/bench_options.h"

namespace suite {
namespace {

using std::chrono::seconds;

const Contestant kEpoll{.name = "epoll", .serve = {"serve-echo", "--backend", "epoll"}, .first_port = 3100};

TEST(Plan, ShowsCommandsThatCanBePasted) {
  const Section section{.workload = workloads()[1], .conns = 100};
  EXPECT_EQ(shown_command(load_arguments(Plan{}, section, 3100)),
            "suite load --conns 100 --secs 2 --depth 16 --port 3100");
  EXPECT_EQ(shown_command(serve_arguments(kEpoll, 3100)), "suite serve-echo --backend epoll --port 3100");
}

TEST(Plan, WritesTimesAsTheCommandLineTakesThem) {
  const Section section{.workload = workloads()[0], .conns = 1};
  const auto secs_of = [&](std::chrono::nanoseconds secs) {
    return load_arguments(Plan{.secs = secs}, section, 1)[4];
  };
  EXPECT_EQ(secs_of(seconds(10)), "10");
  EXPECT_EQ(secs_of(std::chrono::milliseconds(100)), "100ms");
  EXPECT_EQ(secs_of(std::chrono::microseconds(15)), "15us");
}

TEST(Plan, CountsInTitles) {
  EXPECT_EQ((Section{.workload = workloads()[0], .conns = 100}).title(),
            "Echo, 100 connections, 1 request in flight on each");
  EXPECT_EQ((Section{.workload = workloads()[1], .conns = 1}).title(),
            "Echo, 1 connection, 16 requests in flight on each");
}

TEST(MakePlan, MakesASectionOfEachWorkloadAndConnectionCount) {
  BenchOptions options;
  options.conns = {1, 10};
  const Plan plan = make_plan(options, {kEpoll});
  ASSERT_EQ(plan.sections.size(), 4U);
  EXPECT_EQ(plan.sections[0].workload.name, "echo-d1");
  EXPECT_EQ(plan.sections[1].conns, 10U);
  EXPECT_EQ(plan.sections[2].workload.name, "echo-d16");
  EXPECT_EQ(plan.rounds, 5U);
  EXPECT_EQ(plan.secs, seconds(2));
}

TEST(MakePlan, QuickStaysUnderAMinuteHoweverManyTakePart) {
  BenchOptions options;
  options.quick = true;
  for (const std::size_t contestants : {1U, 4U, 8U, 16U, 24U}) {
    const Plan plan = make_plan(options, std::vector<Contestant>(contestants, kEpoll));
    EXPECT_LT(estimated_duration(plan), seconds(60)) << contestants;
    EXPECT_EQ(plan.rounds, 3U);
    EXPECT_LE(plan.secs, seconds(1));
  }
  EXPECT_EQ(make_plan(options, std::vector<Contestant>(4, kEpoll)).secs, seconds(1));
}

TEST(MakePlan, QuickLeavesWhatWasAskedFor) {
  BenchOptions options;
  options.quick = true;
  options.rounds = 7;
  options.secs = seconds(30);
  const Plan plan = make_plan(options, {kEpoll});
  EXPECT_EQ(plan.rounds, 7U);
  EXPECT_EQ(plan.secs, seconds(30));
}

}  // namespace
}  // namespace suite
