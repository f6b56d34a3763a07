#include "servers/backends/threads/small_thread.h"

#include <gtest/gtest.h>

#include <cerrno>
#include <cstddef>

namespace suite {
namespace {

TEST(SmallThread, RunsItsBodyOnAStackOfTheGivenSize) {
  constexpr std::size_t kStackBytes = 2 * 1024 * 1024;  // more than a sanitizer asks for
  std::size_t size = 0;
  const auto body = [](void* result) {
    ::pthread_attr_t attributes;
    ASSERT_EQ(::pthread_getattr_np(::pthread_self(), &attributes), 0);
    ::pthread_attr_getstacksize(&attributes, static_cast<std::size_t*>(result));
    ::pthread_attr_destroy(&attributes);
  };
  const auto thread = SmallThread::start(kStackBytes, body, &size);
  ASSERT_TRUE(thread);
  thread->join();
  EXPECT_EQ(size, kStackBytes);
}

TEST(SmallThread, SaysWhyThereIsNone) {
  errno = 0;
  EXPECT_FALSE(SmallThread::start(std::size_t{1} << 60, [](void*) {}, nullptr));
  EXPECT_NE(errno, 0);
}

}  // namespace
}  // namespace suite
