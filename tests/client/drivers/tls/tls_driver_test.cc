// What is particular to a driver that speaks TLS, on each driver of sockets.
#include <gtest/gtest.h>

#include <atomic>

#include "client/load_result.h"
#include "tests/client/drivers/on_sockets.h"
#include "tests/support/tls_side.h"

namespace suite {
namespace {

using test::ScriptedServer;

class TlsOnSockets : public test::OnSockets {
 protected:
  void SetUp() override {
    OnSockets::SetUp();
    plan_.tls = TlsClientOptions{.name = "127.0.0.1", .verify = false};
  }
};
INSTANTIATE_TEST_SUITE_P(Drivers, TlsOnSockets, testing::Values(DriverKind::kEpoll, DriverKind::kUring),
                         [](const auto& each) { return std::string(name_of(each.param)); });

// So --connect-burst and --timeout hold for handshakes.
TEST_P(TlsOnSockets, ReportsAConnectionOnlyWhenItsHandshakeIsDone) {
  std::atomic<bool> has_hello = false;
  const ScriptedServer stalls([&](int fd, int) {
    has_hello = !test::receive(fd).empty();
    test::swallow(fd, 0);
  });
  const ScriptedServer echoes([](int fd, int) { test::TlsSide(fd).echo(); });
  EXPECT_EQ(driver().open(1, stalls.endpoint()), Driver::Opening::kStarted);
  ASSERT_TRUE(turn_until([&] { return has_hello.load(); }));
  EXPECT_EQ(events_.connected, 0);
  ASSERT_TRUE(open(0, echoes));
  EXPECT_EQ(events_.connected, 1);
  ASSERT_NE(driver().tls(), nullptr);
  EXPECT_EQ(driver().tls()->full, 1U);
  driver().close(1);
  EXPECT_TRUE(exchange("through TLS"));
  EXPECT_EQ(events_.received, "through TLS");
}

// RFC 8446 6.1: without a close_notify, what came may have been cut short.
TEST_P(TlsOnSockets, TellsAnEndFromACut) {
  const ScriptedServer ends([](int fd, int) {
    test::TlsSide side(fd);
    if (side.shake_hands()) side.say_goodbye();
  });
  const ScriptedServer cuts([](int fd, int) { test::TlsSide(fd).shake_hands(); });
  ASSERT_TRUE(open(0, ends));
  ASSERT_TRUE(turn_until([&] { return events_.broken.has_value(); }));
  EXPECT_EQ(events_.broken->kind, Break::Kind::kClosed);
  events_.broken.reset();
  ASSERT_TRUE(open(1, cuts));
  ASSERT_TRUE(turn_until([&] { return events_.broken.has_value(); }));
  EXPECT_EQ(events_.broken->kind, Break::Kind::kCut);
}

// The events may close what they hear of, while more of the same record is still to be handed on.
TEST_P(TlsOnSockets, StopsAtOnceWhereAnEventClosesTheConnection) {
  const ScriptedServer server([](int fd, int) {
    test::TlsSide side(fd);
    if (!side.shake_hands()) return;
    side.send(std::string(600'000, 'x'));
    test::swallow(fd, 0);
  });
  ASSERT_TRUE(open(0, server));
  events_.then = [&](ConnectionId id) { driver().close(id); };
  ASSERT_TRUE(turn_until([&] { return !events_.pieces.empty(); }));
  wait_until(driver().now() + std::chrono::milliseconds(5));
  EXPECT_EQ(events_.pieces.size(), 1U);
  EXPECT_FALSE(events_.broken);
}

}  // namespace
}  // namespace suite
