#include "cmd/results/cell.h"

#include <gtest/gtest.h>

#include "cmd/results/bench_document.h"

namespace suite::results {
namespace {

TEST(CellName, TellsThePointsOfASweepApart) {
  const auto name = [](SweepPoint point) {
    return cell_name({.workload = "echo-d1", .conns = 100, .depth = 1, .point = point, .contestants = {}});
  };
  EXPECT_EQ(name({.axis = Axis::kConns, .value = 100}), "echo-d1, 100 connections");
  EXPECT_EQ(name({.axis = Axis::kDepth, .value = 1}),
            "echo-d1, 100 connections, 1 request in flight per connection");
  EXPECT_EQ(name({.axis = Axis::kSize, .value = 65'536}), "echo-d1, 100 connections, 65,536 bytes");
  EXPECT_EQ(name({.axis = Axis::kWorkers, .value = 4}), "echo-d1, 100 connections, 4 workers");
}

TEST(CellName, HasTheLoad) {
  const auto name = [](LoadLevel level) {
    return cell_name({.workload = "echo-d1", .conns = 1, .depth = 1, .level = level, .contestants = {}});
  };
  EXPECT_EQ(name({.share = 0.955, .rate = {}}), "echo-d1, 1 connection, 95.5 % of its own maximum");
  EXPECT_EQ(name({.share = {}, .rate = 5000}), "echo-d1, 1 connection, 5,000 requests/s");
}

TEST(Axis, IsFoundByItsName) {
  for (const Axis axis : {Axis::kConns, Axis::kDepth, Axis::kSize, Axis::kWorkers}) {
    EXPECT_EQ(find_axis(name_of(axis)), axis);
  }
  EXPECT_FALSE(find_axis("moon"));
}

}  // namespace
}  // namespace suite::results
