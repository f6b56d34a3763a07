// Echo load on servers that do not do as they should.
#include <gtest/gtest.h>

#include <sys/socket.h>

#include <functional>

#include "tests/client/load_run_fixture.h"

namespace suite {
namespace {

using namespace std::chrono_literals;
using test::receive;
using test::ScriptedServer;
using test::send_all;

LoadResult run(const LoadPlan& plan) { return test::run_and_check(plan); }

class LoadRunFaults : public test::OnDrivers<DriverKind> {};
INSTANTIATE_TEST_SUITE_P(, LoadRunFaults, test::drivers_of_sockets(), test::driver_name);

// Echoes what `change` makes of it.
ScriptedServer::Behaviour answering(std::function<std::string(std::string)> change) {
  return [change = std::move(change)](int fd, int) {
    for (std::string bytes = receive(fd); !bytes.empty(); bytes = receive(fd)) send_all(fd, change(bytes));
  };
}

void reset(int fd) {
  const linger now{.l_onoff = 1, .l_linger = 0};
  ::setsockopt(fd, SOL_SOCKET, SO_LINGER, &now, sizeof now);
}

struct Wrong {
  const char* name;
  std::function<std::string(std::string)> change;
};

class LoadRunAgainstAWrongEcho : public test::OnDrivers<test::OnDriver<Wrong>> {};

TEST_P(LoadRunAgainstAWrongEcho, CountsMismatches) {
  const ScriptedServer server(answering(GetParam().what.change));
  LoadPlan plan = plan_for(server);
  plan.duration.reset();
  plan.requests = 40;
  plan.depth = 4;
  const LoadResult result = run(plan);
  EXPECT_GT(result.counts.errors[ErrorKind::kMismatch], 0U);
  EXPECT_EQ(result.counts.errors[ErrorKind::kTimeout], 0U);
  EXPECT_GT(result.counts.reopened, 0U);
}

INSTANTIATE_TEST_SUITE_P(
    , LoadRunAgainstAWrongEcho,
    testing::ValuesIn(test::on_each_driver<Wrong>(
        {{"OneByte", [](std::string in) { return in.back() ^= 1, in; }},
         {"TooMuch", [](const std::string& in) { return in + "x"; }},
         {"Twice", [](const std::string& in) { return in + in; }},
         {"ShiftedByOne", [](const std::string& in) { return in.substr(1) + in.front(); }},
         {"OneByteDropped", [](const std::string& in) { return in.substr(1); }},
         {"Reversed", [](const std::string& in) { return std::string(in.rbegin(), in.rend()); }}})),
    test::case_name<Wrong>);

TEST_P(LoadRunFaults, SeesRepliesThatAreSwapped) {
  const ScriptedServer server([](int fd, int) {
    std::string bytes;
    while (bytes.size() < 128) {
      const std::string more = receive(fd);
      if (more.empty()) return;
      bytes += more;
    }
    send_all(fd, bytes.substr(64, 64) + bytes.substr(0, 64));
    test::echo(fd, 0);
  });
  LoadPlan plan = plan_for(server);
  plan.connections = 1;
  plan.depth = 2;
  plan.duration.reset();
  plan.requests = 2;
  const LoadResult result = run(plan);
  EXPECT_EQ(result.counts.errors[ErrorKind::kMismatch], 1U);
  EXPECT_EQ(result.counts.errors[ErrorKind::kClosedEarly], 1U);
}

TEST_P(LoadRunFaults, LooksAtLengthsAloneWhenToldSo) {
  const ScriptedServer server(answering([](const std::string& in) { return std::string(in.size(), '?'); }));
  LoadPlan plan = plan_for(server);
  plan.verify = Verify::kLength;
  const LoadResult result = run(plan);
  EXPECT_GT(result.counts.completed, 0U);
  EXPECT_EQ(result.counts.errors.total(), 0U);
}

TEST_P(LoadRunFaults, SeesSurplusUnlessToldNotToLook) {
  const ScriptedServer server(answering([](const std::string& in) { return in + "x"; }));
  LoadPlan plan = plan_for(server);
  plan.verify = Verify::kLength;
  EXPECT_GT(run(plan).counts.errors[ErrorKind::kMismatch], 0U);
  plan.verify = Verify::kNone;
  EXPECT_EQ(run(plan).counts.errors.total(), 0U);
}

TEST_P(LoadRunFaults, CountsTheRequestsOfAConnectionThatIsClosed) {
  const ScriptedServer server([](int fd, int) {
    while (receive(fd).size() == 64) continue;  // the whole burst of 4 x 64 bytes, unless it comes in parts
  });
  LoadPlan plan = plan_for(server);
  plan.duration.reset();
  plan.requests = 40;
  plan.depth = 4;
  const LoadResult result = run(plan);
  EXPECT_EQ(result.counts.completed, 0U);
  EXPECT_EQ(result.counts.errors[ErrorKind::kClosedEarly] + result.counts.errors[ErrorKind::kReset], 40U);
  EXPECT_GT(result.counts.errors[ErrorKind::kClosedEarly], 0U);
}

TEST_P(LoadRunFaults, CountsAServerThatClosesAtOnce) {
  const ScriptedServer server([](int, int) {});
  const LoadResult result = run(plan_for(server));
  EXPECT_EQ(result.counts.completed, 0U);
  EXPECT_GT(result.counts.errors[ErrorKind::kClosedEarly] + result.counts.errors[ErrorKind::kReset], 0U);
  EXPECT_EQ(result.counts.errors[ErrorKind::kTimeout], 0U);
}

TEST_P(LoadRunFaults, CountsResets) {
  const ScriptedServer server([](int fd, int) {
    receive(fd);
    reset(fd);
  });
  LoadPlan plan = plan_for(server);
  plan.duration.reset();
  plan.requests = 20;
  EXPECT_EQ(run(plan).counts.errors[ErrorKind::kReset], 20U);
}

TEST_P(LoadRunFaults, CountsTheLateRequestAsATimeoutAndThoseBehindItAsClosed) {
  const ScriptedServer server([](int fd, int) {
    while (!receive(fd).empty()) continue;
  });
  LoadPlan plan = plan_for(server);
  plan.connections = 1;
  plan.depth = 3;
  plan.timeout = 50ms;
  plan.duration.reset();
  plan.requests = 6;
  const LoadResult result = run(plan);
  EXPECT_EQ(result.counts.errors[ErrorKind::kTimeout], 2U);
  EXPECT_EQ(result.counts.errors[ErrorKind::kClosedEarly], 4U);
  EXPECT_EQ(result.latency.count(), 2U);
  EXPECT_GE(result.latency.min(), 50ms);
}

TEST_P(LoadRunFaults, WaitsOutASilentServerForTheTimeGivenAndNoLonger) {
  const ScriptedServer server([](int fd, int) {
    while (!receive(fd).empty()) continue;
  });
  const test::Stopwatch watch;
  const LoadResult result = run(plan_for(server));
  EXPECT_EQ(result.measured, 100ms);
  EXPECT_EQ(result.counts.in_flight_at_end, 4U);
  EXPECT_LT(watch.elapsed(), 1500ms * test::kSlowdown);  // the timeout is 2 s
}

TEST_P(LoadRunFaults, ReopensWhatBreaksAndGoesOn) {
  const ScriptedServer server([](int fd, int) {  // three replies, then the end
    for (int i = 0; i < 3; ++i) send_all(fd, receive(fd));
  });
  LoadPlan plan = plan_for(server);
  plan.duration.reset();
  plan.requests = 100;
  const LoadResult result = run(plan);
  EXPECT_GT(result.counts.completed, 50U);
  EXPECT_GT(result.counts.reopened, 10U);
}

TEST_P(LoadRunFaults, CountsConnectionsThatAreRefusedWhileItRuns) {
  ScriptedServer server([&server](int fd, int number) {
    if (number >= 2) return test::echo(fd, number);
    for (int i = 0; i < 5; ++i) send_all(fd, receive(fd));
    server.refuse();  // two of the four are closed, and cannot be opened again
  });
  const LoadPlan plan = plan_for(server);
  const LoadResult result = run(plan);
  EXPECT_GT(result.counts.completed, 0U);
  EXPECT_GT(result.counts.errors[ErrorKind::kConnect], 0U);
  // A request is lost with each connection at most once: also those that still waited to be accepted.
  EXPECT_LE(result.counts.errors.of_sent(), plan.connections * plan.depth);
}

TEST_P(LoadRunFaults, SaysHowManyConnectionsStoodAndWhyTheOthersDidNot) {
  ScriptedServer server(test::echo);
  LoadPlan plan = plan_for(server);
  server.refuse();
  const LoadResult result = run(plan);
  EXPECT_EQ(result.connections_opened, 0U);
  EXPECT_EQ(result.counts.completed, 0U);
  ASSERT_FALSE(result.warnings.empty());
  EXPECT_TRUE(result.warnings.front().starts_with("connected 0 of 4 (Connection refused)"));
}

TEST_P(LoadRunFaults, CountsTenThousandThatAreRefusedAtOnceAndEndsOnTime) {
  ScriptedServer server(test::echo);
  LoadPlan plan = plan_for(server);
  plan.connections = 10'000;
  server.refuse();
  const test::Stopwatch watch;
  const LoadResult result = run(plan);
  EXPECT_LT(watch.elapsed(), 3s * test::kSlowdown);
  EXPECT_EQ(result.counts.sent, 0U);
  EXPECT_GT(result.counts.errors[ErrorKind::kConnect], 0U);
  EXPECT_EQ(result.counts.errors.total(), result.counts.errors[ErrorKind::kConnect]);
  ASSERT_FALSE(result.warnings.empty());
  EXPECT_TRUE(result.warnings.front().starts_with("connected 0 of 10,000 (Connection refused)"))
      << result.warnings.front();
}

TEST_P(LoadRunFaults, GivesUpWhenNoConnectionCanBeHeldAndNoTimeLimitWasGiven) {
  const ScriptedServer server([](int, int) {});
  LoadPlan plan = plan_for(server);
  plan.connections = 1;
  plan.timeout = 100ms;
  plan.duration.reset();
  plan.requests = 1'000'000;
  const LoadResult result = run(plan);
  EXPECT_TRUE(result.gave_up);
  EXPECT_GT(result.counts.errors.total(), 0U);
}

}  // namespace
}  // namespace suite
