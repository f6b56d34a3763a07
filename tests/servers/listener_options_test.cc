#include <gtest/gtest.h>

#include "servers/run/worker_groups.h"

namespace suite {
namespace {

using namespace std::chrono_literals;

TEST(ListenerOptions, AreThoseOfTheServer) {
  EXPECT_EQ(listener_options({.backlog = 7}, false).backlog, 7);
  EXPECT_TRUE(listener_options({}, true).share_port);
  EXPECT_FALSE(listener_options({}, false).share_port);
}

TEST(ListenerOptions, AwaitTheFirstBytesOnlyWhereTheClientSpeaksFirst) {
  EXPECT_FALSE(listener_options({}, false).await_bytes);
  EXPECT_TRUE(listener_options({.client_speaks_first = true}, false).await_bytes);
}

TEST(ListenerOptions, AwaitNothingWhereThatWouldProlongAShortIdleTimeout) {
  EXPECT_TRUE(listener_options({.idle_timeout = 60s, .client_speaks_first = true}, false).await_bytes);
  EXPECT_FALSE(listener_options({.idle_timeout = 9s, .client_speaks_first = true}, false).await_bytes);
}

}  // namespace
}  // namespace suite
