#include "common/process/cpu_usage.h"

#include <gtest/gtest.h>

#include <unistd.h>

#include <thread>

#include "tests/support/child.h"
#include "tests/support/patience.h"

namespace suite {
namespace {

using namespace std::chrono_literals;

// Uses CPU time, as this thread's clock measures it.
void spin(std::chrono::nanoseconds time) {
  const auto until = thread_cpu_time() + time;
  while (thread_cpu_time() < until) continue;
}

TEST(CpuUsage, OfAThreadGrowsWithItsOwnWorkOnly) {
  const auto before = thread_cpu_time();
  std::thread([] { spin(30ms); }).join();
  EXPECT_LT(thread_cpu_time() - before, 20ms);
  spin(10ms);
  EXPECT_GE(thread_cpu_time() - before, 10ms);
}

TEST(CpuUsage, OfAProcessHoldsAllItsThreads) {
  const auto before = process_tree_cpu_time(::getpid());
  ASSERT_TRUE(before);
  bool counted = false;
  std::thread([&] {
    spin(20ms);
    counted = test::eventually([&] { return *process_tree_cpu_time(::getpid()) - *before >= 20ms; });
  }).join();
  EXPECT_TRUE(counted);
}

TEST(CpuUsage, OfAProcessHoldsItsChildren) {
  const auto before = process_tree_cpu_time(::getpid());
  const test::Child child({.arguments = {"/bin/sh", "-c", "while :; do :; done"}});
  EXPECT_TRUE(test::eventually([&] { return *process_tree_cpu_time(::getpid()) - *before >= 30ms; }));
  EXPECT_TRUE(test::eventually([&] { return process_tree_cpu_time(child.pid()).value_or(0ns) >= 30ms; }));
}

TEST(CpuUsage, OfNoProcessIsNothing) { EXPECT_EQ(process_tree_cpu_time(1 << 29), std::nullopt); }

}  // namespace
}  // namespace suite
