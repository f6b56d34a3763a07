// SIGTERM: what had arrived is answered, then every connection ends and so does the server.
#include <thread>

#include "tests/conformance/backend_test.h"
#include "tests/support/process_stats.h"

namespace suite {
namespace {

using namespace std::chrono_literals;
using test::End;
using test::Socket;

class Drain : public test::BackendTest {
 protected:
  void SetUp() override {
    BackendTest::SetUp();
    if (has_too_many_threads()) GTEST_SKIP() << "ThreadSanitizer runs out of memory";
  }

  // Connections that the server has accepted and served once.
  static std::vector<Socket> served_connections(const Endpoint& server, std::size_t count) {
    std::vector<Socket> sockets;
    for (std::size_t i = 0; i < count; ++i) {
      sockets.emplace_back(server);
      EXPECT_TRUE(sockets.back().send("x"));
      EXPECT_EQ(sockets.back().receive(1), "x");
    }
    return sockets;
  }

  static constexpr std::size_t kDepth = 16, kMessage = 64;
  static std::string batch(unsigned connection) { return test::noise(kDepth * kMessage, connection); }
  // Each gets its batch back, and then an orderly end.
  static void expect_whole_batches(std::vector<Socket>& sockets) {
    for (unsigned i = 0; i < sockets.size(); ++i) {
      ASSERT_TRUE(sockets[i].receive_rest() == batch(i)) << i;
      ASSERT_EQ(sockets[i].end(), End::kFinished) << i;
      sockets[i].close();
    }
  }
};
SUITE_FOR_EVERY_BACKEND_AND_TLS(Drain);

TEST_P(Drain, AnswersEveryByteReceivedBeforeSigterm) {
  SUITE_START(server, with({}));
  std::vector<Socket> sockets = served_connections(server.endpoint(), 200);
  server.freeze();
  for (unsigned i = 0; i < sockets.size(); ++i) ASSERT_TRUE(sockets[i].send(batch(i)));
  server.ask_to_stop();
  server.thaw();
  expect_whole_batches(sockets);
  EXPECT_EQ(server.child().wait(), test::exited(0));
  EXPECT_EQ(server.totals().find("cut"), std::string::npos) << server.totals();
}

TEST_P(Drain, AnswersConnectionsThatWaitToBeAccepted) {
  if (over_tls()) GTEST_SKIP() << "before the handshake nothing has been asked";
  SUITE_START(server, with({}));
  ASSERT_TRUE(test::echoes(server.endpoint()));
  server.freeze();
  std::vector<Socket> sockets;
  for (unsigned i = 0; i < 600; ++i) {  // more than a loop accepts before it looks up
    sockets.emplace_back(server.endpoint());
    ASSERT_TRUE(sockets.back().send(batch(i)));
  }
  server.ask_to_stop();
  server.thaw();
  expect_whole_batches(sockets);
  EXPECT_EQ(server.child().wait(), test::exited(0));
}

TEST_P(Drain, AnswersAHalfClosedPeerToo) {
  SUITE_START(server, with({}));
  std::vector<Socket> sockets = served_connections(server.endpoint(), 20);
  server.freeze();
  for (unsigned i = 0; i < sockets.size(); ++i) {
    ASSERT_TRUE(sockets[i].send(batch(i)));
    sockets[i].shut_down_sending();
  }
  server.ask_to_stop();
  server.thaw();
  for (unsigned i = 0; i < sockets.size(); ++i) {
    EXPECT_TRUE(sockets[i].receive_rest() == batch(i)) << i;
    EXPECT_EQ(sockets[i].end(), End::kFinished) << i;
  }
  EXPECT_EQ(server.child().wait(), test::exited(0));
}

// The server is in the middle of an answer when it is told to stop: had it just finished one, the connection
// would be idle.
TEST_P(Drain, GivesAPeerThatGoesOnSendingAllThatItSentBefore) {
  SUITE_START(server, with({}));
  Socket peer(server.endpoint(), {.send_buffer = 16 << 10});
  const std::string sent = test::send_until_blocked(peer, test::more_than_sockets_hold());
  const std::size_t arrived = sent.size() - peer.unacknowledged();
  server.ask_to_stop();
  ASSERT_TRUE(test::eventually([&] { return !Socket(server.endpoint(), {}, 50ms).connected(); }));
  std::string received;
  while (peer.end() == End::kOpen && received.size() < 2 * sent.size()) {
    peer.send_some("one more thing");
    received += peer.receive(1 << 20, 1ms);
  }
  EXPECT_GE(received.size(), arrived);
  EXPECT_TRUE(sent.starts_with(received.substr(0, sent.size())));
  EXPECT_EQ(peer.end(), End::kFinished) << "an end, and no reset that could overtake the answer";
}

TEST_P(Drain, GivesASlowReaderAllThatHadArrived) {
  SUITE_START(server, with({}));
  Socket slow(server.endpoint(), {.send_buffer = 16 << 10});
  const std::string sent = test::send_until_blocked(slow, test::more_than_sockets_hold());
  const std::size_t arrived = sent.size() - slow.unacknowledged();
  server.ask_to_stop();
  ASSERT_TRUE(test::eventually([&] { return !Socket(server.endpoint(), {}, 50ms).connected(); }));
  const std::string received = slow.receive_rest();
  EXPECT_GE(received.size(), arrived);
  EXPECT_TRUE(sent.starts_with(received));
  EXPECT_EQ(slow.end(), End::kFinished);
  slow.close();
  EXPECT_EQ(server.child().wait(), test::exited(0));
}

TEST_P(Drain, ClosesIdleConnectionsAtOnce) {
  SUITE_START(server, with({"--drain", "60s"}));
  std::vector<Socket> sockets = served_connections(server.endpoint(), 100);
  const test::Stopwatch watch;
  EXPECT_EQ(server.stop(), test::exited(0));
  EXPECT_LT(watch.elapsed(), 1s * test::kSlowdown) << "though the peers kept their connections open";
  for (Socket& socket : sockets) {
    EXPECT_EQ(socket.receive_rest(), "");
    EXPECT_EQ(socket.end(), End::kFinished);
  }
}

TEST_P(Drain, EndsAtOnceWhereNobodyIsConnected) {
  SUITE_START(server, with({"--drain", "60s"}));
  const test::Stopwatch watch;
  test::expect_clean_end(server);
  EXPECT_LT(watch.elapsed(), 1s * test::kSlowdown);
}

TEST_P(Drain, CutsAtItsLimitWhatIsStillOpenAndSaysSo) {
  SUITE_START(server, with({"--drain", "200ms"}));
  Socket deaf(server.endpoint());
  test::send_until_blocked(deaf, test::more_than_sockets_hold(), test::kQuietForGood);
  const test::Stopwatch watch;
  EXPECT_EQ(server.stop(), test::exited(0));
  EXPECT_GE(watch.elapsed(), 200ms);
  EXPECT_LT(watch.elapsed(), 1200ms * test::kSlowdown);
  EXPECT_NE(server.totals().find(", 1 cut"), std::string::npos) << server.totals();
}

TEST_P(Drain, RefusesNewConnectionsMeanwhile) {
  SUITE_START(server, with({"--drain", "60s"}));
  Socket deaf(server.endpoint());
  test::send_until_blocked(deaf, test::more_than_sockets_hold(), test::kQuietForGood);
  server.ask_to_stop();
  EXPECT_TRUE(test::eventually([&] { return !Socket(server.endpoint(), {}, 50ms).connected(); }));
  deaf.reset();
  EXPECT_EQ(server.child().wait(), test::exited(0));
}

TEST_P(Drain, EndsAtOnceOnASecondSigterm) {
  SUITE_START(server, with({"--drain", "60s"}));
  Socket deaf(server.endpoint());
  test::send_until_blocked(deaf, test::more_than_sockets_hold(), test::kQuietForGood);
  const std::vector<::pid_t> workers = test::children_of(server.pid());
  // Signals close behind the first are the same request, so this asks until it is heard.
  ASSERT_TRUE(test::eventually([&] {
    server.ask_to_stop();
    return server.child().wait(60ms).has_value();
  }));
  EXPECT_EQ(server.child().wait(), test::exited(128 + SIGTERM));
  for (const ::pid_t worker : workers) {
    EXPECT_TRUE(test::eventually([&] { return !test::is_alive(worker); }));
  }
}

TEST_P(Drain, SurvivesPeersThatLeaveAtTheSameMoment) {
  for (int round = 0; round < 5; ++round) {
    SUITE_START(server, with({}));
    std::vector<Socket> sockets = served_connections(server.endpoint(), 200);
    std::thread leaving([&] {
      for (Socket& socket : sockets) socket.close();
    });
    server.ask_to_stop();
    leaving.join();
    ASSERT_EQ(server.child().wait(), test::exited(0)) << server.child().errors();
  }
}

TEST_P(Drain, SigintIsAsGoodAsSigterm) {
  SUITE_START(server, with({}));
  std::vector<Socket> sockets = served_connections(server.endpoint(), 3);
  server.child().signal(SIGINT);
  EXPECT_EQ(server.child().wait(), test::exited(0));
  EXPECT_TRUE(server.totals().starts_with("served 3 connections")) << server.totals();
}

}  // namespace
}  // namespace suite
