#include "cmd/bench/limits_wanted.h"

#include <gtest/gtest.h>

#include "cmd/bench/backend_contestants.h"

namespace suite::bench {
namespace {

Plan long_plan() {
  Plan plan{.sections = {{.workload = *find_workload("http-404"), .conns = 7},
                         {.workload = *find_workload("echo-d1"), .conns = 5},
                         {.workload = *find_workload("echo-d16"), .conns = 6}},
            .contestants = echo_contestants(std::vector<std::string>{"epoll", "poll"}),
            .rounds = 10};
  plan.sections[0].workload.ceiling = std::nullopt;
  return plan;
}

TEST(LimitsWanted, AreMeasuredWithTheConnectionsOfTheFirstSectionThatOneBounds) {
  EXPECT_EQ(connections_of_limits(long_plan()), 5U);
}

TEST(LimitsWanted, AreNotMeasuredForAShortPlan) {
  Plan plan = long_plan();
  plan.rounds = 2;
  ASSERT_LT(estimated_duration(plan), std::chrono::seconds(30));
  EXPECT_FALSE(connections_of_limits(plan));
}

TEST(LimitsWanted, AreNotMeasuredWhereTheyBoundNothing) {
  Plan plan = long_plan();
  for (Section& section : plan.sections) section.workload.ceiling = std::nullopt;
  EXPECT_FALSE(connections_of_limits(plan));
}

TEST(LimitsWanted, AreNotMeasuredWithThousandsOfConnections) {
  Plan plan = long_plan();
  for (Section& section : plan.sections) section.conns = 1001;
  EXPECT_FALSE(connections_of_limits(plan));
}

}  // namespace
}  // namespace suite::bench
