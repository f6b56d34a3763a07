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
#include <thread>

#include "client/drivers/make_driver.h"
#include "client/sources.h"
#include "common/net/listener.h"
#include "tests/client/drivers/recorder.h"
#include "tests/support/patience.h"
#include "tests/support/scripted_server.h"
#include "tests/support/socket.h"
#include "tests/support/temporary_folder.h"

namespace suite {
namespace {

using namespace std::chrono_literals;
using test::ScriptedServer;

class DriverTest : public testing::TestWithParam<DriverKind> {
 protected:
  static constexpr ConnectionId kConnections = 64;

  void SetUp() override {
    if (const auto usable = check_driver(GetParam()); !usable) GTEST_SKIP() << usable.error().one_line();
    plan_.driver = GetParam();
  }

  Driver& driver() {
    if (!driver_) driver_ = std::move(*make_driver(plan_, {.connections = kConnections}, interrupt_));
    return *driver_;
  }
  // Opens connection `id`; whether it stood in time.
  bool open(ConnectionId id, const ScriptedServer& server) {
    const int before = events_.connected;
    const auto opening = driver().open(id, server.endpoint());
    if (opening == Driver::Opening::kOpen) return true;
    return opening == Driver::Opening::kStarted && turn_until([&] { return events_.connected > before; });
  }
  // Takes turns, in which nothing happens, until the instant has come. The kernel may end a wait early, with
  // EINTR, where it still clears away after a ring of this thread.
  Driver::TimePoint wait_until(Driver::TimePoint until) {
    Driver::Turn turn{};
    do turn = driver().turn(until, events_);
    while (turn.now < until);
    EXPECT_EQ(turn.woken, Driver::Woken::kByEvents);
    return turn.now;
  }
  // Takes turns until `holds()`; false when it did not in time.
  template <class Condition>
  bool turn_until(Condition holds) {
    const auto deadline = driver().now() + test::kPatience;
    while (!holds() && driver().now() < deadline) driver().turn(driver().now() + 10ms, events_);
    return holds();
  }
  // Sends what events_ has to send on connection 0 and takes turns until as much has come back.
  bool exchange(const std::string& bytes) {
    events_.to_send = bytes;
    driver().send(0, events_);
    return turn_until([&] { return events_.received.size() >= bytes.size() || events_.broken; });
  }

