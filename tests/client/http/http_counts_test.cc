#include "client/http/http_counts.h"

#include <gtest/gtest.h>

namespace suite {
namespace {

TEST(HttpCounts, AddUp) {
  HttpCounts sum{
      .body_bytes = 1, .kept_alive = 2, .first_length = std::nullopt, .other_lengths = 3, .server = ""};
  sum.statuses[200] = 5;
  sum.statuses[404] = 1;
  HttpCounts other{.body_bytes = 10, .kept_alive = 20, .first_length = 7, .other_lengths = 30, .server = "x"};
  other.statuses[299] = 2;
  other.statuses[100] = 1;
  sum += other;
  EXPECT_EQ(sum.responses(), 9U);
  EXPECT_EQ(sum.non_2xx(), 2U);
  EXPECT_EQ(sum.body_bytes, 11U);
  EXPECT_EQ(sum.kept_alive, 22U);
  EXPECT_EQ(sum.other_lengths, 33U);
  EXPECT_EQ(sum.first_length, 7U);
  EXPECT_EQ(sum.server, "x");
  sum += HttpCounts{.first_length = 9, .server = "y"};
  EXPECT_EQ(sum.first_length, 7U) << "the first one stays";
  EXPECT_EQ(sum.server, "x");
}

}  // namespace
}  // namespace suite
