#include "servers/loops/callback_guard.h"

#include <gtest/gtest.h>

#include <stdexcept>

namespace suite {
namespace {

TEST(CallbackGuard, KeepsNothingWhereNothingIsThrown) {
  CallbackGuard guarded;
  int calls = 0;
  guarded([&] { ++calls; });
  EXPECT_EQ(calls, 1);
  EXPECT_FALSE(guarded.failure());
}

TEST(CallbackGuard, KeepsTheFirstExceptionAndStillCallsTheOthers) {
  CallbackGuard guarded;
  int calls = 0;
  guarded([] { throw std::runtime_error("the first"); });
  guarded([&] { ++calls; });
  guarded([] { throw std::runtime_error("the second"); });
  ASSERT_TRUE(guarded.failure());
  EXPECT_EQ(guarded.failure()->why, "the first");
  EXPECT_EQ(calls, 1);
}

}  // namespace
}  // namespace suite
