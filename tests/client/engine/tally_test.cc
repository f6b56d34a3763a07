#include "client/engine/tally.h"

#include <gtest/gtest.h>

namespace suite {
namespace {

using namespace std::chrono_literals;
using TimePoint = Tally::TimePoint;

constexpr TimePoint kWindow{1h};

StartRun run_at(TimePoint due, TimePoint sent, std::uint64_t count = 1) {
  return {.due = due, .sent = sent, .count = count};
}

class TallyTest : public testing::Test {
 protected:
  Tally make(const Tally::Options& options) { return {options, board_}; }

  SeriesBoard board_{1};
};

TEST_F(TallyTest, ForgetsTheWarmUpAndKeepsWhatIsInFlight) {
  Tally tally = make({});
  tally.issued(10);
  tally.completed(7);
  tally.failed(ErrorKind::kReset, 1);
  tally.answered(run_at(kWindow - 5ms, kWindow - 5ms), 7, kWindow - 1ms);
  tally.begin_window(kWindow, 2);
  tally.completed(2);
  tally.answered(run_at(kWindow - 2ms, kWindow - 2ms), 2, kWindow + 1ms);
  tally.end_window(kWindow + 10ms, {}, 0);
  const WorkerResult found = tally.finish(0);
  EXPECT_EQ(found.counts.sent, 2U);
  EXPECT_EQ(found.counts.completed, 2U);
  EXPECT_EQ(found.counts.errors.total(), 0U);
  EXPECT_EQ(found.latency.count(), 2U);
  EXPECT_EQ(found.latency.max(), 3ms);
  EXPECT_EQ(found.measured, 10ms);
}

TEST_F(TallyTest, PutsEachSecondOnTheBoardAndAShorterLastOne) {
  Tally tally = make({});
  tally.begin_window(kWindow, 0);
  EXPECT_EQ(tally.second_end(), kWindow + 1s);
  tally.completed(5);
  tally.answered(run_at(kWindow, kWindow, 5), 5, kWindow + 1ms);
  tally.end_second();
  EXPECT_EQ(tally.second_end(), kWindow + 2s);
  tally.completed(3);
  tally.failed(ErrorKind::kTimeout, 2);
  tally.end_window(kWindow + 1500ms, {}, 0);
  EXPECT_EQ(tally.second_end(), TimePoint::max());
  const auto first = board_.next();
  const auto second = board_.next();
  EXPECT_FALSE(board_.next());
  ASSERT_TRUE(first && second);
  EXPECT_EQ(first->completed, 5U);
  EXPECT_EQ(second->completed, 3U);
  EXPECT_EQ(second->errors, 2U);
  EXPECT_EQ(second->length, 500ms);
  EXPECT_EQ(tally.finish(0).latency.count(), 5U);
}

TEST_F(TallyTest, EndsNoSecondOfNoLength) {
  Tally tally = make({});
  tally.begin_window(kWindow, 0);
  tally.end_second();
  tally.end_window(kWindow + 1s, {}, 0);
  EXPECT_TRUE(board_.next());
  EXPECT_FALSE(board_.next());
}

TEST_F(TallyTest, CountsWhatTheDrainBringsAsInFlightAtTheEnd) {
  Tally tally = make({.rate = 100});
  tally.begin_window(kWindow, 0);
  tally.issued(10);
  tally.completed(4);
  tally.received(100);
  tally.end_window(kWindow + 100ms, kWindow + 60ms, 6);
  tally.completed(3);
  tally.failed(ErrorKind::kTimeout, 1);
  tally.received(100);
  const WorkerResult found = tally.finish(2);
  EXPECT_EQ(found.counts.completed, 4U);
  EXPECT_EQ(found.rate->drained, 3U);
  EXPECT_EQ(found.counts.in_flight_at_end, 5U);
  EXPECT_EQ(found.counts.sent,
            found.counts.completed + found.counts.errors.of_sent() + found.counts.in_flight_at_end);
  EXPECT_EQ(found.counts.bytes_received, 100U);
  EXPECT_EQ(found.oldest_in_flight, 40ms);
  EXPECT_DOUBLE_EQ(found.rate->achieved, 100);
}

TEST_F(TallyTest, HasNothingOfARunThatEndedBeforeItsWindow) {
  Tally tally = make({});
  tally.issued(3);
  tally.completed(2);
  tally.end_window(kWindow, {}, 1);
  const WorkerResult found = tally.finish(1);
  EXPECT_EQ(found.counts.completed, 0U);
  EXPECT_EQ(found.counts.sent, 1U);
  EXPECT_EQ(found.counts.in_flight_at_end, 1U);
  EXPECT_EQ(found.measured, 0ns);
  EXPECT_FALSE(board_.next());
}

TEST_F(TallyTest, TellsOfAReplyInPiecesWhenItBeganAndWhatItsConnectionTook) {
  Tally tally = make({.in_parts = true});
  tally.begin_window(kWindow, 0);
  tally.answered_in_parts(run_at(kWindow, kWindow, 3), 3, kWindow + 5ms,
                          {.first_byte = kWindow + 2ms, .opening = 10ms, .opened = kWindow});
  tally.answered(run_at(kWindow, kWindow), 1, kWindow + 7ms);
  tally.end_window(kWindow + 10ms, {}, 0);
  const WorkerResult found = tally.finish(0);
  EXPECT_EQ(found.latency.count(), 4U);
  EXPECT_EQ(found.latency.sum(), 22'000'000U);
  EXPECT_EQ(found.http_times.first_byte.count(), 4U);
  EXPECT_EQ(found.http_times.first_byte.min(), 2ms);
  EXPECT_EQ(found.http_times.total.count(), 4U);
  EXPECT_EQ(found.http_times.total.max(), 15ms);
  EXPECT_EQ(found.http_times.connect.count(), 1U);
}

// It has waited longer than for the opening already, which it would count twice.
TEST_F(TallyTest, AddsNoOpeningToARequestThatIsSentAgain) {
  Tally tally = make({.in_parts = true});
  tally.begin_window(kWindow, 0);
  tally.answered_in_parts(run_at(kWindow, kWindow), 1, kWindow + 20ms,
                          {.first_byte = {}, .opening = 10ms, .opened = kWindow + 15ms});
  tally.end_window(kWindow + 30ms, {}, 0);
  EXPECT_EQ(tally.finish(0).http_times.total.max(), 20ms);
}

TEST_F(TallyTest, CountsOfAnOpenLoopWhatWasDueInTheWindowAlone) {
  Tally tally = make({.rate = 100});
  tally.begin_window(kWindow, 0);
  const TimePoint early = kWindow - 1ms;
  tally.sent_due(early, kWindow + 5ms);
  tally.left_due(early, kWindow + 5ms);
  EXPECT_FALSE(tally.shed_due(early, kWindow + 5ms));
  tally.answered(run_at(early, kWindow), 1, kWindow + 1ms);
  tally.sent_due(kWindow, kWindow + 1ms);
  tally.sent_due(kWindow, kWindow + 1ms + 1ns);
  tally.left_due(kWindow, kWindow + 7ms);
  EXPECT_TRUE(tally.shed_due(kWindow, kWindow + 8ms));
  tally.answered(run_at(kWindow, kWindow + 1ms), 1, kWindow + 3ms);
  tally.end_window(kWindow + 10ms, {}, 0);
  const WorkerResult found = tally.finish(0);
  EXPECT_EQ(found.rate->due, 4U);
  EXPECT_EQ(found.rate->missed, 1U);
  EXPECT_EQ(found.rate->shed, 1U);
  EXPECT_EQ(found.rate->lag.count(), 2U);
  EXPECT_EQ(found.rate->service.max(), 2ms);
  EXPECT_EQ(found.latency.count(), 3U);
  EXPECT_EQ(found.latency.max(), 8ms);
  EXPECT_EQ(found.counts.errors[ErrorKind::kTimeout], 1U);
}

TEST_F(TallyTest, AchievesWhatWasSentInTheTimeThatItWasDueIn) {
  Tally tally = make({.rate = 100});
  tally.begin_window(kWindow, 0);
  tally.issued(10);
  tally.end_window(kWindow + 90ms, {}, 0);
  tally.paced({.end = kWindow + 100ms, .time_due = 125ms, .behind = 25ms});
  const WorkerResult found = tally.finish(0);
  EXPECT_EQ(found.measured, 100ms);
  EXPECT_EQ(found.rate->sent, 10U);
  EXPECT_EQ(found.rate->behind, 25ms);
  EXPECT_DOUBLE_EQ(found.rate->achieved, 80);
}

TEST_F(TallyTest, TakesNoTimesWhereNoneAreAskedFor) {
  Tally tally = make({.latency = false, .in_parts = true});
  tally.begin_window(kWindow, 0);
  tally.answered(run_at(kWindow, kWindow), 1, kWindow + 3ms);
  tally.answered_in_parts(run_at(kWindow, kWindow), 1, kWindow + 3ms, {.first_byte = {}, .opening = 1ms});
  tally.aged(kWindow, kWindow + 3ms, 1);
  tally.end_window(kWindow + 10ms, {}, 0);
  const WorkerResult found = tally.finish(0);
  EXPECT_EQ(found.latency.count(), 0U);
  EXPECT_EQ(found.http_times.connect.count(), 0U);
}

}  // namespace
}  // namespace suite
