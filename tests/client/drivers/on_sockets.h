// A driver of sockets on a test's own thread, one of each kind after the other.
#pragma once

#include <gtest/gtest.h>

#include <sys/socket.h>

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "client/drivers/driver.h"
#include "client/drivers/make_driver.h"
#include "common/net/endpoint.h"
#include "tests/client/drivers/recorder.h"
#include "tests/support/patience.h"
#include "tests/support/scripted_server.h"

namespace suite::test {

class OnSockets : public testing::TestWithParam<DriverKind> {
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
    const auto deadline = driver().now() + kPatience;
    while (!holds() && driver().now() < deadline)
      driver().turn(driver().now() + std::chrono::milliseconds(10), events_);
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
  Recorder events_;
  std::unique_ptr<Driver> driver_;
};

/// Who the other end of `fd` is; nothing where it has none.
inline std::optional<Endpoint> peer_of(int fd) {
  sockaddr_storage address{};
  socklen_t length = sizeof address;
  if (::getpeername(fd, reinterpret_cast<sockaddr*>(&address), &length) != 0) return std::nullopt;
  return Endpoint(reinterpret_cast<const sockaddr*>(&address), length);
}

/// The driver's socket: of this process's descriptors the one that is connected to the server.
inline int descriptor_to(const Endpoint& server) {
  for (int fd = 3; fd < 1024; ++fd) {
    const auto peer = peer_of(fd);
    if (peer && peer->to_string() == server.to_string()) return fd;
  }
  return -1;
}

inline auto drivers_of_sockets() { return testing::Values(DriverKind::kEpoll, DriverKind::kUring); }
inline std::string driver_name(const testing::TestParamInfo<DriverKind>& info) {
  return std::string(name_of(info.param));
}

}  // namespace suite::test
