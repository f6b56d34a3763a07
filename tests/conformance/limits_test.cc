// Time-outs, and bounds on connections and descriptors.
#include <cerrno>
#include <thread>

#include "common/base/units.h"
#include "tests/conformance/backend_test.h"
#include "tests/support/process_stats.h"

namespace suite {
namespace {

using namespace std::chrono_literals;
using test::End;
using test::Socket;

class Limits : public test::BackendTest {};
SUITE_FOR_EVERY_BACKEND_AND_TLS(Limits);

TEST_P(Limits, ClosesAConnectionThatSendsNothingForTheIdleTimeout) {
  SUITE_START(server, with({"--idle-timeout", "200ms"}));
  Socket silent(server.endpoint());
  const test::Stopwatch watch;
  EXPECT_EQ(silent.receive_rest(), "");
  EXPECT_EQ(silent.end(), End::kFinished);
  EXPECT_GE(watch.elapsed(), 190ms);
  EXPECT_LT(watch.elapsed(), 1s * test::kSlowdown);
  test::expect_clean_end(server);
  EXPECT_NE(server.totals().find("1 timed out"), std::string::npos) << server.totals();
}

TEST_P(Limits, CountsTheIdleTimeoutFromTheLastBytes) {
  SUITE_START(server, with({"--idle-timeout", "500ms"}));
  Socket lively(server.endpoint());
  const test::Stopwatch watch;
  while (watch.elapsed() < 800ms) {
    ASSERT_TRUE(lively.send("x"));
    ASSERT_EQ(lively.receive(1), "x");
    std::this_thread::sleep_for(20ms);  // a peer that speaks now and then
  }
  EXPECT_EQ(lively.receive_rest(), "");
  EXPECT_GE(watch.elapsed(), 1250ms);
}

TEST_P(Limits, ClosesAPeerThatTakesNothingForTheSendTimeout) {
  SUITE_START(server, with({"--send-timeout", "200ms"}));
  Socket deaf(server.endpoint());
  const std::string sent = test::send_until_blocked(deaf, test::more_than_sockets_hold());
  EXPECT_TRUE(test::eventually([&] { return deaf.send_some("x") == 0 && errno != EAGAIN; }))
      << "the server keeps it";
  EXPECT_TRUE(test::echoes(server.endpoint()));
  test::expect_clean_end(server);
  EXPECT_NE(server.totals().find("1 timed out"), std::string::npos) << server.totals();
}

TEST_P(Limits, KeepsAPeerThatTakesALittleWithinEachSendTimeout) {
  const auto step = 100ms * test::kSlowdown;
  SUITE_START(server, with({"--send-timeout", duration_argument(5 * step)}));
  Socket slow(server.endpoint());
  const std::string payload = test::send_until_blocked(slow, test::more_than_sockets_hold());
  slow.shut_down_sending();
  const std::size_t portion = payload.size() / 10 + 1;
  std::string received;
  while (received.size() < payload.size() && slow.end() == End::kOpen) {
    received += slow.receive(portion);
    std::this_thread::sleep_for(step);
  }
  EXPECT_TRUE(received == payload) << received.size() << " of " << payload.size();
}

TEST_P(Limits, LeavesAConnectionTooManyInTheBacklogUntilOneCloses) {
  SUITE_START(server, with({"--max-connections", "2"}));
  Socket first(server.endpoint()), second(server.endpoint());
  for (Socket* each : {&first, &second}) {
    ASSERT_TRUE(each->send("x"));
    ASSERT_EQ(each->receive(1), "x");
  }
  test::set_handshake_patience(test::HandshakePatience::kBrief);
  Socket third(server.endpoint());
  ASSERT_TRUE(third.connected());
  ASSERT_TRUE(third.send("patience"));
  const auto cpu_before = test::cpu_time(server.pid());
  EXPECT_EQ(third.receive(8, 200ms), "");
  EXPECT_EQ(third.end(), End::kOpen);
  EXPECT_LT(test::cpu_time(server.pid()) - cpu_before, 10ms * test::kSlowdown)
      << "it waits, it does not spin";
  first.close();
  EXPECT_EQ(third.receive(8), "patience");
  ASSERT_TRUE(second.send("y"));
  EXPECT_EQ(second.receive(1), "y");
  test::expect_clean_end(server);
  EXPECT_NE(server.totals().find("at the bound on connections"), std::string::npos) << server.totals();
}

TEST_P(Limits, ServesInTurnsWhereDescriptorsAreFew) {
  constexpr std::size_t kClients = 200;
  test::ServerOptions options = with({});
  options.descriptor_limit = 96;
  SUITE_START(server, options);
  test::set_handshake_patience(test::HandshakePatience::kBrief);
  std::vector<Socket> sockets;
  for (std::size_t i = 0; i < kClients; ++i) {
    sockets.emplace_back(server.endpoint());
    ASSERT_TRUE(sockets.back().send("served at last"));
  }
  const auto cpu_before = test::cpu_time(server.pid());
  std::this_thread::sleep_for(300ms);
  EXPECT_LT(test::cpu_time(server.pid()) - cpu_before, 60ms * test::kSlowdown)
      << "it waits, it does not spin";
  for (Socket& socket : sockets) {
    ASSERT_EQ(socket.receive(14), "served at last");
    socket.close();
  }
  test::expect_clean_end(server);
  EXPECT_TRUE(server.totals().starts_with("served 200 connections")) << server.totals();
}

}  // namespace
}  // namespace suite
