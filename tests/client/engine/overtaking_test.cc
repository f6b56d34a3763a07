// A worker whose workload's replies overtake each other.
#include <gtest/gtest.h>

#include <cstring>
#include <functional>
#include <map>
#include <memory>

#include "client/engine/worker.h"
#include "client/workloads/make_workload.h"
#include "tests/client/engine/overtaking_workload.h"
#include "tests/client/engine/timed_driver.h"

namespace suite {
namespace {

using namespace std::chrono_literals;
using Record = test::OvertakingWorkload::Record;

constexpr auto kLoadStart = test::TimedDriver::kStart;

Record record_in(test::TimedDriver::Bytes bytes) {
  Record record{};
  std::memcpy(&record, bytes.data(), sizeof record);
  return record;
}

// Of each four requests the first one takes longest: 4, 3, 2 and 1 ms.
Driver::TimePoint last_is_first(Driver::TimePoint sent, test::TimedDriver::Bytes bytes) {
  return sent + 1ms * (4 - (record_in(bytes).stream - 1) % 4);
}

class OvertakingTest : public testing::Test {
 protected:
  WorkerResult run(test::TimedDriver::AnsweredAt answered_at, std::uint64_t room = UINT64_MAX) {
    driver_ = std::make_unique<test::TimedDriver>(std::move(answered_at));
    driver_->piece_bytes = piece_bytes_;
    workload_ = std::make_unique<test::OvertakingWorkload>(connections_, room);
    SeriesBoard board(1);
    Worker worker(plan_, {.connections = connections_, .requests = plan_.requests}, *workload_, *driver_,
                  board);
    worker.connect();
    if (with_driver_) with_driver_(*driver_);
    worker.run(kLoadStart);
    const WorkerResult result = worker.take_result();
    const LoadCounts& counts = result.counts;
    const RateResult rate = result.rate.value_or(RateResult());
    EXPECT_EQ(counts.sent, counts.completed + counts.errors.of_sent() - rate.shed + counts.in_flight_at_end);
    EXPECT_LE(workload_->most_tickets, plan_.depth);
    return result;
  }

