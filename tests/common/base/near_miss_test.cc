#include "common/base/near_miss.h"

#include <gtest/gtest.h>

#include <array>

namespace suite {
namespace {

constexpr std::array<std::string_view, 4> kNames{"epoll", "libuv", "asio", "prefork"};

TEST(NearMiss, FindsANameWithOneOrTwoEdits) {
  EXPECT_EQ(near_miss("epol", kNames), "epoll");
  EXPECT_EQ(near_miss("epolll", kNames), "epoll");
  EXPECT_EQ(near_miss("eppol", kNames), "epoll");
  EXPECT_EQ(near_miss("libvu", kNames), "libuv");
  EXPECT_EQ(near_miss("aiso", kNames), "asio");
}

TEST(NearMiss, FindsANameByItsBeginning) {
  EXPECT_EQ(near_miss("pre", kNames), "prefork");
  EXPECT_EQ(near_miss("li", kNames), "libuv");
}

TEST(NearMiss, StaysSilentWhereNothingIsNear) {
  EXPECT_EQ(near_miss("nginx", kNames), std::nullopt);
  EXPECT_EQ(near_miss("", kNames), std::nullopt);
  EXPECT_EQ(near_miss("p", kNames), std::nullopt);
  EXPECT_EQ(near_miss("epoll", {}), std::nullopt);
}

TEST(NearMiss, TakesTheNearestOfSeveral) {
  constexpr std::array<std::string_view, 3> kFlags{"--pin", "--port", "--host"};
  EXPECT_EQ(near_miss("--prt", kFlags), "--port");
  EXPECT_EQ(near_miss("--pi", kFlags), "--pin");
}

TEST(NearMiss, ANameOfWhichEveryLetterDiffersIsNotNear) {
  constexpr std::array<std::string_view, 1> kShort{"ab"};
  EXPECT_EQ(near_miss("xy", kShort), std::nullopt);
}

}  // namespace
}  // namespace suite
