// Many connections at once, of which some go while others are busy.
#include "tests/conformance/backend_test.h"

namespace suite {
namespace {

using test::Socket;

class Crowd : public test::BackendTest {};
SUITE_FOR_EVERY_BACKEND_AND_TLS(Crowd);

// All of it happens while the server stands still, so that one turn of its loop finds connections that end
// and connections that ask, side by side.
TEST_P(Crowd, ConnectionsThatEndLeaveThoseBesideThemAlone) {
  constexpr unsigned kSockets = 60;
  SUITE_START(server, with({}));
  std::vector<Socket> sockets;
  for (unsigned i = 0; i < kSockets; ++i) {
    sockets.emplace_back(server.endpoint());
    ASSERT_TRUE(sockets.back().send("x"));
    ASSERT_EQ(sockets.back().receive(1), "x");
  }
  for (unsigned round = 0; round < 6; ++round) {
    const auto stays = [round](unsigned i) { return (i + round) % 3 == 1; };
    server.freeze();
    for (unsigned i = 0; i < kSockets; ++i) {
      if (stays(i)) {
        ASSERT_TRUE(sockets[i].send(test::noise(300, i)));
      } else if (i % 2 == 0) {
        sockets[i].reset();
      } else {
        sockets[i].close();
      }
    }
    server.thaw();
    for (unsigned i = 0; i < kSockets; ++i) {
      ASSERT_TRUE(!stays(i) || sockets[i].receive(300) == test::noise(300, i)) << i;
    }
    for (unsigned i = 0; i < kSockets; ++i) {
      if (stays(i)) continue;
      sockets[i] = Socket(server.endpoint());
      ASSERT_TRUE(sockets[i].send("y"));
    }
    for (unsigned i = 0; i < kSockets; ++i) {
      ASSERT_TRUE(stays(i) || sockets[i].receive(1) == "y") << i;
    }
  }
  test::expect_clean_end(server);
}

}  // namespace
}  // namespace suite
