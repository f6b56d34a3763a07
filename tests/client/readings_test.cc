#include "client/readings.h"

#include <gtest/gtest.h>

#include <unistd.h>

#include "common/process/affinity.h"

namespace suite {
namespace {

using namespace std::chrono_literals;

Readings nothing_used() {
  return {.server_cpu = 0s, .server_switches = 0, .own_cpu = 0s, .processors = ProcessorTime{}};
}

LoadResult after_a_window(const Readings& after, std::chrono::nanoseconds length = 1s) {
  LoadResult result;
  describe_window(nothing_used(), after, length, 2, result);
  return result;
}

TEST(Readings, TellWhatOthersUsedBesideLoadAndServer) {
  const LoadResult result = after_a_window({.server_cpu = 500ms,
                                            .server_switches = 7,
                                            .own_cpu = 400ms,
                                            .processors = ProcessorTime{.working = 1s, .stolen = 10ms}});
  EXPECT_EQ(result.server_cpu, 500ms);
  EXPECT_EQ(result.server_switches, 7U);
  ASSERT_TRUE(result.disturbance);
  EXPECT_EQ(result.disturbance->others, 100ms);
  EXPECT_EQ(result.disturbance->stolen, 10ms);
  EXPECT_TRUE(result.disturbance->significant);
}

TEST(Readings, TellWhatTheHostStoleWhereTheServersTimeIsNotKnown) {
  const LoadResult result = after_a_window({.server_cpu = {},
                                            .server_switches = {},
                                            .own_cpu = 400ms,
                                            .processors = ProcessorTime{.working = 1s, .stolen = 60ms}});
  ASSERT_TRUE(result.disturbance);
  EXPECT_FALSE(result.disturbance->others) << "the server may be one of these programs";
  EXPECT_TRUE(result.disturbance->significant);
}

TEST(Readings, TellNothingThatWentBackwards) {
  Readings before = nothing_used();
  before.server_cpu = 1s;
  before.server_switches = 9;
  LoadResult result;
  describe_window(before, {.server_cpu = 500ms, .server_switches = 7, .own_cpu = 0s, .processors = {}}, 1s, 2,
                  result);
  EXPECT_FALSE(result.server_cpu || result.server_switches || result.disturbance);
}

TEST(Readings, AreOfTheProcessAskedFor) {
  LoadPlan plan;
  EXPECT_FALSE(take_readings(plan, usable_cpus()).server_cpu);
  plan.server_pid = ::getpid();
  const Readings readings = take_readings(plan, usable_cpus());
  EXPECT_TRUE(readings.server_cpu && readings.server_switches && readings.processors);
  EXPECT_GT(readings.own_cpu, 0s);
}

}  // namespace
}  // namespace suite
