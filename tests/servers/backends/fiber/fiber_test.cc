#include "servers/backends/fiber/fiber.h"

#include <gtest/gtest.h>

#include <array>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

namespace suite {
namespace {

TEST(Fiber, BeginsWithTheFirstResumeAndGoesOnWhereItParked) {
  StackPool stacks;
  std::string notes;
  Fiber* self = nullptr;
  Fiber fiber(stacks, [&] {
    for (const char each : {'a', 'b', 'c'}) {
      notes += each;
      self->park();
    }
  });
  self = &fiber;
  EXPECT_EQ(notes, "");
  for (const char* expected : {"a", "ab", "abc"}) {
    fiber.resume();
    EXPECT_EQ(notes, expected);
    EXPECT_FALSE(fiber.done());
  }
  fiber.resume();
  EXPECT_TRUE(fiber.done());
}

TEST(Fiber, GivesItsStackToTheNext) {
  StackPool stacks;
  for (int i = 0; i < 100; ++i) {
    Fiber fiber(stacks, [] {});
    fiber.resume();
    ASSERT_TRUE(fiber.done());
  }
  EXPECT_EQ(stacks.mapped(), 1U);
}

TEST(Fiber, GivesItsStackBackUnused) {
  StackPool stacks;
  {
    const Fiber never_resumed(stacks, [] {});
  }
  {
    const Fiber never_resumed(stacks, [] {});
  }
  EXPECT_EQ(stacks.mapped(), 1U);
}

TEST(Fiber, KeepsItsDataApartFromThoseOfOthers) {
  constexpr int kFibers = 50;
  StackPool stacks;
  std::vector<std::unique_ptr<Fiber>> fibers;
  std::array<int, kFibers> sums{};
  for (int i = 0; i < kFibers; ++i) {
    fibers.push_back(std::make_unique<Fiber>(stacks, [&, i] {
      std::array<int, 1000> mine{};
      for (int& each : mine) each = i;
      fibers[static_cast<std::size_t>(i)]->park();
      for (const int each : mine) sums[static_cast<std::size_t>(i)] += each;
    }));
  }
  for (int round = 0; round < 2; ++round) {
    for (const auto& fiber : fibers) fiber->resume();
  }
  for (int i = 0; i < kFibers; ++i) EXPECT_EQ(sums[static_cast<std::size_t>(i)], 1000 * i);
  EXPECT_EQ(stacks.mapped(), static_cast<std::size_t>(kFibers));
}

TEST(Fiber, MayThrowAndCatchWithinItself) {
  StackPool stacks;
  std::string caught;
  Fiber* self = nullptr;
  Fiber fiber(stacks, [&] {
    try {
      self->park();
      throw std::runtime_error("inside");
    } catch (const std::runtime_error& error) {
      caught = error.what();
    }
    self->park();
  });
  self = &fiber;
  fiber.resume();
  fiber.resume();
  EXPECT_EQ(caught, "inside");
  fiber.resume();
  EXPECT_TRUE(fiber.done());
}

}  // namespace
}  // namespace suite
