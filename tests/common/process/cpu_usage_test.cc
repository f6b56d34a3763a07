#include "common/process/cpu_usage.h"

#include <gtest/gtest.h>

#include <unistd.h>

#include <atomic>
#include <thread>
#include <vector>

#include "common/process/affinity.h"
#include "common/process/process_tree.h"
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

TEST(CpuUsage, OfAThreadHoldsItsSwitches) {
  std::thread([] {
    const ThreadUse before = thread_use();
    spin(5ms);
    std::this_thread::sleep_for(1ms);  // what is counted, not waited for
    const ThreadUse used = thread_use() - before;
    EXPECT_GE(used.cpu, 5ms);
    EXPECT_GE(used.voluntary_switches, 1U);
    EXPECT_LT(used.voluntary_switches, 5U);
  }).join();
}

// Two threads that want one processor take it from each other.
TEST(CpuUsage, OfAThreadTellsWhatTookItsCoreFromWhatItGaveUp) {
  const std::vector<int> cpus{usable_cpus().front()};
  std::atomic<bool> over = false;
  std::thread other([&] {
    pin_to(cpus);
    while (!over) continue;
  });
  std::thread([&] {
    pin_to(cpus);
    const ThreadUse before = thread_use();
    const auto until = std::chrono::steady_clock::now() + test::kPatience;
    while ((thread_use() - before).involuntary_switches == 0 && std::chrono::steady_clock::now() < until)
      continue;
    EXPECT_GE((thread_use() - before).involuntary_switches, 1U);
    EXPECT_EQ((thread_use() - before).voluntary_switches, 0U);
  }).join();
  over = true;
  other.join();
}

TEST(CpuUsage, IdleTimeIsWhatIsLeftOfEachProcessor) {
  const std::vector<int> cpus = usable_cpus();
  const test::Stopwatch watch;
  const auto before = processor_time(cpus);
  ASSERT_TRUE(before);
  spin(50ms);
  const ProcessorTime passed = *processor_time(cpus) - *before;
  EXPECT_GE(passed.idle, 0ns);
  EXPECT_LE(passed.idle, watch.elapsed() * cpus.size() - 50ms + 20ms * cpus.size());  // two ticks each
  EXPECT_GE(passed.working + passed.interrupts, 50ms - 20ms * cpus.size());
  EXPECT_LE(processor_time(std::vector{cpus.front()})->idle, processor_time(cpus)->idle);
  EXPECT_FALSE(processor_time(std::vector{cpus.front(), 1 << 20}));
}

// Those of a server with a thread per connection end all the time.
TEST(CpuUsage, OfAProcessHoldsThreadsThatHaveEnded) {
  const auto before = process_tree_cpu_time(::getpid());
  ASSERT_TRUE(before);
  std::thread([] { spin(20ms); }).join();
  EXPECT_GE(*process_tree_cpu_time(::getpid()) - *before, 20ms);
}

// Those of a server with a process per connection.
TEST(CpuUsage, OfAProcessHoldsChildrenThatItWaitedFor) {
  const test::Child child({.arguments = {"/bin/sh", "-c",
                                         "sh -c 'i=0; while [ $i -lt 100000 ]; do i=$((i + 1)); done'; "
                                         "exec sleep 60"}});
  const auto is_sleeping = [&] { return tasks_of_tree(child.pid()).size() == 1; };
  ASSERT_TRUE(test::eventually([&] { return *process_tree_cpu_time(child.pid()) > 30ms && is_sleeping(); }));
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
