#include "servers/backends/fiber/stack_pool.h"

#include <gtest/gtest.h>

#include <cstring>
#include <vector>

namespace suite {
namespace {

TEST(StackPool, GivesOutTheLastOneThatCameBack) {
  StackPool pool;
  std::byte* const first = pool.take();
  std::byte* const second = pool.take();
  pool.give_back(second);
  pool.give_back(first);
  EXPECT_EQ(pool.take(), first);
  EXPECT_EQ(pool.take(), second);
  EXPECT_EQ(pool.mapped(), 2U);
  pool.give_back(first);
  pool.give_back(second);
}

TEST(StackPool, ReservesOneAtATime) {
  StackPool pool;
  ASSERT_TRUE(pool.reserve());
  ASSERT_TRUE(pool.reserve());
  EXPECT_EQ(pool.mapped(), 1U);
  pool.give_back(pool.take());
  EXPECT_EQ(pool.mapped(), 1U);
}

TEST(StackPool, KeepsABoundedNumberOfFreeOnes) {
  StackPool pool;
  std::vector<std::byte*> stacks;
  for (std::size_t i = 0; i < StackPool::kKeptStacks + 100; ++i) stacks.push_back(pool.take());
  for (std::byte* const stack : stacks) pool.give_back(stack);
  EXPECT_EQ(pool.mapped(), StackPool::kKeptStacks);
}

TEST(StackPool, LetsAllOfAStackBeUsed) {
  StackPool pool;
  std::byte* const stack = pool.take();
  std::memset(stack, 1, StackPool::kStackBytes);
  pool.give_back(stack);
}

TEST(StackPoolDeathTest, EndsTheProgramWhereAStackOverflows) {
  testing::FLAGS_gtest_death_test_style = "threadsafe";
  StackPool pool;
  std::byte* const stack = pool.take();
  EXPECT_DEATH(*static_cast<volatile std::byte*>(stack - 1) = std::byte{1}, "");
  pool.give_back(stack);
}

}  // namespace
}  // namespace suite