  LoadPlan plan_;
  EventFd interrupt_ = std::move(*EventFd::open());
  test::Recorder events_;
  std::unique_ptr<Driver> driver_;
};

INSTANTIATE_TEST_SUITE_P(, DriverTest, testing::Values(DriverKind::kEpoll, DriverKind::kUring),
                         [](const auto& driver) { return std::string(name_of(driver.param)); });

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
    sockaddr_storage address{};
    socklen_t length = sizeof address;
    ::getpeername(fd, reinterpret_cast<sockaddr*>(&address), &length);
    {
      const std::lock_guard held(mutex);
      peers[static_cast<std::size_t>(number)] =
          Endpoint(reinterpret_cast<const sockaddr*>(&address), length).host();
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

// --- Sending and receiving ------------------------------------------------------------------------------

TEST_P(DriverTest, SendsMoreThanSocketsHoldAndReadsMeanwhile) {
  const ScriptedServer server(test::echo);
  ASSERT_TRUE(open(0, server));
  const std::string bytes = test::noise(6 << 20);
  events_.most_at_once = bytes.size();
  ASSERT_TRUE(exchange(bytes));
  EXPECT_TRUE(events_.received == bytes);
  EXPECT_EQ(events_.sent, bytes.size());
}

TEST_P(DriverTest, SendsWhatComesInManySmallPieces) {
  const ScriptedServer server(test::echo);
  ASSERT_TRUE(open(0, server));
  events_.most_at_once = 7;
  const std::string bytes = test::noise(1000);
  ASSERT_TRUE(exchange(bytes));
  EXPECT_EQ(events_.received, bytes);
}

// Nothing comes back before all of it is there: what is still to be sent is not to wait for that.
TEST_P(DriverTest, SendsTheRestThoughNothingIsReceived) {
  const std::string bytes = test::noise(3 << 20);
  const ScriptedServer server([&](int fd, int) {
    std::size_t seen = 0;
    for (std::string some = test::receive(fd); !some.empty(); some = test::receive(fd)) {
      seen += some.size();
      if (seen == bytes.size()) return test::send_all(fd, "thanks");
    }
  });
  ASSERT_TRUE(open(0, server));
  events_.to_send = bytes;
  driver().send(0, events_);
  const auto deadline = driver().now() + test::kPatience;
  while (events_.received.empty() && driver().now() < deadline) driver().turn(deadline, events_);
  EXPECT_EQ(events_.received, "thanks");
}

// io_uring's ring of buffers holds 1 MiB: what finds none has to wait for the next turn.
TEST_P(DriverTest, ReceivesMoreAtOnceThanItHasMemoryFor) {
  constexpr std::size_t kBytes = 60'000;
  std::atomic<unsigned> full = 0;
  const ScriptedServer server([&](int fd, int) {
    test::send_all(fd, std::string(kBytes, 'x'));
    ++full;
    test::receive(fd);
  });
  for (ConnectionId id = 0; id < kConnections; ++id) {
    ASSERT_EQ(driver().open(id, server.endpoint()), Driver::Opening::kOpen);
  }
  ASSERT_TRUE(test::eventually([&] { return full == kConnections; }));
  EXPECT_TRUE(turn_until([&] { return events_.received.size() == kConnections * kBytes; }));
  EXPECT_FALSE(events_.broken);
}

// What is there before the next receive is begun gives no sign of itself then.
TEST_P(DriverTest, SeesWhatArrivesBetweenTurns) {
  const test::TemporaryFolder folder;  // over TCP another sign of it comes a little later
  std::atomic<int> stage = 0;
  const ScriptedServer server(Endpoint::unix_socket(folder.file("socket")), [&](int fd, int) {
    test::send_all(fd, "a");
    test::eventually([&] { return stage == 1; });
    test::send_all(fd, "b");
    ::shutdown(fd, SHUT_WR);
    stage = 2;
    test::receive(fd);
  });
  ASSERT_TRUE(open(0, server));
  ASSERT_TRUE(turn_until([&] { return events_.received == "a"; }));
  stage = 1;
  ASSERT_TRUE(test::eventually([&] { return stage == 2; }));
  EXPECT_TRUE(turn_until([&] { return events_.broken.has_value(); }));
  EXPECT_EQ(events_.received, "ab");
}

TEST_P(DriverTest, TellsOfTheEndAfterAllThatHadArrived) {
  const std::string bytes = test::noise(300'000);
  const ScriptedServer server([&](int fd, int) { test::send_all(fd, bytes); });
  ASSERT_TRUE(open(0, server));
  ASSERT_TRUE(turn_until([&] { return events_.broken.has_value(); }));
  EXPECT_EQ(events_.broken->kind, Break::Kind::kClosed);
  EXPECT_TRUE(events_.received == bytes);
}

TEST_P(DriverTest, TellsOfAReset) {
  const ScriptedServer server([&](int fd, int) {
    test::receive(fd);
    const linger now{.l_onoff = 1, .l_linger = 0};
    ::setsockopt(fd, SOL_SOCKET, SO_LINGER, &now, sizeof now);
  });
  ASSERT_TRUE(open(0, server));
  events_.to_send = "x";
  driver().send(0, events_);
  ASSERT_TRUE(turn_until([&] { return events_.broken.has_value(); }));
  EXPECT_EQ(events_.broken->kind, Break::Kind::kReset);
  EXPECT_EQ(events_.broken->error_number, ECONNRESET);
}

TEST_P(DriverTest, TellsOfARefusedConnection) {
  ScriptedServer server(test::echo);
  server.refuse();
  EXPECT_EQ(driver().open(0, server.endpoint()), Driver::Opening::kStarted);
  ASSERT_TRUE(turn_until([&] { return events_.broken.has_value(); }));
  EXPECT_EQ(events_.broken->kind, Break::Kind::kNotOpened);
  EXPECT_EQ(events_.broken->error_number, ECONNREFUSED);
}

TEST_P(DriverTest, DiscardsWhatNeedNotBeSeen) {
  const std::string head = "head", body = test::noise(2 << 20);
  const ScriptedServer server([&](int fd, int) {
    test::receive(fd);
    test::send_all(fd, head + body + "tail");
    test::receive(fd);
  });
  ASSERT_TRUE(open(0, server));
  events_.wanted = {.read = head.size()};
  events_.then = [&](ConnectionId) {
    const std::uint64_t left = head.size() + body.size() - events_.received.size() - events_.discarded;
    events_.wanted = {.discard = left > body.size() ? 0 : left, .to_reply = left};
  };
  events_.to_send = "x";
  driver().send(0, events_);
  ASSERT_TRUE(turn_until([&] { return events_.received.ends_with("tail"); }));
  EXPECT_EQ(events_.discarded + events_.received.size(), head.size() + body.size() + 4);
  EXPECT_GT(events_.discarded, body.size() / 2);
  EXPECT_TRUE(events_.received.starts_with(head));
}

// The receive that is under way is to be ended first.
TEST_P(DriverTest, BeginsToDiscardInMidStream) {
  constexpr std::size_t kBytes = 1 << 20;
  std::atomic<int> asked = 0;
  const ScriptedServer server([&](int fd, int) {
    while (!test::receive(fd).empty()) test::send_all(fd, test::noise(++asked < 4 ? 10 : kBytes));
  });
  ASSERT_TRUE(open(0, server));
  for (int i = 1; i < 4; ++i) {
    events_.to_send += 'x';
    driver().send(0, events_);
    ASSERT_TRUE(turn_until([&] { return events_.received.size() == 10U * static_cast<std::size_t>(i); }));
  }
  events_.then = [&](ConnectionId) {
    events_.wanted = {.discard = 30 + kBytes - events_.received.size() - events_.discarded};
  };
  events_.to_send += 'x';
  driver().send(0, events_);
  ASSERT_TRUE(turn_until([&] { return events_.received.size() + events_.discarded == 30 + kBytes; }));
  EXPECT_GT(events_.discarded, 0U);
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

// --- Options --------------------------------------------------------------------------------------------

// The driver's socket: of this process's descriptors the one that is connected to the server.
int descriptor_to(const Endpoint& server) {
  for (int fd = 3; fd < 1024; ++fd) {
    sockaddr_storage peer{};
    socklen_t length = sizeof peer;
    if (::getpeername(fd, reinterpret_cast<sockaddr*>(&peer), &length) != 0) continue;
    if (Endpoint(reinterpret_cast<const sockaddr*>(&peer), length).to_string() == server.to_string())
      return fd;
  }
  return -1;
}

int option(int fd, int level, int name) {
  int value = -1;
  socklen_t length = sizeof value;
  ::getsockopt(fd, level, name, &value, &length);
  return value;
}

TEST_P(DriverTest, SetsSocketsAsThePlanSays) {
  const ScriptedServer server(test::echo);
  ASSERT_TRUE(open(0, server));
  EXPECT_EQ(option(descriptor_to(server.endpoint()), IPPROTO_TCP, TCP_NODELAY), 1) << "the default";
  driver_.reset();
  plan_.sockets = {.send_buffer = 8192, .receive_buffer = 16384, .nodelay = false};
  ASSERT_TRUE(open(0, server));
  const int fd = descriptor_to(server.endpoint());
  EXPECT_EQ(option(fd, IPPROTO_TCP, TCP_NODELAY), 0);
  EXPECT_EQ(option(fd, SOL_SOCKET, SO_SNDBUF), 2 * 8192);  // the kernel doubles it (socket(7))
  EXPECT_EQ(option(fd, SOL_SOCKET, SO_RCVBUF), 2 * 16384);
}

TEST_P(DriverTest, NamesItself) { EXPECT_EQ(driver().name(), name_of(GetParam())); }

}  // namespace
}  // namespace suite
