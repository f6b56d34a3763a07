#include "common/net/probe.h"

#include <gtest/gtest.h>

#include <vector>

#include "common/net/listener.h"
#include "tests/support/temporary_folder.h"

namespace suite {
namespace {

constexpr std::chrono::milliseconds kNotLong{200};

TEST(AcceptsConnections, AsLongAsSomebodyListens) {
  for (const char* host : {"127.0.0.1", "::1"}) {
    Endpoint endpoint;
    {
      const auto listener = Listener::open(resolve(host, 0)->front(), {});
      ASSERT_TRUE(listener) << listener.error().one_line();
      endpoint = listener->endpoint();
      EXPECT_TRUE(accepts_connections(endpoint, kNotLong));
    }
    EXPECT_FALSE(accepts_connections(endpoint, kNotLong)) << host;
  }
}

TEST(AcceptsConnections, AtAUnixSocketToo) {
  const test::TemporaryFolder folder;
  const Endpoint endpoint = Endpoint::unix_socket(folder.file("socket"));
  EXPECT_FALSE(accepts_connections(endpoint, kNotLong));
  const auto listener = Listener::open(endpoint, {});
  ASSERT_TRUE(listener) << listener.error().one_line();
  EXPECT_TRUE(accepts_connections(endpoint, kNotLong));
}

// The queue of connections is full: the kernel drops the handshake, and repeats it after a second.
TEST(AcceptsConnections, GivesUpWhereThereIsNoAnswer) {
  const auto listener = Listener::open(resolve("127.0.0.1", 0)->front(), {.backlog = 0});
  ASSERT_TRUE(listener) << listener.error().one_line();
  std::vector<UniqueFd> waiting;
  for (int i = 0; i < 8; ++i) {
    waiting.emplace_back(::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    ::connect(waiting.back().get(), listener->endpoint().address(), listener->endpoint().length());
  }
  EXPECT_FALSE(accepts_connections(listener->endpoint(), std::chrono::milliseconds(20)));
}

}  // namespace
}  // namespace suite
