#include "common/process/signals.h"

#include <gtest/gtest.h>

#include <poll.h>
#include <signal.h>

#include <thread>

namespace suite {
namespace {

// Opens the queue in a thread of its own, so that the test program's mask stays as it is.
template <class Body>
void with_queue(Body body) {
  std::thread([&] {
    const auto queue = SignalQueue::open({SIGUSR1, SIGUSR2});
    ASSERT_TRUE(queue) << queue.error().one_line();
    body(*queue);
  }).join();
}

TEST(SignalQueue, HoldsNothingAtFirst) {
  with_queue([](const SignalQueue& queue) { EXPECT_EQ(queue.next(), std::nullopt); });
}

TEST(SignalQueue, GivesEachSignalOnceAndIsReadableMeanwhile) {
  with_queue([](const SignalQueue& queue) {
    ::pthread_kill(::pthread_self(), SIGUSR2);
    pollfd wait{.fd = queue.fd(), .events = POLLIN, .revents = 0};
    EXPECT_EQ(::poll(&wait, 1, 10'000), 1);
    EXPECT_EQ(queue.next(), SIGUSR2);
    EXPECT_EQ(queue.next(), std::nullopt);
    EXPECT_EQ(::poll(&wait, 1, 0), 0);
  });
}

TEST(SignalQueue, IsInheritedAsBlockedByLaterThreads) {
  with_queue([](const SignalQueue&) {
    std::thread([] {
      sigset_t blocked;
      ::pthread_sigmask(SIG_BLOCK, nullptr, &blocked);
      EXPECT_TRUE(sigismember(&blocked, SIGUSR1));
      EXPECT_TRUE(sigismember(&blocked, SIGUSR2));
    }).join();
  });
}

}  // namespace
}  // namespace suite
