#include "servers/totals.h"

#include <gtest/gtest.h>

namespace suite {
namespace {

TEST(WorkerTotals, AddUpFieldByField) {
  const WorkerTotals one{.connections = 1,
                         .requests = 2,
                         .bytes_received = 3,
                         .bytes_sent = 4,
                         .resets = 5,
                         .timeouts = 6,
                         .cut = 7,
                         .accept_pauses = 8,
                         .bound_reached = 10,
                         .cpu = std::chrono::nanoseconds(9)};
  WorkerTotals sum;
  sum += one;
  sum += one;
  EXPECT_EQ(sum.connections, 2U);
  EXPECT_EQ(sum.requests, 4U);
  EXPECT_EQ(sum.bytes_received, 6U);
  EXPECT_EQ(sum.bytes_sent, 8U);
  EXPECT_EQ(sum.resets, 10U);
  EXPECT_EQ(sum.timeouts, 12U);
  EXPECT_EQ(sum.cut, 14U);
  EXPECT_EQ(sum.accept_pauses, 16U);
  EXPECT_EQ(sum.bound_reached, 20U);
  EXPECT_EQ(sum.cpu, std::chrono::nanoseconds(18));
}

}  // namespace
}  // namespace suite
