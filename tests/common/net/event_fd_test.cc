#include "common/net/event_fd.h"

#include <gtest/gtest.h>

#include <poll.h>

#include <thread>

namespace suite {
namespace {

bool readable(const EventFd& event) {
  pollfd wait{.fd = event.fd(), .events = POLLIN, .revents = 0};
  return ::poll(&wait, 1, 0) == 1;
}

TEST(EventFd, IsReadableFromTheFirstSetOnAndForGood) {
  const auto event = EventFd::open();
  ASSERT_TRUE(event);
  EXPECT_FALSE(event->is_set());
  EXPECT_FALSE(readable(*event));
  event->set();
  event->set();
  for (int i = 0; i < 3; ++i) {
    EXPECT_TRUE(event->is_set());
    EXPECT_TRUE(readable(*event));
  }
}

TEST(EventFd, WakesAnotherThread) {
  const auto event = EventFd::open();
  ASSERT_TRUE(event);
  std::thread setter([&event] { event->set(); });
  pollfd wait{.fd = event->fd(), .events = POLLIN, .revents = 0};
  EXPECT_EQ(::poll(&wait, 1, 10'000), 1);
  setter.join();
}

}  // namespace
}  // namespace suite
