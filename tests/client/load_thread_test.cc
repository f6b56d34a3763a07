#include "client/load_thread.h"

#include <gtest/gtest.h>

#include <sys/prctl.h>

#include <thread>
#include <vector>

#include "common/process/affinity.h"

namespace suite {
namespace {

/// How a thread is that has prepared itself for a plan.
struct ThreadState {
  int timer_slack;  // nanoseconds
  std::vector<int> cpus;
};

ThreadState prepared_for(const LoadPlan& plan, std::size_t number = 0) {
  ThreadState state{};
  std::jthread([&] {
    prepare_load_thread(plan, number);
    state = {.timer_slack = ::prctl(PR_GET_TIMERSLACK), .cpus = usable_cpus()};
  }).join();
  return state;
}

TEST(PrepareLoadThread, LeavesAThreadAsItIsUnlessToldOtherwise) {
  const ThreadState state = prepared_for({});
  EXPECT_GT(state.timer_slack, 1);
  EXPECT_EQ(state.cpus, usable_cpus());
}

TEST(PrepareLoadThread, HasAThreadWokenExactlyWhereRequestsAreDue) {
  LoadPlan plan;
  plan.rate = RatePlan{.per_second = 1000};
  EXPECT_EQ(prepared_for(plan).timer_slack, 1);
}

TEST(PrepareLoadThread, TakesTheCoresInTurn) {
  LoadPlan plan;
  plan.pin = true;
  const std::vector<int> cpus = usable_cpus();
  for (std::size_t number = 0; number <= cpus.size(); ++number) {
    EXPECT_EQ(prepared_for(plan, number).cpus, std::vector{cpus[number % cpus.size()]});
  }
}

}  // namespace
}  // namespace suite
