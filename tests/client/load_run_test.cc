// Echo load on a server that does as it should.
#include "client/load_run.h"

#include <gtest/gtest.h>

#include <unistd.h>

#include <atomic>

#include "tests/client/load_run_fixture.h"
#include "tests/support/temporary_folder.h"

namespace suite {
namespace {

using namespace std::chrono_literals;
using test::receive;
using test::run_and_check;
using test::ScriptedServer;
using test::send_all;

class LoadRun : public test::OnDrivers<DriverKind> {};
INSTANTIATE_TEST_SUITE_P(, LoadRun, test::drivers_of_sockets(), test::driver_name);

TEST_P(LoadRun, CountsEveryReplyOfAnEchoServer) {
  const ScriptedServer server(test::echo);
  const LoadResult result = run_and_check(plan_for(server));
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

TEST_P(LoadRun, KeepsDepthRequestsInFlight) {
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
  const LoadResult result = run_and_check(plan);
  EXPECT_GT(result.counts.completed, 7U);
  EXPECT_EQ(result.counts.in_flight_at_end, 7U);
}

TEST_P(LoadRun, MakesExactlyTheRequestsAskedFor) {
  const ScriptedServer server(test::echo);
  for (const std::uint64_t requests : {1U, 3U, 100U, 1001U}) {
    LoadPlan plan = plan_for(server);
    plan.duration.reset();
    plan.requests = requests;
    plan.threads = 3;
    plan.depth = 5;
    const LoadResult result = run_and_check(plan);
    EXPECT_EQ(result.counts.completed, requests);
    EXPECT_EQ(result.counts.sent, requests);
    EXPECT_EQ(result.counts.in_flight_at_end, 0U);
  }
}

TEST_P(LoadRun, StopsAtTheTimeWhenThatComesBeforeTheRequests) {
  const ScriptedServer server(test::echo);
  LoadPlan plan = plan_for(server);
  plan.requests = 1'000'000'000;
  EXPECT_EQ(run_and_check(plan).measured, 100ms);
  plan.duration = 1h;
  plan.requests = 50;
  EXPECT_EQ(run_and_check(plan).counts.completed, 50U);
}

TEST_P(LoadRun, ClosesAndReopensAConnectionAfterSoManyExchanges) {
  const ScriptedServer server(test::echo);
  LoadPlan plan = plan_for(server);
  plan.duration.reset();
  plan.requests = 60;
  plan.per_conn = 5;
  plan.depth = 3;
  const LoadResult result = run_and_check(plan);
  EXPECT_EQ(result.counts.completed, 60U);
  EXPECT_GE(result.counts.reopened, 8U);  // 60 / 5 connections, 4 of them the first ones
  EXPECT_LE(result.counts.reopened, 12U);
}

TEST_P(LoadRun, ThrowsTheWarmUpAway) {
  std::atomic<std::uint64_t> served = 0;
  const ScriptedServer server([&](int fd, int) {
    for (std::string bytes = receive(fd); !bytes.empty(); bytes = receive(fd)) {
      served += bytes.size();
      send_all(fd, bytes);
    }
  });
  LoadPlan plan = plan_for(server);
  plan.warmup = 100ms;
  const LoadResult result = run_and_check(plan);
  EXPECT_EQ(result.measured, 100ms);
  EXPECT_GT(result.counts.completed, 0U);
  EXPECT_LT(result.counts.bytes_received, served - 64 * 8);  // more than what is on its way at the end
}

TEST_P(LoadRun, SpreadsConnectionsOverThreads) {
  const ScriptedServer server(test::echo);
  LoadPlan plan = plan_for(server);
  plan.connections = 5;
  plan.threads = 2;
  const LoadResult result = run_and_check(plan);
  EXPECT_EQ(result.threads, 2U);
  EXPECT_EQ(result.connections_opened, 5U);
  EXPECT_EQ(server.accepted(), 5);
  EXPECT_EQ(result.counts.errors.total(), 0U);
}

TEST_P(LoadRun, SendsATextAsItIs) {
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
  plan.protocol = EchoPlan{.payload = {.text = "abc", .size = 3}};
  EXPECT_EQ(run_and_check(plan).counts.completed, 3U);
  EXPECT_EQ(seen, "abcabcabc");
}

TEST_P(LoadRun, SpeaksToUnixSockets) {
  const test::TemporaryFolder folder;
  const ScriptedServer server(Endpoint::unix_socket(folder.file("echo.sock")), test::echo);
  const LoadResult result = run_and_check(plan_for(server));
  EXPECT_GT(result.counts.completed, 0U);
  EXPECT_EQ(result.counts.errors.total(), 0U);
}

TEST_P(LoadRun, DoesNotLockWithMoreInFlightThanSocketsHold) {
  const ScriptedServer server(test::echo);
  LoadPlan plan = plan_for(server);
  plan.connections = 1;
  plan.depth = 64;
  plan.protocol = EchoPlan{.payload = {.text = {}, .size = 4 << 20}};
  plan.duration.reset();
  plan.requests = 66;
  plan.timeout = 20s * test::kSlowdown;
  EXPECT_EQ(run_and_check(plan).counts.completed, 66U);
}

TEST_P(LoadRun, MeasuresTheServersCpuTimeInTheWindow) {
  const ScriptedServer server(test::echo);
  LoadPlan plan = plan_for(server);
  EXPECT_FALSE(run_and_check(plan).server_cpu);
  plan.server_pid = ::getpid();
  const LoadResult result = run_and_check(plan);
  ASSERT_TRUE(result.server_cpu);
  EXPECT_GT(*result.server_cpu, result.client_cpu / 2);  // both are threads of this process
}

}  // namespace
}  // namespace suite
