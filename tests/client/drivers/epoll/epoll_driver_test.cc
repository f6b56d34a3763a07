#include "client/drivers/epoll/epoll_driver.h"

#include <gtest/gtest.h>

#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

#include <array>
#include <cerrno>
#include <cstddef>
#include <latch>
#include <thread>

#include "tests/client/drivers/recorder.h"
#include "tests/support/patience.h"
#include "tests/support/scripted_server.h"

namespace suite {
namespace {

using namespace std::chrono_literals;

// From now on epoll_pwait2(2) fails for the calling thread, as on an old kernel (ENOSYS) or under the filter
// of an old container (EPERM).
bool forbid_exact_waits(int error) {
  std::array<sock_filter, 4> program{{
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_epoll_pwait2, 0, 1),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | static_cast<unsigned>(error)),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
  }};
  const sock_fprog filter{.len = program.size(), .filter = program.data()};
  return ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
         ::prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter) == 0;
}

TEST(EpollDriver, WaitsToTheMillisecondWhereTheKernelKnowsNothingFiner) {
  for (const int error : {ENOSYS, EPERM}) {
    std::jthread([error] {
      if (!forbid_exact_waits(error)) GTEST_SKIP() << "no filter can be installed here";
      const auto interrupt = EventFd::open();
      auto driver = EpollDriver::create({.connections = 1}, *interrupt);
      ASSERT_TRUE(driver);
      test::Recorder events;
      const auto begin = driver->now();
      int turns = 0;
      for (; driver->now() < begin + 3500us; ++turns) driver->turn(begin + 3500us, events);
      EXPECT_LE(turns, 10) << "it waits, rather than spins";
    }).join();
  }
}

// What was received ("r") and asked for to be sent ("s"), in this order, on connections of either number.
class Order final : public DriverEvents {
 public:
  std::string steps;
  int connected = 0;

  void on_connected(ConnectionId, TimePoint) override { ++connected; }
  std::span<const std::byte> next_bytes(ConnectionId) override {
    steps += 's';
    return {};
  }
  bool on_sent(ConnectionId, std::size_t) override { return false; }
  Appetite appetite(ConnectionId) override { return {}; }
  void on_received(ConnectionId, std::span<const std::byte>, TimePoint) override { steps += 'r'; }
  void on_discarded(ConnectionId, std::uint64_t, TimePoint) override {}
  void on_broken(ConnectionId, Break, TimePoint) override {}
};

TEST(EpollDriver, ReceivesAllThatHasArrivedBeforeItSends) {
  constexpr int kConnections = 3;
  std::latch go(1);
  std::latch sent(kConnections);
  const test::ScriptedServer server([&](int fd, int) {
    go.wait();
    test::send_all(fd, "reply");
    sent.count_down();
    test::receive(fd);  // until the client has closed
  });
  const auto interrupt = EventFd::open();
  auto driver = EpollDriver::create({.connections = kConnections}, *interrupt);
  ASSERT_TRUE(driver);
  Order order;
  int open = 0;
  for (ConnectionId id = 0; id < kConnections; ++id) {
    open += driver->open(id, server.endpoint()) == Driver::Opening::kOpen ? 1 : 0;
  }
  const auto deadline = driver->now() + test::kPatience;
  while (open + order.connected < kConnections && driver->now() < deadline) driver->turn(deadline, order);
  go.count_down();
  sent.wait();
  driver->turn(deadline, order);
  EXPECT_EQ(order.steps, "rrrsss");
}

}  // namespace
}  // namespace suite
