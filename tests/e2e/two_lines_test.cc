// The two commands that the help shows, as they stand.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/net/listener.h"
#include "tests/support/child.h"

namespace suite {
namespace {

using namespace std::chrono_literals;

TEST(TwoLines, ServeEchoAndLoadWorkTogetherAsTheyStand) {
  if (!claim_endpoint(resolve("127.0.0.1", 3900)->front())) {
    GTEST_SKIP() << "port 3900, which the two lines name, is taken on this machine";
  }
  test::Child server(test::suite_command({"serve-echo", "--backend", "epoll", "--port", "3900"}));
  EXPECT_EQ(server.wait_for_line("listening"), "listening on 127.0.0.1:3900 (epoll, 1 worker)");
  const test::Finished load =
      test::run_to_end(test::suite_command({"load", "--conns", "100", "--secs", "10"}), 60s);
  EXPECT_EQ(load.status, test::exited(0)) << load.errors;
  EXPECT_THAT(load.output,
              testing::MatchesRegex("Throughput: [0-9]+\\.[0-9][0-9] \\[reqests/sec\\], errors: 0\n"));
  server.signal(SIGTERM);
  EXPECT_EQ(server.wait(), test::exited(0));
  EXPECT_EQ(server.output(), "");
  EXPECT_THAT(server.errors(), testing::HasSubstr("served 10"));  // and one that found out who listens
}

}  // namespace
}  // namespace suite
