#include "client/pacing/idle_connections.h"

#include <gtest/gtest.h>

namespace suite {
namespace {

std::vector<ConnectionId> drained(IdleConnections& idle) {
  std::vector<ConnectionId> order;
  while (const auto id = idle.front()) {
    order.push_back(*id);
    idle.remove(*id);
  }
  return order;
}

TEST(IdleConnections, GivesTheOneThatHasBeenIdleLongest) {
  IdleConnections idle(4);
  EXPECT_TRUE(idle.empty());
  for (const ConnectionId id : {2U, 0U, 3U}) idle.add(id);
  EXPECT_EQ(drained(idle), (std::vector<ConnectionId>{2, 0, 3}));
  EXPECT_TRUE(idle.empty());
}

TEST(IdleConnections, KeepsThePlaceOfOneThatIsAddedAgain) {
  IdleConnections idle(3);
  for (const ConnectionId id : {1U, 2U, 1U}) idle.add(id);
  EXPECT_EQ(drained(idle), (std::vector<ConnectionId>{1, 2}));
}

TEST(IdleConnections, LosesOneAnywhereAndOneThatItDoesNotHold) {
  IdleConnections idle(5);
  for (const ConnectionId id : {0U, 1U, 2U, 3U}) idle.add(id);
  for (const ConnectionId id : {1U, 3U, 4U, 1U}) idle.remove(id);
  idle.add(3);
  EXPECT_EQ(drained(idle), (std::vector<ConnectionId>{0, 2, 3}));
}

}  // namespace
}  // namespace suite
