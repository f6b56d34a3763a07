#include "common/process/process_tree.h"

#include <gtest/gtest.h>

#include <unistd.h>

#include <algorithm>
#include <string>
#include <thread>

#include "tests/support/child.h"
#include "tests/support/patience.h"

namespace suite {
namespace {

// How many threads of process `pid` are in our tree.
std::ptrdiff_t tasks_of(::pid_t pid) {
  const auto tasks = tasks_of_tree(::getpid());
  return std::ranges::count_if(tasks, [pid](const std::filesystem::path& task) {
    return task.parent_path() == "/proc/" + std::to_string(pid) + "/task";
  });
}

TEST(ProcessTree, HoldsEveryThreadOfAProcess) {
  const auto before = tasks_of(::getpid());
  std::ptrdiff_t with_another = 0;
  std::thread([&] { with_another = tasks_of(::getpid()); }).join();
  EXPECT_EQ(with_another, before + 1);
}

TEST(ProcessTree, HoldsChildrenAndTheirs) {
  const test::Child child({.arguments = {"/bin/sh", "-c", "sleep 60 & wait"}});
  EXPECT_TRUE(test::eventually([&] { return tasks_of_tree(child.pid()).size() == 2; }));
  EXPECT_EQ(tasks_of(child.pid()), 1);
}

TEST(ProcessTree, OfNoProcessIsEmpty) { EXPECT_TRUE(tasks_of_tree(1 << 29).empty()); }

TEST(ProcessTree, TellsHowOftenItsThreadsWereSwitched) {
  const test::Child child({.arguments = {"/bin/sh", "-c", "while :; do sleep 0.001; done"}});
  const auto before = test::eventually([&] { return process_tree_switches(child.pid()).has_value(); });
  ASSERT_TRUE(before);
  const auto first = *process_tree_switches(child.pid());
  EXPECT_TRUE(test::eventually([&] { return process_tree_switches(child.pid()).value_or(0) > first + 2; }));
  EXPECT_FALSE(process_tree_switches(1 << 29));
}

TEST(ProcessTree, TellsTheMemoryOfAllItsProcesses) {
  const auto before = process_tree_memory(::getpid());
  if (!before) GTEST_SKIP() << "this kernel has no /proc/PID/smaps_rollup, or hides it";
  const std::string touched(std::size_t{32} << 20, 'x');
  EXPECT_GT(process_tree_memory(::getpid()), *before + (std::uint64_t{31} << 20)) << touched.size();
  EXPECT_FALSE(process_tree_memory(1 << 29));
}

}  // namespace
}  // namespace suite
