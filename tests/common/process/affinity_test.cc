#include "common/process/affinity.h"

#include <gtest/gtest.h>

#include <sched.h>
#include <unistd.h>

#include <algorithm>
#include <thread>

#include "tests/support/child.h"

namespace suite {
namespace {

// Pins in a thread of its own, so that the test program keeps its processors.
template <class Body>
void on_a_thread(Body body) {
  std::thread(body).join();
}

TEST(Affinity, ListsTheUsableProcessorsInOrder) {
  const std::vector<int> cpus = usable_cpus();
  EXPECT_FALSE(cpus.empty());
  EXPECT_TRUE(std::ranges::is_sorted(cpus));
}

TEST(Affinity, PinsToTheNthProcessorAroundTheList) {
  const std::vector<int> cpus = usable_cpus();
  for (std::size_t index = 0; index < cpus.size() + 2; ++index) {
    on_a_thread([&] {
      ASSERT_TRUE(pin_to_nth_cpu(index));
      EXPECT_EQ(usable_cpus(), std::vector{cpus[index % cpus.size()]});
      EXPECT_EQ(::sched_getcpu(), cpus[index % cpus.size()]);
    });
  }
}

TEST(Affinity, SaysWhenTheKernelRefuses) {
  on_a_thread([] { EXPECT_FALSE(pin_to({})); });
}

TEST(Affinity, OfAProcessIsThatOfAllItsThreadsAndChildren) {
  EXPECT_EQ(process_tree_cpus(::getpid()), usable_cpus());
  EXPECT_TRUE(process_tree_cpus(1 << 29).empty());
  on_a_thread([] {
    ASSERT_TRUE(pin_to_nth_cpu(0));
    const test::Child child({.arguments = {"/bin/sh", "-c", "while :; do sleep 1; done"}});
    EXPECT_EQ(process_tree_cpus(child.pid()), std::vector{usable_cpus().front()});
  });
}

}  // namespace
}  // namespace suite
