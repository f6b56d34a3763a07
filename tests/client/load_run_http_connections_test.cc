// HTTP load where connections end.
#include <gtest/gtest.h>

#include <sys/socket.h>

#include "tests/client/load_run_http_fixture.h"

namespace suite {
namespace {

using test::always;
using test::kLast;
using test::kOk;
using test::receive;
using test::run_http_and_check;
using test::ScriptedServer;
using test::send_all;

class LoadRunHttpConnections : public test::HttpOnDrivers<DriverKind> {};
INSTANTIATE_TEST_SUITE_P(, LoadRunHttpConnections, test::drivers_of_sockets(), test::driver_name);

// Ends the stream and lingers: closing with something unread would be a reset (RFC 9112 9.6).
void finish(int fd) {
  ::shutdown(fd, SHUT_WR);
  while (!receive(fd).empty()) continue;
}

TEST_P(LoadRunHttpConnections, OpensAConnectionForEachRequestWhereNoneIsKept) {
  const ScriptedServer server([](int fd, int) {
    receive(fd);
    send_all(fd, kLast);
  });
  LoadPlan plan = plan_for(server);
  plan.keep_alive = false;
  plan.threads = 2;
  const LoadResult result = run_http_and_check(plan);
  EXPECT_EQ(result.counts.completed, 40U);
  EXPECT_GE(server.accepted(), 40);
  EXPECT_LE(server.accepted(), 44)
      << "no more than one without a request per connection, where others are quicker";
  EXPECT_EQ(result.http_times.connect.count(), 40U);
  EXPECT_EQ(result.http->kept_alive, 0U);
  EXPECT_GE(result.http_times.total.sum(), result.latency.sum());
}

TEST_P(LoadRunHttpConnections, ClosesAConnectionItselfThatTheServerKeepsThoughAskedNotTo) {
  const ScriptedServer server(always(std::string(kOk)));
  LoadPlan plan = plan_for(server);
  plan.keep_alive = false;
  EXPECT_EQ(run_http_and_check(plan).counts.completed, 40U);
  EXPECT_GE(server.accepted(), 40);
}

TEST_P(LoadRunHttpConnections, ClosesAConnectionItselfThatTheServerAnnouncedToCloseAndDoesNot) {
  const ScriptedServer server(always(std::string(kLast)));
  LoadPlan plan = plan_for(server);
  plan.requests = 4;
  plan.connections = 2;
  const LoadResult result = run_http_and_check(plan);
  EXPECT_EQ(result.counts.completed, 4U);
  EXPECT_GE(server.accepted(), 4);
}

TEST_P(LoadRunHttpConnections, ReadsBodiesThatEndWithTheirConnection) {
  const ScriptedServer server([](int fd, int) {
    receive(fd);
    send_all(fd, "HTTP/1.1 200 OK\r\n\r\nsome");
    send_all(fd, "thing");
    finish(fd);
  });
  for (const std::uint64_t depth : {1U, 3U}) {
    LoadPlan plan = plan_for(server);
    plan.depth = depth;
    const LoadResult result = run_http_and_check(plan);
    EXPECT_EQ(result.counts.completed, 40U) << depth;
    EXPECT_EQ(result.http->body_bytes, 40 * 9U);
  }
}

TEST_P(LoadRunHttpConnections, TakesAnAnnouncedEndOfAConnectionAsNormalAndSendsAgainWhatWasBehindIt) {
  for (const std::uint64_t depth : {1U, 2U, 5U, 16U}) {
    const ScriptedServer server([](int fd, int) {  // five answers, and the end
      std::string pending;
      for (int answers = 0; answers < 5;) {
        const std::string bytes = receive(fd);
        if (bytes.empty()) return;
        pending += bytes;
        for (std::size_t end = pending.find("\r\n\r\n"); end != std::string::npos && answers < 5;
             end = pending.find("\r\n\r\n"), ++answers) {
          pending.erase(0, end + 4);
          send_all(fd, answers < 4 ? kOk : kLast);
        }
      }
      finish(fd);
    });
    LoadPlan plan = plan_for(server);
    plan.depth = depth;
    plan.connections = 2;
    const LoadResult result = run_http_and_check(plan);
    EXPECT_EQ(result.counts.completed, 40U) << depth;
    EXPECT_EQ(result.counts.errors.total(), 0U) << depth;
    EXPECT_GE(result.counts.reopened, 6U);
    EXPECT_EQ(result.counts.in_flight_at_end, 0U);
  }
}

}  // namespace
}  // namespace suite
