#include "client/load_run.h"

#include <gtest/gtest.h>

#include <sys/socket.h>
#include <unistd.h>

#include <numeric>
#include <thread>

#include "tests/support/patience.h"
#include "tests/support/scripted_server.h"
#include "tests/support/temporary_folder.h"

namespace suite {
namespace {

using namespace std::chrono_literals;
using test::receive;
using test::ScriptedServer;
using test::send_all;

LoadPlan plan_for(const ScriptedServer& server) {
  return {.target = server.endpoint(),
          .connections = 4,
          .duration = 100ms,
          .timeout = 2s * test::kSlowdown,
          .payload = {.text = {}, .size = 64}};
}

// Runs the plan and checks what holds for every run, whatever the server does.
LoadResult run(const LoadPlan& plan) {
  const auto interrupt = EventFd::open();
  auto result = run_load(plan, *interrupt);
  EXPECT_TRUE(result) << result.error().one_line();
  const LoadCounts& counts = result->counts;
  EXPECT_EQ(counts.sent, counts.completed + counts.errors.of_sent() + counts.in_flight_at_end);
  EXPECT_EQ(result->latency.count(), counts.completed + counts.errors[ErrorKind::kTimeout]);
  if (plan.requests && !result->interrupted && !result->gave_up && !plan.duration) {
    EXPECT_EQ(counts.completed + counts.errors.total(), *plan.requests);
  }
  return std::move(*result);
}

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

// --- A server that does as it should --------------------------------------------------------------------

TEST(LoadRun, CountsEveryReplyOfAnEchoServer) {
  const ScriptedServer server(test::echo);
  const LoadResult result = run(plan_for(server));
  EXPECT_GT(result.counts.completed, 0U);
  EXPECT_EQ(result.counts.errors.total(), 0U);
  EXPECT_LE(result.counts.in_flight_at_end, 4U);
  EXPECT_EQ(result.measured, 100ms);
  EXPECT_EQ(result.connections_opened, 4U);
  EXPECT_EQ(result.counts.reopened, 0U);
  EXPECT_EQ(result.connect.count(), 4U);
  EXPECT_EQ(server.accepted(), 4);
  EXPECT_GE(result.counts.bytes_received, result.counts.completed * 64);
  EXPECT_GT(result.client_cpu, 0ns);
  EXPECT_LE(result.latency.max(), 100ms);
}

TEST(LoadRun, KeepsDepthRequestsInFlight) {
  ScriptedServer server([](int fd, int) {  // answers only once 7 requests of 64 bytes are there
    std::string gathered;
    while (gathered.size() < 7 * 64) {
      const std::string bytes = receive(fd);
      if (bytes.empty()) return;
      gathered += bytes;
    }
    send_all(fd, gathered);
    test::echo(fd, 0);
  });
  LoadPlan plan = plan_for(server);
  plan.connections = 1;
  plan.depth = 7;
  const LoadResult result = run(plan);
  EXPECT_GT(result.counts.completed, 7U);
  EXPECT_EQ(result.counts.in_flight_at_end, 7U);
}

TEST(LoadRun, MakesExactlyTheRequestsAskedFor) {
  const ScriptedServer server(test::echo);
  for (const std::uint64_t requests : {1U, 3U, 100U, 1001U}) {
    LoadPlan plan = plan_for(server);
    plan.duration.reset();
    plan.requests = requests;
    plan.threads = 3;
    plan.depth = 5;
    const LoadResult result = run(plan);
    EXPECT_EQ(result.counts.completed, requests);
    EXPECT_EQ(result.counts.sent, requests);
    EXPECT_EQ(result.counts.in_flight_at_end, 0U);
  }
}

TEST(LoadRun, StopsAtTheTimeWhenThatComesBeforeTheRequests) {
  const ScriptedServer server(test::echo);
  LoadPlan plan = plan_for(server);
  plan.requests = 1'000'000'000;
  EXPECT_EQ(run(plan).measured, 100ms);
  plan.duration = 1h;
  plan.requests = 50;
  EXPECT_EQ(run(plan).counts.completed, 50U);
}

TEST(LoadRun, ClosesAndReopensAConnectionAfterSoManyExchanges) {
  const ScriptedServer server(test::echo);
  LoadPlan plan = plan_for(server);
  plan.duration.reset();
  plan.requests = 60;
  plan.per_conn = 5;
  plan.depth = 3;
  const LoadResult result = run(plan);
  EXPECT_EQ(result.counts.completed, 60U);
  EXPECT_GE(result.counts.reopened, 8U);  // 60 / 5 connections, 4 of them the first ones
  EXPECT_LE(result.counts.reopened, 12U);
}

TEST(LoadRun, ThrowsTheWarmUpAway) {
  std::atomic<std::uint64_t> served = 0;
  const ScriptedServer server([&](int fd, int) {
    for (std::string bytes = receive(fd); !bytes.empty(); bytes = receive(fd)) {
      served += bytes.size();
      send_all(fd, bytes);
    }
  });
  LoadPlan plan = plan_for(server);
  plan.warmup = 100ms;
  const LoadResult result = run(plan);
  EXPECT_EQ(result.measured, 100ms);
  EXPECT_GT(result.counts.completed, 0U);
  EXPECT_LT(result.counts.bytes_received, served - 64 * 8);  // more than what is on its way at the end
}

TEST(LoadRun, SpreadsConnectionsOverThreads) {
  const ScriptedServer server(test::echo);
  LoadPlan plan = plan_for(server);
  plan.connections = 5;
  plan.threads = 2;
  const LoadResult result = run(plan);
  EXPECT_EQ(result.threads, 2U);
  EXPECT_EQ(result.connections_opened, 5U);
  EXPECT_EQ(server.accepted(), 5);
  EXPECT_EQ(result.counts.errors.total(), 0U);
}

TEST(LoadRun, SendsATextAsItIs) {
  std::string seen;
  const ScriptedServer server([&](int fd, int) {
    for (std::string bytes = receive(fd); !bytes.empty(); bytes = receive(fd)) {
      seen += bytes;
      send_all(fd, bytes);
    }
  });
  LoadPlan plan = plan_for(server);
  plan.connections = 1;
  plan.duration.reset();
  plan.requests = 3;
  plan.payload = {.text = "abc", .size = 3};
  EXPECT_EQ(run(plan).counts.completed, 3U);
  EXPECT_EQ(seen, "abcabcabc");
}

TEST(LoadRun, SpeaksToUnixSockets) {
  const test::TemporaryFolder folder;
  const ScriptedServer server(Endpoint::unix_socket(folder.file("echo.sock")), test::echo);
  const LoadResult result = run(plan_for(server));
  EXPECT_GT(result.counts.completed, 0U);
  EXPECT_EQ(result.counts.errors.total(), 0U);
}

TEST(LoadRun, DoesNotLockWithMoreInFlightThanSocketsHold) {
  const ScriptedServer server(test::echo);
  LoadPlan plan = plan_for(server);
  plan.connections = 1;
  plan.depth = 64;
  plan.payload.size = 4 << 20;
  plan.duration.reset();
  plan.requests = 66;
  plan.timeout = 20s * test::kSlowdown;
  EXPECT_EQ(run(plan).counts.completed, 66U);
}

// --- Servers that do not --------------------------------------------------------------------------------

struct Wrong {
  const char* name;
  std::function<std::string(std::string)> change;
};

class LoadRunAgainstAWrongEcho : public testing::TestWithParam<Wrong> {};

TEST_P(LoadRunAgainstAWrongEcho, CountsMismatches) {
  const ScriptedServer server(answering(GetParam().change));
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
    testing::Values(Wrong{"OneByte", [](std::string in) { return in.back() ^= 1, in; }},
                    Wrong{"TooMuch", [](const std::string& in) { return in + "x"; }},
                    Wrong{"Twice", [](const std::string& in) { return in + in; }},
                    Wrong{"ShiftedByOne", [](const std::string& in) { return in.substr(1) + in.front(); }},
                    Wrong{"OneByteDropped", [](const std::string& in) { return in.substr(1); }},
                    Wrong{"Reversed",
                          [](const std::string& in) { return std::string(in.rbegin(), in.rend()); }}),
    [](const auto& wrong) { return wrong.param.name; });

TEST(LoadRun, SeesRepliesThatAreSwapped) {
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

TEST(LoadRun, LooksAtLengthsAloneWhenToldSo) {
  const ScriptedServer server(answering([](const std::string& in) { return std::string(in.size(), '?'); }));
  LoadPlan plan = plan_for(server);
  plan.verify = Verify::kLength;
  const LoadResult result = run(plan);
  EXPECT_GT(result.counts.completed, 0U);
  EXPECT_EQ(result.counts.errors.total(), 0U);
}

TEST(LoadRun, SeesSurplusUnlessToldNotToLook) {
  const ScriptedServer server(answering([](const std::string& in) { return in + "x"; }));
  LoadPlan plan = plan_for(server);
  plan.verify = Verify::kLength;
  EXPECT_GT(run(plan).counts.errors[ErrorKind::kMismatch], 0U);
  plan.verify = Verify::kNone;
  EXPECT_EQ(run(plan).counts.errors.total(), 0U);
}

TEST(LoadRun, CountsTheRequestsOfAConnectionThatIsClosed) {
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

TEST(LoadRun, CountsAServerThatClosesAtOnce) {
  const ScriptedServer server([](int, int) {});
  const LoadResult result = run(plan_for(server));
  EXPECT_EQ(result.counts.completed, 0U);
  EXPECT_GT(result.counts.errors[ErrorKind::kClosedEarly] + result.counts.errors[ErrorKind::kReset], 0U);
  EXPECT_EQ(result.counts.errors[ErrorKind::kTimeout], 0U);
}

TEST(LoadRun, CountsResets) {
  const ScriptedServer server([](int fd, int) {
    receive(fd);
    reset(fd);
  });
  LoadPlan plan = plan_for(server);
  plan.duration.reset();
  plan.requests = 20;
  EXPECT_EQ(run(plan).counts.errors[ErrorKind::kReset], 20U);
}

TEST(LoadRun, CountsTheLateRequestAsATimeoutAndThoseBehindItAsClosed) {
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

TEST(LoadRun, WaitsOutASilentServerForTheTimeGivenAndNoLonger) {
  const ScriptedServer server([](int fd, int) {
    while (!receive(fd).empty()) continue;
  });
  const test::Stopwatch watch;
  const LoadResult result = run(plan_for(server));
  EXPECT_EQ(result.measured, 100ms);
  EXPECT_EQ(result.counts.in_flight_at_end, 4U);
  EXPECT_LT(watch.elapsed(), 1500ms * test::kSlowdown);  // the timeout is 2 s
}

TEST(LoadRun, ReopensWhatBreaksAndGoesOn) {
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

TEST(LoadRun, CountsConnectionsThatAreRefusedWhileItRuns) {
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

TEST(LoadRun, SaysHowManyConnectionsStoodAndWhyTheOthersDidNot) {
  ScriptedServer server(test::echo);
  LoadPlan plan = plan_for(server);
  server.refuse();
  const LoadResult result = run(plan);
  EXPECT_EQ(result.connections_opened, 0U);
  EXPECT_EQ(result.counts.completed, 0U);
  ASSERT_FALSE(result.warnings.empty());
  EXPECT_EQ(result.warnings.front(), "connected 0 of 4 (Connection refused)");
}

TEST(LoadRun, GivesUpWhenNoConnectionCanBeHeldAndNoTimeLimitWasGiven) {
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

// --- Interruption ---------------------------------------------------------------------------------------

TEST(LoadRun, EndsWithWhatItHasWhenInterrupted) {
  const auto interrupt = EventFd::open();
  std::atomic<int> requests = 0;
  const ScriptedServer server([&](int fd, int) {
    for (std::string bytes = receive(fd); !bytes.empty(); bytes = receive(fd)) {
      send_all(fd, bytes);
      if (++requests == 500) interrupt->set();
    }
  });
  LoadPlan plan = plan_for(server);
  plan.duration = 1h;
  const auto result = run_load(plan, *interrupt);
  ASSERT_TRUE(result);
  EXPECT_TRUE(result->interrupted);
  EXPECT_GT(result->counts.completed, 100U);
  EXPECT_GT(result->measured, 0ns);
}

TEST(LoadRun, IsInterruptedBeforeAnythingIsMeasured) {
  const ScriptedServer server(test::echo);
  const auto interrupt = EventFd::open();
  interrupt->set();
  LoadPlan plan = plan_for(server);
  plan.duration = 1h;
  plan.warmup = 1h;
  const auto result = run_load(plan, *interrupt);
  ASSERT_TRUE(result);
  EXPECT_TRUE(result->interrupted);
  EXPECT_EQ(result->counts.completed, 0U);
  EXPECT_EQ(result->measured, 0ns);
}

TEST(LoadRun, IsInterruptedWhileItConnects) {
  // Nobody accepts: the queue takes a few connections, the others hang until they are interrupted.
  const auto listener = Listener::open(resolve("127.0.0.1", 0)->front(), {.backlog = 1});
  const auto interrupt = EventFd::open();
  LoadPlan plan{.target = listener->endpoint(), .connections = 20, .duration = 1h, .timeout = 1h};
  plan.payload.size = 8;
  std::jthread later([&] { interrupt->set(); });
  const auto result = run_load(plan, *interrupt);
  ASSERT_TRUE(result);
  EXPECT_TRUE(result->interrupted);
}

TEST(LoadRun, MeasuresTheServersCpuTimeInTheWindow) {
  const ScriptedServer server(test::echo);
  LoadPlan plan = plan_for(server);
  EXPECT_FALSE(run(plan).server_cpu);
  plan.server_pid = ::getpid();
  const LoadResult result = run(plan);
  ASSERT_TRUE(result.server_cpu);
  EXPECT_GT(*result.server_cpu, result.client_cpu / 2);  // both are threads of this process
}

}  // namespace
}  // namespace suite
