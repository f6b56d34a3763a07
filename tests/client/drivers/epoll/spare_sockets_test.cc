// What becomes of the socket of a connection that both sides have closed.
#include <gtest/gtest.h>

#include <poll.h>
#include <sys/socket.h>

#include <cerrno>
#include <filesystem>
#include <semaphore>
#include <string>
#include <system_error>

#include "common/net/listener.h"
#include "tests/client/drivers/on_sockets.h"
#include "tests/support/socket.h"

namespace suite {
namespace {

using test::ScriptedServer;

// "socket:[123]": asked of the file system, for the descriptors of the server's threads come and go
// meanwhile.
std::string socket_at(int fd) {
  std::error_code none;
  return std::filesystem::read_symlink("/proc/self/fd/" + std::to_string(fd), none).string();
}

// Whether one of this process's descriptors is that socket.
bool is_held(const std::string& socket) {
  for (int fd = 3; fd < 1024; ++fd) {
    if (socket_at(fd) == socket) return true;
  }
  return false;
}

class SpareSocketTest : public test::OnSockets {
 protected:
  // Opens connection 0 and has the server close it; which socket that was, "" where any of it went wrong.
  std::string use_up_a_connection() {
    events_.broken.reset();
    if (!open(0, server_)) return "";
    const std::string socket = socket_at(test::descriptor_to(server_.endpoint()));
    close_.release();
    closed_.acquire();
    if (!turn_until([&] { return events_.broken.has_value(); })) return "";
    EXPECT_EQ(events_.broken->kind, Break::Kind::kClosed);
    return socket;
  }

  std::string last_words_;  // of the server on each connection
  std::counting_semaphore<> close_{0};
  std::counting_semaphore<> closed_{0};
  ScriptedServer server_{[this](int fd, int) {
    close_.acquire();
    test::send_all(fd, last_words_);
    ::shutdown(fd, SHUT_WR);
    closed_.release();
    // Until the client has closed, too. A receive would hold the socket, and delay the acknowledgement.
    pollfd end{.fd = fd, .events = POLLRDHUP, .revents = 0};
    ::poll(&end, 1, -1);
  }};
};
INSTANTIATE_TEST_SUITE_P(, SpareSocketTest, testing::Values(DriverKind::kEpoll), test::driver_name);

TEST_P(SpareSocketTest, ServesTheConnectionThatReplacesIt) {
  const std::string first = use_up_a_connection();
  ASSERT_NE(first, "");
  EXPECT_EQ(use_up_a_connection(), first);
  EXPECT_EQ(use_up_a_connection(), first);
  EXPECT_EQ(server_.accepted(), 3);
}

// Its end would be reported in every turn from then on.
TEST_P(SpareSocketTest, IsClosedWhereNothingReplacesItByTheNextTurn) {
  const std::string first = use_up_a_connection();
  EXPECT_TRUE(is_held(first));
  events_.broken.reset();
  driver().turn(driver().now(), events_);
  EXPECT_FALSE(is_held(first));
  EXPECT_FALSE(events_.broken) << "that was said already";
  EXPECT_NE(use_up_a_connection(), "") << "another one takes its place";
}

TEST_P(SpareSocketTest, IsClosedWhenThatIsAskedFor) {
  const std::string socket = use_up_a_connection();
  EXPECT_TRUE(is_held(socket));
  driver().close(0);
  EXPECT_FALSE(is_held(socket));
}

// It has been told to forget the reset that it is to be closed with.
TEST_P(SpareSocketTest, IsNotKeptWhereConnectionsAreToBeReset) {
  plan_.sockets.close = SocketPlan::Close::kReset;
  const std::string socket = use_up_a_connection();
  ASSERT_NE(socket, "");
  EXPECT_FALSE(is_held(socket));
}

// Its buffer may have grown: the next connection would begin with more than others do.
TEST_P(SpareSocketTest, IsNotKeptWhereItHasReceivedMuch) {
  last_words_ = std::string(8 * 1024, 'x');
  const std::string little = use_up_a_connection();
  EXPECT_TRUE(is_held(little));
  last_words_ = std::string(16 * 1024, 'x');
  const std::string much = use_up_a_connection();
  EXPECT_EQ(much, little);
  EXPECT_FALSE(is_held(much));
}

// It would be woken for no less.
TEST_P(SpareSocketTest, IsNotKeptWhereItSleepsThroughALongBody) {
  last_words_ = std::string(4 * 1024, 'x');
  events_.wanted = {.discard = 1 << 20, .to_reply = 1 << 20};
  const std::string socket = use_up_a_connection();
  ASSERT_NE(socket, "");
  EXPECT_GT(events_.discarded, 0u);
  EXPECT_FALSE(is_held(socket));
}

TEST_P(SpareSocketTest, SaysSoWhereItIsRefused) {
  ASSERT_NE(use_up_a_connection(), "");
  server_.refuse();
  events_.broken.reset();
  ASSERT_EQ(driver().open(0, server_.endpoint()), Driver::Opening::kStarted);
  ASSERT_TRUE(turn_until([&] { return events_.broken.has_value(); }));
  EXPECT_EQ(events_.broken->kind, Break::Kind::kNotOpened);
  EXPECT_EQ(events_.broken->error_number, ECONNREFUSED);
}

// The server's queue is full: the handshake ends with the next SYN, a second later.
TEST_P(SpareSocketTest, AwaitsAHandshakeThatTakesLonger) {
  const auto busy = Listener::open(resolve("127.0.0.1", 0)->front(), {.backlog = 1});
  const test::Socket one(busy->endpoint()), two(busy->endpoint());
  ASSERT_NE(use_up_a_connection(), "");
  const int connected = events_.connected;
  ASSERT_EQ(driver().open(0, busy->endpoint()), Driver::Opening::kStarted);
  const UniqueFd first(::accept(busy->fd(), nullptr, nullptr)),
      second(::accept(busy->fd(), nullptr, nullptr));
  EXPECT_TRUE(turn_until([&] { return events_.connected > connected; }));
}

}  // namespace
}  // namespace suite
