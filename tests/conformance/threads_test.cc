// What is particular to a thread per connection.
#include <gmock/gmock.h>

#include "tests/conformance/backend_test.h"
#include "tests/support/process_stats.h"

namespace suite {
namespace {

using namespace std::chrono_literals;
using test::Socket;

bool greets(Socket& socket) { return socket.send("hello") && socket.receive(5) == "hello"; }

class ThreadPerConnection : public testing::Test {
 protected:
  static test::ServerOptions with(std::vector<std::string> flags) {
    return {.backend = "threads", .flags = std::move(flags)};
  }
  // ThreadSanitizer has a thread of its own in each process.
  static std::size_t threads_of(const test::Server& server) { return test::thread_count(server.pid()); }
};

TEST_F(ThreadPerConnection, StartsOneForEachAndEndsItWithIt) {
  SUITE_START(server, with({}));
  const std::size_t before = threads_of(server);
  std::vector<Socket> sockets;
  for (int i = 0; i < 20; ++i) {
    sockets.emplace_back(server.endpoint());
    ASSERT_TRUE(greets(sockets.back()));
  }
  EXPECT_EQ(threads_of(server), before + 20);
  sockets.resize(5);
  EXPECT_TRUE(test::eventually([&] { return threads_of(server) == before + 5; })) << threads_of(server);
  sockets.clear();
  EXPECT_TRUE(test::eventually([&] { return threads_of(server) == before; })) << threads_of(server);
}

TEST_F(ThreadPerConnection, HasNoMoreThreadsThanConnectionsMayBeOpen) {
  SUITE_START(server, with({"--max-connections", "3"}));
  const std::size_t before = threads_of(server);
  std::vector<Socket> sockets;
  for (int i = 0; i < 6; ++i) {
    sockets.emplace_back(server.endpoint());
    ASSERT_TRUE(sockets.back().send("hello"));
  }
  for (std::size_t i = 0; i < 3; ++i) ASSERT_EQ(sockets[i].receive(5), "hello");
  EXPECT_EQ(sockets[3].receive(5, 100ms), "") << "it waits in the backlog";
  EXPECT_EQ(threads_of(server), before + 3);
  for (std::size_t i = 0; i < 3; ++i) {
    sockets[i].close();
    EXPECT_EQ(sockets[i + 3].receive(5), "hello") << "and is served when another ends";
  }
}

TEST_F(ThreadPerConnection, NamesThreadsWhereMoreConnectionsAreAskedForThanTheyAllow) {
  const test::Finished finished =
      test::run_to_end(test::serve_command(with({"--max-connections", "100M", "--workers", "100"})));
  EXPECT_EQ(finished.status, test::exited(2));
  EXPECT_THAT(
      finished.errors,
      testing::MatchesRegex("suite serve-echo: --max-connections: 100,000,000 is more than the [0-9,]+ "
                            "that descriptors and threads allow with 100 workers; give less.*\n"));
}

// Each of these waits where a signal has to find it: in recv, or just before.
TEST_F(ThreadPerConnection, NoneMissesTheStop) {
  for (int round = 0; round < 10; ++round) {
    SUITE_START(server, with({"--drain", "60s"}));
    std::vector<Socket> sockets;
    for (int i = 0; i < 50; ++i) {
      sockets.emplace_back(server.endpoint());
      ASSERT_TRUE(greets(sockets.back()));
    }
    for (Socket& socket : sockets) ASSERT_TRUE(socket.send("again"));
    server.ask_to_stop();
    for (Socket& socket : sockets) {
      EXPECT_EQ(socket.receive_rest(), "again");
      socket.close();
    }
    ASSERT_EQ(server.child().wait(), test::exited(0));
  }
}

TEST_F(ThreadPerConnection, CountsTheProcessorTimeOfAllThreads) {
  SUITE_START(server, with({}));
  Socket socket(server.endpoint());
  const std::string payload = test::noise(1 << 20);
  const auto before = test::cpu_time(server.pid());
  ASSERT_TRUE(test::eventually([&] {
    EXPECT_TRUE(socket.exchange(payload) == payload);
    return test::cpu_time(server.pid()) - before > 150ms;
  }));
  socket.close();
  test::expect_clean_end(server);
  EXPECT_EQ(server.totals().find(" 0.0"), std::string::npos) << "at least 100 ms: " << server.totals();
}

}  // namespace
}  // namespace suite
