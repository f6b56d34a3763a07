// What holds for every driver of sockets: each test runs on each of them.
#include "client/drivers/driver.h"

#include <gtest/gtest.h>

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/resource.h>
#include <sys/socket.h>

#include <atomic>
#include <cerrno>
#include <mutex>
#include <semaphore>
#include <thread>

#include "client/source_addresses.h"
#include "common/net/listener.h"
#include "tests/client/drivers/on_sockets.h"

namespace suite {
namespace {

using namespace std::chrono_literals;
using test::ScriptedServer;

class DriverTest : public test::OnSockets {};
INSTANTIATE_TEST_SUITE_P(, DriverTest, test::drivers_of_sockets(), test::driver_name);

// --- Waiting --------------------------------------------------------------------------------------------

// To the millisecond it would be 700 us late, every time.
TEST_P(DriverTest, WaitsUntilTheInstantAskedFor) {
  std::chrono::nanoseconds least_late = 1h;
  for (int i = 0; i < 50; ++i) {
    const auto until = driver().now() + 300us;
    least_late = std::min(least_late, wait_until(until) - until);
  }
  EXPECT_LT(least_late, 400us);
}

// One that is further away, then one before it, and again one behind that.
TEST_P(DriverTest, WaitsUntilTheInstantAskedForWhateverWasAskedForBefore) {
  std::binary_semaphore go{0};
  const ScriptedServer server([&](int fd, int) {
    go.acquire();
    test::send_all(fd, "x");
    test::receive(fd);
  });
  ASSERT_TRUE(open(0, server));
  go.release();
  const auto begin = driver().now();
  while (events_.received.empty() && driver().now() < begin + test::kPatience)
    driver().turn(begin + 1h, events_);
  EXPECT_EQ(events_.received, "x");
  for (const auto away : {150ms, 110ms, 220ms, 1ms, 130ms}) {
    const auto until = driver().now() + away;
    EXPECT_LT(wait_until(until) - until, 100ms * test::kSlowdown) << away.count();
  }
}

TEST_P(DriverTest, TakesATurnAtOnceWhereTheInstantHasPassed) {
  const test::Stopwatch watch;
  for (int i = 0; i < 10; ++i) driver().turn(driver().now() - 1s, events_);
  EXPECT_LT(watch.elapsed(), 500ms * test::kSlowdown);
}

TEST_P(DriverTest, IsWokenByTheInterrupt) {
  std::jthread later([this] { interrupt_.set(); });
  const auto deadline = driver().now() + test::kPatience;
  auto woken = Driver::Woken::kByEvents;
  while (woken != Driver::Woken::kByInterrupt && driver().now() < deadline) {
    woken = driver().turn(deadline, events_).woken;
  }
  EXPECT_EQ(woken, Driver::Woken::kByInterrupt);
}

TEST_P(DriverTest, SleepsWhileNothingHappensUnlessItIsToSpin) {
  const auto sleeps = [this](bool busy_poll) {
    plan_.busy_poll = busy_poll;
    driver_.reset();
    driver();
    rusage before{}, after{};
    ::getrusage(RUSAGE_THREAD, &before);
    for (int i = 0; i < 10; ++i) wait_until(driver().now() + 2ms);
    ::getrusage(RUSAGE_THREAD, &after);
    return after.ru_nvcsw - before.ru_nvcsw;
  };
  EXPECT_GE(sleeps(false), 10);
  EXPECT_LT(sleeps(true), 3);
}

TEST_P(DriverTest, SpinsNoLongerThanNothingHappens) {
  plan_.busy_poll = true;
  const ScriptedServer server(test::echo);
  ASSERT_TRUE(open(0, server));
  events_.to_send = "hello";
  driver().send(0, events_);
  const auto deadline = driver().now() + test::kPatience;
  while (events_.received.empty() && driver().now() < deadline) driver().turn(deadline, events_);
  EXPECT_EQ(events_.received, "hello");
}

// --- Opening --------------------------------------------------------------------------------------------

TEST_P(DriverTest, ConnectsFromTheSourcesInTurn) {
  std::mutex mutex;
  std::vector<std::string> peers(3);
  const ScriptedServer server([&](int fd, int number) {
    {
      const std::lock_guard held(mutex);
      peers[static_cast<std::size_t>(number)] = test::peer_of(fd)->host();
    }
    test::receive(fd);
  });
  plan_.sources = *parse_sources("127.0.0.2,127.0.0.3");
  for (ConnectionId id = 0; id < 3; ++id) ASSERT_TRUE(open(id, server));
  const std::vector<std::string> expected{"127.0.0.2", "127.0.0.3", "127.0.0.2"};
  EXPECT_TRUE(test::eventually([&] {
    const std::lock_guard held(mutex);
    return peers == expected;
  }));
}

// Nobody accepts: the queue takes a few connections, the handshakes of the others are not over.
TEST_P(DriverTest, ForgetsConnectionsThatAreClosedWhileTheyConnect) {
  const auto listener = Listener::open(resolve("127.0.0.1", 0)->front(), {.backlog = 1});
  int connecting = 0;
  for (ConnectionId id = 0; id < 16; ++id) {
    connecting += driver().open(id, listener->endpoint()) == Driver::Opening::kStarted;
    driver().turn(driver().now(), events_);
    driver().close(id);
  }
  EXPECT_GT(connecting, 0);
  for (int i = 0; i < 5; ++i) driver().turn(driver().now() + 1ms, events_);
  EXPECT_EQ(events_.connected, 0);
  EXPECT_FALSE(events_.broken);
}

// --- Closing --------------------------------------------------------------------------------------------

TEST_P(DriverTest, TellsNothingMoreOfAConnectionThatItHasClosed) {
  const ScriptedServer server([](int fd, int number) {
    test::send_all(fd, number == 0 ? "first" : "second");
    test::receive(fd);
  });
  ASSERT_TRUE(open(0, server));
  driver().turn(driver().now(), events_);  // a receive is under way, or has ended
  driver().close(0);
  events_.received.clear();
  ASSERT_TRUE(open(0, server));
  ASSERT_TRUE(turn_until([&] { return !events_.received.empty(); }));
  EXPECT_EQ(events_.received, "second");
  EXPECT_FALSE(events_.broken);
}

// How the peer of a connection sees its end: 0, or errno.
class Ending {
 public:
  explicit Ending(std::atomic<int>& seen) : seen_(seen) {}
  void operator()(int fd, int) const {
    std::string bytes(64, '\0');
    ssize_t count = 0;
    do {
      count = ::recv(fd, bytes.data(), bytes.size(), 0);
      if (count > 0) test::send_all(fd, "x");
    } while (count > 0);
    seen_ = count < 0 ? errno : 0;
  }

