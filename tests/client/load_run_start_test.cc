// A load that begins at a given time (--start-at).
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "client/load_run.h"
#include "tests/support/patience.h"
#include "tests/support/scripted_server.h"

namespace suite {
namespace {

using namespace std::chrono_literals;
using std::chrono::system_clock;

LoadPlan plan_of_start(system_clock::time_point start) {
  return {.connections = 2,
          .threads = 2,
          .requests = 10,
          .start_at = start,
          .protocol = EchoPlan{.payload = {.text = "hello\n", .size = 6}},
          .driver = DriverKind::kNull};
}

TEST(LoadRunStart, BeginsAtItsTimeAndSaysWhenItDid) {
  const auto interrupt = EventFd::open();
  const auto start = system_clock::now() + 30ms;
  const auto result = run_load(plan_of_start(start), *interrupt);
  ASSERT_TRUE(result) << result.error().one_line();
  EXPECT_GE(system_clock::now(), start);
  EXPECT_GE(*result->began, start - 1us) << "of the clocks' readings";
  EXPECT_LT(*result->began, start + 5s);
  EXPECT_LT(result->measured, 30ms + 5s) << "the wait is not in the window";
  EXPECT_EQ(result->counts.completed, 10U);
}

TEST(LoadRunStart, BeginsAtOnceWithAWarningWhereItsTimeHasPassed) {
  const auto interrupt = EventFd::open();
  const auto before = system_clock::now();
  const auto result = run_load(plan_of_start(before - 2s), *interrupt);
  ASSERT_TRUE(result) << result.error().one_line();
  EXPECT_GE(*result->began, before - 1us);
  EXPECT_THAT(result->warnings, testing::Contains(testing::StartsWith("the load began 2")));
  EXPECT_EQ(result->counts.completed, 10U);
}

TEST(LoadRunStart, AnInterruptEndsTheWaitBeforeAnythingIsSent) {
  const auto interrupt = EventFd::open();
  interrupt->set();
  const auto result = run_load(plan_of_start(system_clock::now() + 1h), *interrupt);
  ASSERT_TRUE(result) << result.error().one_line();
  EXPECT_TRUE(result->interrupted);
  EXPECT_FALSE(result->began);
  EXPECT_EQ(result->counts.sent, 0U);
}

TEST(LoadRunStart, OpensAgainWhatTheServerClosesDuringTheWait) {
  const test::ScriptedServer server([](int fd, int number) {
    if (number > 0) test::echo(fd, number);
  });
  const auto interrupt = EventFd::open();
  LoadPlan plan = plan_of_start(system_clock::now() + 100ms * test::kSlowdown);
  plan.target = server.endpoint();
  plan.connections = plan.threads = 1;
  plan.driver = DriverKind::kEpoll;
  const auto result = run_load(plan, *interrupt);
  ASSERT_TRUE(result) << result.error().one_line();
  EXPECT_EQ(result->counts.errors.total(), 0U);
  EXPECT_EQ(result->counts.completed, 10U);
  EXPECT_EQ(server.accepted(), 2);
}

// Whoever calls may agree with others first; what it says is what the load threads wait for.
TEST(LoadRunStart, IsWhatTheCallerAgreesOn) {
  const auto interrupt = EventFd::open();
  LoadPlan plan = plan_of_start({});
  plan.start_at.reset();
  std::chrono::steady_clock::time_point agreed;
  const auto result = run_load(plan, *interrupt, nullptr, [&] {
    return std::expected<std::chrono::steady_clock::time_point, Error>(
        agreed = std::chrono::steady_clock::now() + 20ms);
  });
  ASSERT_TRUE(result) << result.error().one_line();
  EXPECT_GE(std::chrono::steady_clock::now(), agreed);
  const auto failed = run_load(plan, *interrupt, nullptr, [] {
    return std::expected<std::chrono::steady_clock::time_point, Error>(
        std::unexpected(Error{.what = "agree", .why = "a rank is gone", .advice = {}}));
  });
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().one_line(), "cannot agree: a rank is gone");
}

}  // namespace
}  // namespace suite
