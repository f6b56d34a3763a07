// Warnings about situations that are brought about for real.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <unistd.h>

#include <algorithm>
#include <string>
#include <thread>

#include "common/process/affinity.h"
#include "tests/client/truth.h"
#include "tests/support/network_namespace.h"
#include "tests/support/scripted_server.h"

namespace suite {
namespace {

using namespace std::chrono_literals;
using test::MisbehavingServer;
using test::run_and_check;
using testing::Contains;
using testing::HasSubstr;
using testing::Not;

TEST(WarningsLive, NameTimeWaitWhereClosedConnectionsHoldEveryPort) {
  std::thread([] {
    const std::string forbidden = test::enter_network_namespace("40000 40031");
    if (!forbidden.empty()) GTEST_SKIP() << "no network of its own: " << forbidden;
    MisbehavingServer server({});  // it lets the client close, and with that keep the port
    LoadPlan plan = test::echo_plan(server);
    plan.requests = 100;
    plan.timeout = 100ms;
    LoadResult result = run_and_check(plan);
    EXPECT_EQ(result.counts.completed, 100U) << "few connections need few ports";
    EXPECT_THAT(result.warnings, Not(Contains(HasSubstr("TIME_WAIT"))));
    plan.per_conn = 1;
    result = run_and_check(plan);
    EXPECT_THAT(result.warnings, Contains(HasSubstr("no local port was left")));
    EXPECT_GT(result.counts.errors[ErrorKind::kConnect], 0U);
  }).join();
}

TEST(WarningsLive, NameAListenQueueThatOverflows) {
  const auto listener = Listener::open(resolve("127.0.0.1", 0)->front(), {.backlog = 1});
  LoadPlan plan{.target = listener->endpoint(), .connections = 20, .duration = 50ms, .timeout = 200ms};
  plan.protocol = EchoPlan{.payload = {.text = {}, .size = 8}};
  plan.driver = DriverKind::kEpoll;
  const LoadResult result = run_and_check(plan);
  EXPECT_LT(result.connections_opened, 20U);
  EXPECT_THAT(result.warnings, Contains(HasSubstr("a listen queue of this machine overflowed")));
}

TEST(WarningsLive, SayThatTheOnlyCoreIsShared) {
  MisbehavingServer server({});
  LoadPlan plan = test::echo_plan(server);
  plan.duration = 20ms;
  std::thread([&] {
    ASSERT_TRUE(pin_to_nth_cpu(0));
    EXPECT_THAT(run_and_check(plan).warnings, Contains(HasSubstr("may use core")));
  }).join();
  if (usable_cpus().size() == 1) return;
  EXPECT_THAT(run_and_check(plan).warnings, Not(Contains(HasSubstr("may use core"))));
}

TEST(WarningsLive, SayThatAServerWhichOnlyWaitsIsIdle) {
  MisbehavingServer server({.delay = 20ms});
  LoadPlan plan = test::echo_plan(server);
  plan.duration = 200ms;
  EXPECT_THAT(run_and_check(plan).warnings, Not(Contains(HasSubstr("idle"))));
  plan.server_pid = ::getpid();
  const LoadResult result = run_and_check(plan);
  ASSERT_TRUE(result.idle_share);
  const bool cores_were_free = *result.idle_share >= 0.4;  // or other programs have them, on a busy machine
  EXPECT_EQ(std::ranges::any_of(result.warnings,
                                [](const std::string& said) { return said.starts_with("server idle"); }),
            cores_were_free);
}

}  // namespace
}  // namespace suite
