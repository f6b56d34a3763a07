#include "servers/worker_lock.h"

#include <gtest/gtest.h>

#include <cerrno>
#include <mutex>
#include <stdexcept>
#include <thread>

namespace suite {
namespace {

TEST(WorkerLock, LetsOthersInDuringACall) {
  WorkerLock lock;
  const std::lock_guard held(lock);
  bool other_was_in = false;
  lock.released([&] {
    std::thread other([&] {
      const std::lock_guard its_turn(lock);
      other_was_in = true;
    });
    other.join();  // never, if the lock were held
  });
  EXPECT_TRUE(other_was_in);
}

TEST(WorkerLock, IsHeldAgainAfterwardsAndKeepsErrno) {
  WorkerLock lock;
  long others_count = 0;
  std::thread other;
  {
    const std::lock_guard held(lock);
    const int result = lock.released([&] {
      errno = ENOTTY;
      return -1;
    });
    EXPECT_EQ(result, -1);
    EXPECT_EQ(errno, ENOTTY);
    other = std::thread([&] {
      const std::lock_guard its_turn(lock);
      ++others_count;
    });
    EXPECT_EQ(others_count, 0);
    EXPECT_THROW(lock.released([] { throw std::runtime_error("broke"); }), std::runtime_error);
    const long seen = others_count;
    std::this_thread::yield();
    EXPECT_EQ(others_count, seen) << "held after an exception, too";
  }
  other.join();
  EXPECT_EQ(others_count, 1);
}

TEST(WorkerLock, WaitsWithoutHoldingIt) {
  WorkerLock lock;
  std::condition_variable changed;
  bool rung = false;
  const std::lock_guard held(lock);
  std::thread ringer([&] {
    const std::lock_guard its_turn(lock);
    rung = true;
    changed.notify_one();
  });
  lock.wait(changed, [&] { return rung; });
  EXPECT_TRUE(rung);
  ringer.join();
}

}  // namespace
}  // namespace suite
