#include "common/base/deadline_queue.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

namespace suite {
namespace {

using namespace std::chrono_literals;
using Queue = DeadlineQueue<int>;

constexpr Queue::TimePoint at(std::chrono::milliseconds offset) { return Queue::TimePoint(offset); }

TEST(DeadlineQueue, HasNothingDueWhenEmpty) {
  Queue queue;
  EXPECT_EQ(queue.next(), std::nullopt);
  EXPECT_EQ(queue.pop_due(at(1h)), std::nullopt);
}

TEST(DeadlineQueue, GivesNothingBeforeItsTime) {
  Queue queue;
  queue.push(at(10ms), 1);
  EXPECT_EQ(queue.next(), at(10ms));
  EXPECT_EQ(queue.pop_due(at(9ms)), std::nullopt);
  EXPECT_EQ(queue.pop_due(at(10ms)), 1);
  EXPECT_EQ(queue.next(), std::nullopt);
}

TEST(DeadlineQueue, GivesTheEarliestFirstWhateverTheOrderOfPushes) {
  std::vector<int> keys(100);
  for (int i = 0; i < 100; ++i) keys[static_cast<std::size_t>(i)] = i;
  std::shuffle(keys.begin(), keys.end(), std::mt19937(1));
  Queue queue;
  for (const int key : keys) queue.push(at(std::chrono::milliseconds(key)), key);
  for (int expected = 0; expected < 100; ++expected) EXPECT_EQ(queue.pop_due(at(1h)), expected);
}

TEST(DeadlineQueue, KeepsAnOldEntryBesideTheNewOneOfTheSameKey) {
  Queue queue;
  queue.push(at(10ms), 7);
  queue.push(at(20ms), 7);
  EXPECT_EQ(queue.pop_due(at(15ms)), 7);
  EXPECT_EQ(queue.pop_due(at(15ms)), std::nullopt);
  EXPECT_EQ(queue.next(), at(20ms));
}

TEST(Earliest, IsTheFirstOfThoseThatAreThere) {
  const std::chrono::steady_clock::time_point early{std::chrono::seconds(1)}, late{std::chrono::seconds(2)};
  EXPECT_EQ(earliest({late, std::nullopt, early}), early);
  EXPECT_EQ(earliest({std::nullopt, late}), late);
  EXPECT_EQ(earliest({std::nullopt, std::nullopt}), std::nullopt);
}

}  // namespace
}  // namespace suite
