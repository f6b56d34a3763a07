#include "client/run_conditions.h"

#include <gtest/gtest.h>

#include <unistd.h>

#include <thread>

#include "common/net/listener.h"
#include "common/process/affinity.h"
#include "tests/support/patience.h"
#include "tests/support/socket.h"

namespace suite {
namespace {

using namespace std::chrono_literals;

LoadResult described(const LoadPlan& plan) {
  LoadResult result;
  RunConditions::before(plan).describe(result);
  return result;
}

TEST(RunConditions, HoldWhatTheKernelCountedMeanwhile) {
  const auto listener = Listener::open(resolve("127.0.0.1", 0)->front(), {.backlog = 1});
  const RunConditions before = RunConditions::before({});
  const test::Socket first(listener->endpoint()), second(listener->endpoint());
  const test::Socket third(listener->endpoint(), {}, 50ms);  // the queue is full
  LoadResult result;
  before.describe(result);
  ASSERT_TRUE(result.kernel);
  EXPECT_GE(result.kernel->listen_drops, 1U);
  const auto since_boot = read_kernel_counters();
  EXPECT_LE(result.kernel->listen_drops, since_boot->listen_drops);
}

TEST(RunConditions, HoldTheCoresOfBothSides) {
  const std::vector<int> usable = usable_cpus();
  EXPECT_EQ(described({}).client_cpus, usable);
  EXPECT_TRUE(described({}).server_cpus.empty());
  EXPECT_EQ(described({.server_pid = ::getpid()}).server_cpus, usable);
  EXPECT_EQ(described({.threads = 1, .pin = true}).client_cpus, std::vector{usable.front()});
  EXPECT_EQ(described({.threads = usable.size() + 1, .pin = true}).client_cpus, usable);
}

// A core that is spun on is not idle, whoever else is there.
TEST(RunConditions, HoldHowIdleTheCoresWere) {
  std::thread([] {
    ASSERT_TRUE(pin_to_nth_cpu(0));
    const RunConditions before = RunConditions::before({});
    const test::Stopwatch watch;
    while (watch.elapsed() < 200ms) continue;
    LoadResult result;
    before.describe(result);
    ASSERT_TRUE(result.idle_share);
    EXPECT_LE(*result.idle_share, 0.15);
  }).join();
}

TEST(RunConditions, HoldTheOneCoreThatThereIs) {
  std::thread([] {
    ASSERT_TRUE(pin_to_nth_cpu(0));
    EXPECT_EQ(described({}).client_cpus.size(), 1U);
  }).join();
}

}  // namespace
}  // namespace suite
