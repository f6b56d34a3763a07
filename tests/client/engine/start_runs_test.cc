#include "client/engine/start_runs.h"

#include <gtest/gtest.h>

#include <array>

namespace suite {
namespace {

std::chrono::steady_clock::time_point at(int seconds) {
  return std::chrono::steady_clock::time_point(std::chrono::seconds(seconds));
}

TEST(StartRuns, GivesRunsInTheirOrderAndInParts) {
  std::array<StartRun, 4> memory;
  StartRuns runs(memory.data(), memory.size());
  runs.push({.due = at(1), .sent = at(1), .count = 3});
  runs.push({.due = at(2), .sent = at(2), .count = 1});
  EXPECT_EQ(runs.front().due, at(1));
  runs.take(2);
  EXPECT_EQ(runs.front().count, 1U);
  runs.take(1);
  EXPECT_EQ(runs.front().due, at(2));
  runs.take(1);
  EXPECT_TRUE(runs.empty());
}

TEST(StartRuns, GoesRoundItsRingWithoutEverBeingEmpty) {
  std::array<StartRun, 4> memory;
  StartRuns runs(memory.data(), memory.size());
  for (int i = 0; i < 3; ++i) runs.push({.due = at(i), .sent = at(i), .count = 1});
  for (int i = 3; i < 100; ++i) {
    runs.push({.due = at(i), .sent = at(i), .count = 1});
    EXPECT_EQ(runs.front().due, at(i - 3));
    runs.take(1);
  }
}

TEST(StartRuns, BeginsAtTheFirstPlaceAgainWheneverItRanEmpty) {
  std::array<StartRun, 4> memory;
  StartRuns runs(memory.data(), memory.size());
  for (int i = 0; i < 10; ++i) {
    runs.push({.due = at(i), .sent = at(i), .count = 1});
    EXPECT_EQ(&runs.front(), memory.data());
    runs.take(1);
  }
}

}  // namespace
}  // namespace suite