  LoadPlan plan_{.depth = 4, .requests = 400, .protocol = HttpPlan{.requests = {""}}};
  std::size_t connections_ = 2;
  std::size_t piece_bytes_ = sizeof(Record);
  std::function<void(test::TimedDriver&)> with_driver_;
  std::unique_ptr<test::TimedDriver> driver_;
  std::unique_ptr<test::OvertakingWorkload> workload_;
};

TEST_F(OvertakingTest, RecordsOfEachReplyTheTimeOfItsOwnRequest) {
  connections_ = 1;
  plan_.requests = 40;
  const WorkerResult result = run(last_is_first);
  EXPECT_EQ(result.counts.completed, 40U);
  EXPECT_EQ(result.counts.errors.total(), 0U);
  // Not only on average, which it would be too if each was taken for the oldest one's.
  const auto buckets = result.latency.buckets();
  ASSERT_EQ(buckets.size(), 4U);
  for (const auto& bucket : buckets) EXPECT_EQ(bucket.count, 10U);
  EXPECT_EQ(result.latency.min(), 1ms);
  EXPECT_EQ(result.latency.max(), 4ms);
}

TEST_F(OvertakingTest, GoesOnForLongWhileOneRequestIsOvertakenByAllOthers) {
  connections_ = 1;
  const WorkerResult result = run([](Driver::TimePoint sent, test::TimedDriver::Bytes bytes) {
    return record_in(bytes).stream == 1 ? sent + 50ms : sent + 1ms;
  });
  EXPECT_EQ(result.counts.completed, 400U);
  EXPECT_EQ(result.latency.max(), 50ms);
  EXPECT_EQ(result.latency.sum(), (399U * 1 + 50) * 1'000'000);
}

TEST_F(OvertakingTest, KnowsOfEachRequestWhenItsReplyBegan) {
  connections_ = 1;
  plan_.requests = 4;
  piece_bytes_ = sizeof(Record) / 2;
  // The halves of a reply, a stream's number and its word, come 1 ms apart; and the replies in reverse.
  int pieces = 0;
  const WorkerResult result = run([&pieces](Driver::TimePoint sent, test::TimedDriver::Bytes) {
    const int number = pieces++;
    return sent + 2ms * (4 - number / 2) + 1ms * (number % 2);
  });
  EXPECT_EQ(result.counts.completed, 4U);
  EXPECT_EQ(result.http_times.first_byte.count(), 4U);
  EXPECT_EQ(result.http_times.first_byte.min(), 2ms);
  EXPECT_EQ(result.http_times.first_byte.max(), 8ms);
  EXPECT_EQ(result.http_times.first_byte.sum(), (2U + 4 + 6 + 8) * 1'000'000);
  EXPECT_EQ(result.latency.sum(), (3U + 5 + 7 + 9) * 1'000'000);
  EXPECT_EQ(result.http_times.connect.count(), 1U);
}

TEST_F(OvertakingTest, IssuesNoMoreThanThereIsRoomFor) {
  plan_.requests = 20;
  run(test::after(1ms), 3);
  std::map<ConnectionId, std::size_t> at_first;
  for (const auto& sent : driver_->sent) {
    if (sent.at == kLoadStart) at_first[sent.id] += sent.bytes / sizeof(Record);
  }
  EXPECT_EQ(at_first, (std::map<ConnectionId, std::size_t>{{0, 3}, {1, 3}}));
}

TEST_F(OvertakingTest, MakesUseOfRoomThatComesWithoutAReply) {
  for (const bool open_loop : {false, true}) {
    if (open_loop) plan_.rate = RatePlan{.per_second = 1000};
    connections_ = 1;
    plan_.requests = 10;
    with_driver_ = [](test::TimedDriver& driver) {
      const Record settings{.stream = test::OvertakingWorkload::kNoStream, .word = 2};
      driver.answer(0, kLoadStart + 5ms, std::as_bytes(std::span(&settings, 1)));
    };
    const WorkerResult result = run(test::after(1ms), 0);
    EXPECT_EQ(result.counts.completed, 10U);
    EXPECT_EQ(driver_->sent.front().at, kLoadStart + 5ms);
    EXPECT_EQ(driver_->sent.front().bytes, 2 * sizeof(Record));
  }
}

TEST_F(OvertakingTest, TimesOutTheOldestRequestThoughOthersOvertookIt) {
  connections_ = 1;
  plan_.timeout = 20ms;
  plan_.requests.reset();
  plan_.duration = 50ms;
  const WorkerResult result = run([](Driver::TimePoint sent, test::TimedDriver::Bytes bytes) {
    return record_in(bytes).stream == 2 ? Driver::TimePoint::max() : sent + 1ms;
  });
  EXPECT_EQ(result.counts.errors[ErrorKind::kTimeout], 1U);
  EXPECT_EQ(result.counts.errors[ErrorKind::kClosedEarly], 3U);
  EXPECT_EQ(result.latency.max(), 20ms);
}

TEST_F(OvertakingTest, SendsAgainWhatTheEndOfAConnectionLeftUnanswered) {
  connections_ = 1;
  plan_.requests = 40;
  with_driver_ = [](test::TimedDriver& driver) {
    const Record farewell{.stream = test::OvertakingWorkload::kNoStream,
                          .word = test::OvertakingWorkload::kGoesAway};
    driver.answer(0, kLoadStart + 2ms, std::as_bytes(std::span(&farewell, 1)));
  };
  const WorkerResult result = run(last_is_first);
  EXPECT_EQ(result.counts.completed, 40U);
  EXPECT_EQ(result.counts.errors.total(), 0U);
  EXPECT_EQ(result.counts.reopened, 1U);
  EXPECT_GE(result.latency.max(), 500ms);  // how long the server may take to close it
}

TEST_F(OvertakingTest, ClosesAtOnceAConnectionThatIsOverAndSendsAgainWhatItLeftUnanswered) {
  connections_ = 1;
  plan_.requests = 40;
  with_driver_ = [](test::TimedDriver& driver) {
    const Record end{.stream = test::OvertakingWorkload::kNoStream,
                     .word = test::OvertakingWorkload::kIsOver};
    driver.answer(0, kLoadStart + 2ms, std::as_bytes(std::span(&end, 1)));
  };
  const WorkerResult result = run(last_is_first);
  EXPECT_EQ(result.counts.completed, 40U);
  EXPECT_EQ(result.counts.errors.total(), 0U);
  EXPECT_EQ(result.counts.reopened, 1U);
  EXPECT_LE(result.latency.max(), 6ms);  // 2 ms on the first connection, up to 4 ms on the second one
}

TEST_F(OvertakingTest, SendsWhatIsDueToWhoeverHasRoom) {
  plan_.rate = RatePlan{.per_second = 1000};
  plan_.requests.reset();
  plan_.duration = 100ms;
  const WorkerResult result = run(last_is_first, 2);
  EXPECT_EQ(result.counts.completed + result.rate->drained, 100U);
  EXPECT_EQ(result.latency.count(), 100U);
  EXPECT_EQ(result.rate->service.max(), 4ms);
  EXPECT_EQ(result.rate->service.min(), 1ms);
}

}  // namespace
}  // namespace suite
