#include "client/judgement/disturbance.h"

#include <gtest/gtest.h>

namespace suite {
namespace {

using namespace std::chrono_literals;

TEST(Disturbance, CountsAboveAShareOfOneProcessor) {
  EXPECT_FALSE(is_significant({.time = 100ms, .window = 2s, .processors = 2}));
  EXPECT_TRUE(is_significant({.time = 101ms, .window = 2s, .processors = 2}));
}

TEST(Disturbance, CountsAboveAShareOfAllProcessors) {
  EXPECT_FALSE(is_significant({.time = 300ms, .window = 2s, .processors = 8}));
  EXPECT_TRUE(is_significant({.time = 330ms, .window = 2s, .processors = 8}));
}

TEST(Disturbance, IsNotSeenInWhatAFewTicksMayBe) {
  EXPECT_FALSE(is_significant({.time = 50ms, .window = 500ms, .processors = 2}));
  EXPECT_TRUE(is_significant({.time = 60ms, .window = 500ms, .processors = 2}));
  EXPECT_FALSE(is_significant({.time = 400ms, .window = 499ms, .processors = 2}));
}

// Both sides worked for 1 s, of which 0.3 s were softirq that /proc/stat counts apart.
TEST(CpuOfOthers, TakesInterruptsForTheLoadsWhereProgramsAreChargedWithThem) {
  EXPECT_EQ(cpu_of_others({.working = 700ms, .interrupts = 300ms}, 1s), 0s);
  EXPECT_EQ(cpu_of_others({.working = 900ms, .interrupts = 300ms}, 1s), 200ms);
}

// The same where the kernel charges nobody: 0.7 s are charged.
TEST(CpuOfOthers, LeavesInterruptsOutWhereNobodyIsChargedWithThem) {
  EXPECT_EQ(cpu_of_others({.working = 700ms, .interrupts = 300ms}, 700ms), 0s);
  EXPECT_EQ(cpu_of_others({.working = 690ms, .interrupts = 300ms}, 700ms), 0s) << "one tick late";
  EXPECT_EQ(cpu_of_others({.working = 900ms, .interrupts = 300ms}, 700ms), 200ms);
}

TEST(CpuOfOthers, IsNeverNegative) {
  EXPECT_EQ(cpu_of_others({.working = 100ms, .interrupts = 10ms}, 300ms), 0s);
}

}  // namespace
}  // namespace suite
