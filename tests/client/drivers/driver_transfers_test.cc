// What every driver of sockets sends and receives.
#include <gtest/gtest.h>

#include <sys/socket.h>

#include <atomic>
#include <cerrno>

#include "tests/client/drivers/on_sockets.h"
#include "tests/support/socket.h"
#include "tests/support/temporary_folder.h"

namespace suite {
namespace {

using test::ScriptedServer;

class DriverTransfers : public test::OnSockets {};
INSTANTIATE_TEST_SUITE_P(, DriverTransfers, test::drivers_of_sockets(), test::driver_name);

TEST_P(DriverTransfers, SendsMoreThanSocketsHoldAndReadsMeanwhile) {
  const ScriptedServer server(test::echo);
  ASSERT_TRUE(open(0, server));
  const std::string bytes = test::noise(6 << 20);
  events_.most_at_once = bytes.size();
  ASSERT_TRUE(exchange(bytes));
  EXPECT_TRUE(events_.received == bytes);
  EXPECT_EQ(events_.sent, bytes.size());
}

TEST_P(DriverTransfers, SendsWhatComesInManySmallPieces) {
  const ScriptedServer server(test::echo);
  ASSERT_TRUE(open(0, server));
  events_.most_at_once = 7;
  const std::string bytes = test::noise(1000);
  ASSERT_TRUE(exchange(bytes));
  EXPECT_EQ(events_.received, bytes);
}

// Nothing comes back before all of it is there: what is still to be sent is not to wait for that.
TEST_P(DriverTransfers, SendsTheRestThoughNothingIsReceived) {
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
TEST_P(DriverTransfers, ReceivesMoreAtOnceThanItHasMemoryFor) {
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
TEST_P(DriverTransfers, SeesWhatArrivesBetweenTurns) {
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

TEST_P(DriverTransfers, TellsOfTheEndAfterAllThatHadArrived) {
  const std::string bytes = test::noise(300'000);
  const ScriptedServer server([&](int fd, int) { test::send_all(fd, bytes); });
  ASSERT_TRUE(open(0, server));
  ASSERT_TRUE(turn_until([&] { return events_.broken.has_value(); }));
  EXPECT_EQ(events_.broken->kind, Break::Kind::kClosed);
  EXPECT_TRUE(events_.received == bytes);
}

TEST_P(DriverTransfers, TellsOfAReset) {
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

TEST_P(DriverTransfers, TellsOfARefusedConnection) {
  ScriptedServer server(test::echo);
  server.refuse();
  EXPECT_EQ(driver().open(0, server.endpoint()), Driver::Opening::kStarted);
  ASSERT_TRUE(turn_until([&] { return events_.broken.has_value(); }));
  EXPECT_EQ(events_.broken->kind, Break::Kind::kNotOpened);
  EXPECT_EQ(events_.broken->error_number, ECONNREFUSED);
}

TEST_P(DriverTransfers, DiscardsWhatNeedNotBeSeen) {
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
TEST_P(DriverTransfers, BeginsToDiscardInMidStream) {
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

}  // namespace
}  // namespace suite