 private:
  std::atomic<int>& seen_;
};

TEST_P(DriverTest, ClosesWithAFinOrWithAReset) {
  for (const auto how : {SocketPlan::Close::kFin, SocketPlan::Close::kReset}) {
    for (const bool by_close : {true, false}) {
      std::atomic<int> seen = -1;
      const ScriptedServer server{Ending(seen)};
      plan_.sockets.close = how;
      driver_.reset();
      events_ = {};
      ASSERT_TRUE(open(0, server));
      ASSERT_TRUE(exchange("x"));
      if (by_close) {
        driver().close(0);
        ASSERT_TRUE(turn_until([&] { return seen != -1; }));
      }
      driver_.reset();
      ASSERT_TRUE(test::eventually([&] { return seen != -1; }));
      EXPECT_EQ(seen, how == SocketPlan::Close::kReset ? ECONNRESET : 0);
    }
  }
}

TEST_P(DriverTest, SparesAPeerTheResetThatHasClosedItself) {
  std::atomic<int> seen = -1;
  const ScriptedServer server([&](int fd, int) {
    ::shutdown(fd, SHUT_WR);
    Ending ending(seen);
    ending(fd, 0);
  });
  plan_.sockets.close = SocketPlan::Close::kReset;
  ASSERT_TRUE(open(0, server));
  ASSERT_TRUE(turn_until([&] { return events_.broken.has_value(); }));
  ASSERT_TRUE(turn_until([&] { return seen != -1; }));
  EXPECT_EQ(seen, 0);
}

int option(int fd, int level, int name) {
  int value = -1;
  socklen_t length = sizeof value;
  ::getsockopt(fd, level, name, &value, &length);
  return value;
}

// What the next connection of an id is to everyone else, whatever the driver does about its socket.
TEST_P(DriverTest, OpensAgainFromAnotherPortOfTheSameSourceWithTheSameOptions) {
  std::mutex mutex;
  std::vector<Endpoint> peers;
  const ScriptedServer server([&](int fd, int number) {
    {
      const std::lock_guard held(mutex);
      peers.push_back(*test::peer_of(fd));
    }
    test::send_all(fd, std::to_string(number));
    if (number == 2) test::receive(fd);
  });
  plan_.sources = *parse_sources("127.0.0.2");
  plan_.sockets.receive_buffer = 16384;
  for (int i = 0; i < 2; ++i) {
    ASSERT_TRUE(open(0, server));
    ASSERT_TRUE(turn_until([&] { return events_.broken.has_value(); }));
    EXPECT_EQ(events_.broken->kind, Break::Kind::kClosed);
    events_.broken.reset();
  }
  ASSERT_TRUE(open(0, server));
  ASSERT_TRUE(turn_until([&] { return events_.received.size() == 3; }));
  EXPECT_EQ(events_.received, "012");
  const int fd = test::descriptor_to(server.endpoint());
  EXPECT_EQ(option(fd, IPPROTO_TCP, TCP_NODELAY), 1);
  EXPECT_EQ(option(fd, SOL_SOCKET, SO_RCVBUF), 2 * 16384);
  const std::lock_guard held(mutex);
  ASSERT_EQ(peers.size(), 3u);
  for (const Endpoint& peer : peers) EXPECT_EQ(peer.host(), "127.0.0.2");
  EXPECT_NE(peers[0].port(), peers[1].port());
  EXPECT_NE(peers[1].port(), peers[2].port());
}

// --- Options --------------------------------------------------------------------------------------------

TEST_P(DriverTest, SetsSocketsAsThePlanSays) {
  const ScriptedServer server(test::echo);
  ASSERT_TRUE(open(0, server));
  EXPECT_EQ(option(test::descriptor_to(server.endpoint()), IPPROTO_TCP, TCP_NODELAY), 1) << "the default";
  driver_.reset();
  plan_.sockets = {.send_buffer = 8192, .receive_buffer = 16384, .nodelay = false};
  ASSERT_TRUE(open(0, server));
  const int fd = test::descriptor_to(server.endpoint());
  EXPECT_EQ(option(fd, IPPROTO_TCP, TCP_NODELAY), 0);
  EXPECT_EQ(option(fd, SOL_SOCKET, SO_SNDBUF), 2 * 8192);  // the kernel doubles it (socket(7))
  EXPECT_EQ(option(fd, SOL_SOCKET, SO_RCVBUF), 2 * 16384);
}

TEST_P(DriverTest, NamesItself) { EXPECT_EQ(driver().name(), name_of(GetParam())); }

}  // namespace
}  // namespace suite
