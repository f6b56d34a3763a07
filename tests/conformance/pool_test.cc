// What is particular to a pool: connections and threads are not bound to each other.
#include <gmock/gmock.h>

#include "tests/conformance/backend_test.h"
#include "tests/support/process_stats.h"

namespace suite {
namespace {

using test::Socket;

class Pool : public testing::Test {
 protected:
  static test::ServerOptions with(std::vector<std::string> flags) {
    return {.backend = "pool", .flags = std::move(flags)};
  }
};

TEST_F(Pool, OfOneThreadServesAHundredConnectionsThatStayOpen) {
  SUITE_START(server, with({}));
  const std::size_t threads = test::thread_count(server.pid());
  std::vector<Socket> sockets;
  for (unsigned i = 0; i < 100; ++i) sockets.emplace_back(server.endpoint());
  for (unsigned round = 0; round < 10; ++round) {
    for (unsigned i = 0; i < 100; ++i) ASSERT_TRUE(sockets[i].send(test::noise(1000, 100 * round + i)));
    for (unsigned i = 0; i < 100; ++i) {
      ASSERT_TRUE(sockets[i].receive(1000) == test::noise(1000, 100 * round + i)) << round << " " << i;
    }
  }
  EXPECT_EQ(test::thread_count(server.pid()), threads);
  test::expect_clean_end(server);
  EXPECT_TRUE(server.totals().starts_with("served 100 connections, 1,000 requests")) << server.totals();
}

TEST_F(Pool, HasAsManyThreadsAsWorkersWereAskedForAndSaysSo) {
  SUITE_START(one, with({}));
  SUITE_START(four, with({"--workers", "4"}));
  EXPECT_TRUE(one.ready_line().ends_with("(pool, 1 thread)")) << one.ready_line();
  EXPECT_TRUE(four.ready_line().ends_with("(pool, 4 threads)")) << four.ready_line();
  EXPECT_EQ(test::thread_count(four.pid()), test::thread_count(one.pid()) + 3);
}

TEST_F(Pool, CountsItsThreadsAsOneWorker) {
  SUITE_START(server, with({"--workers", "4", "--max-connections", "3"}));
  std::vector<Socket> sockets;
  for (int i = 0; i < 3; ++i) {
    sockets.emplace_back(server.endpoint());
    ASSERT_TRUE(sockets.back().send("hello"));
    ASSERT_EQ(sockets.back().receive(5), "hello");
  }
  sockets.clear();
  test::expect_clean_end(server);
  EXPECT_TRUE(server.totals().starts_with("served 3 connections, 3 requests")) << server.totals();
  EXPECT_EQ(server.child().errors().find("worker 0:"), std::string::npos) << server.child().errors();
}

// Neither keeps the only thread.
TEST_F(Pool, OfOneThreadServesOthersBesideTheSilentAndTheDeaf) {
  SUITE_START(server, with({}));
  std::vector<Socket> silent, deaf;
  std::vector<std::size_t> sent;
  for (int i = 0; i < 3; ++i) {
    silent.emplace_back(server.endpoint());
    deaf.emplace_back(server.endpoint(), test::SocketOptions{.receive_buffer = 16 << 10});
    sent.push_back(test::send_until_blocked(deaf.back(), test::more_than_sockets_hold()).size());
    ASSERT_TRUE(test::echoes(server.endpoint()));
  }
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_TRUE(deaf[i].receive(sent[i]) == test::more_than_sockets_hold().substr(0, sent[i]));
    ASSERT_TRUE(silent[i].send("at last"));
    EXPECT_EQ(silent[i].receive(7), "at last");
  }
  test::expect_clean_end(server);
}

// A reset is an event that nobody asked for: it must not hand over a connection that a thread has.
TEST_F(Pool, SurvivesResetsWhileItDrains) {
  for (int round = 0; round < 10; ++round) {
    SUITE_START(server, with({"--workers", "2"}));
    std::vector<Socket> deaf;
    for (int i = 0; i < 20; ++i) {
      deaf.emplace_back(server.endpoint(), test::SocketOptions{.receive_buffer = 4 << 10});
      ASSERT_TRUE(deaf.back().send(test::noise(20'000)));
    }
    server.ask_to_stop();
    for (Socket& socket : deaf) socket.reset();
    ASSERT_EQ(server.child().wait(), test::exited(0)) << server.child().errors();
  }
}

}  // namespace
}  // namespace suite
