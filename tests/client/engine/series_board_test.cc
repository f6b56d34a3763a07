#include "client/engine/series_board.h"

#include <gtest/gtest.h>

#include <thread>

namespace suite {
namespace {

using namespace std::chrono_literals;

LatencyHistogram of(std::chrono::nanoseconds latency, std::uint64_t count) {
  LatencyHistogram histogram;
  histogram.record(latency, count);
  return histogram;
}

TEST(SeriesBoard, PutsTogetherWhatTheThreadsHadInASecond) {
  SeriesBoard board(2);
  board.add(0, {.length = 1s, .completed = 150, .errors = 1}, of(10ns, 150));
  board.add(1, {.length = 1s, .completed = 50, .errors = 2}, of(2000ns, 50));
  const auto point = board.next();
  ASSERT_TRUE(point);
  EXPECT_EQ(point->length, 1s);
  EXPECT_EQ(point->completed, 200U);
  EXPECT_EQ(point->errors, 3U);
  EXPECT_EQ(point->p50, 10ns);
  EXPECT_EQ(point->p99, 2000ns);
}

TEST(SeriesBoard, KeepsTheSecondsApartWhereOneThreadIsAhead) {
  SeriesBoard board(2);
  board.add(0, {.length = 1s, .completed = 1}, {});
  board.add(0, {.length = 1s, .completed = 2}, {});
  board.add(1, {.length = 1s, .completed = 10}, {});
  EXPECT_EQ(board.next()->completed, 11U);
  board.add(1, {.length = 1s, .completed = 20}, {});
  EXPECT_EQ(board.next()->completed, 22U);
}

TEST(SeriesBoard, EndsWhenEveryThreadHasLeft) {
  SeriesBoard board(2);
  board.add(0, {.length = 500ms, .completed = 1}, {});
  board.leave(0);
  board.leave(0);
  board.leave(1);
  const auto point = board.next();
  ASSERT_TRUE(point);
  EXPECT_EQ(point->length, 500ms);
  EXPECT_EQ(point->p50, std::nullopt);
  EXPECT_FALSE(board.next());
}

TEST(SeriesBoard, AwaitsASecondOnlyOfThreadsThatHaveIt) {
  SeriesBoard board(2);
  board.add(0, {.length = 1s, .completed = 1}, {});
  board.add(1, {.length = 1s, .completed = 1}, {});
  board.leave(1);
  board.add(0, {.length = 1s, .completed = 5}, {});
  board.next();
  EXPECT_EQ(board.next()->completed, 5U);
}

TEST(SeriesBoard, WakesWhoWaitsForASecond) {
  SeriesBoard board(1);
  std::jthread thread([&board] {
    board.add(0, {.length = 1s, .completed = 7}, {});
    board.leave(0);
  });
  EXPECT_EQ(board.next()->completed, 7U);
  EXPECT_FALSE(board.next());
}

}  // namespace
}  // namespace suite
