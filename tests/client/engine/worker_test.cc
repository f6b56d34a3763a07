#include "client/engine/worker.h"

#include <gtest/gtest.h>

#include <memory>

#include "client/workloads/echo_workload.h"
#include "client/workloads/payload.h"
#include "tests/client/engine/timed_driver.h"

namespace suite {
namespace {

using namespace std::chrono_literals;

using test::TimedDriver;

enum class Server { kEchoes, kIsSilent, kRefuses, kIsBusy, kNeverAccepts };

// Whatever it does takes it a millisecond.
std::unique_ptr<TimedDriver> driver_for(Server server) {
  using Opening = TimedDriver::Opening;
  const Opening opening = server == Server::kRefuses        ? Opening::kRefused
                          : server == Server::kIsBusy       ? Opening::kBusy
                          : server == Server::kNeverAccepts ? Opening::kNever
                                                            : Opening::kAfterAMillisecond;
  return std::make_unique<TimedDriver>(server == Server::kEchoes ? test::after(1ms) : test::never(), opening);
}

class WorkerTest : public testing::Test {
 protected:
  WorkerResult run(Server server, WorkerShare share) {
    driver_ = driver_for(server);
    const Payload payload = Payload::of({.text = {}, .size = 8}, 1);
    EchoWorkload workload(payload, {.connections = share.connections, .first_connection = 0, .verify = {}});
    SeriesBoard board(1);
    Worker worker(plan_, share, workload, *driver_, board);
    worker.connect();
    start_ = driver_->now();
    worker.run(start_);
    return worker.take_result();
  }

  LoadPlan plan_{.depth = 3, .duration = 10ms, .protocol = EchoPlan{.payload = {.text = {}, .size = 8}}};
  std::unique_ptr<TimedDriver> driver_;
  Driver::TimePoint start_;
};

TEST_F(WorkerTest, RecordsALatencyForEachReply) {
  const WorkerResult result = run(Server::kEchoes, {.connections = 2});
  EXPECT_EQ(result.counts.completed, 2U * 3 * 9);  // replies arrive at 1 ms .. 9 ms; the tenth is too late
  EXPECT_EQ(result.latency.count(), result.counts.completed);
  EXPECT_EQ(result.latency.min(), 1ms);
  EXPECT_EQ(result.latency.max(), 1ms);
  EXPECT_EQ(result.measured, 10ms);
  EXPECT_EQ(result.counts.in_flight_at_end, 6U);
  EXPECT_EQ(result.counts.sent, 2U * 3 * 10);
}

TEST_F(WorkerTest, CountsWhatIsInFlightWhenTheWarmUpEndsAsSentInTheWindow) {
  plan_.warmup = 5ms;
  const WorkerResult result = run(Server::kEchoes, {.connections = 2});
  EXPECT_EQ(result.counts.completed, 2U * 3 * 10);  // at 5 ms .. 14 ms
  EXPECT_EQ(result.counts.sent, result.counts.completed + 6);
  EXPECT_EQ(result.measured, 10ms);
}

TEST_F(WorkerTest, CountsNoMoreThanAskedForWhereTheWarmUpLeftMoreInFlight) {
  plan_.warmup = 5ms;
  const WorkerResult result = run(Server::kEchoes, {.connections = 2, .requests = 4});
  EXPECT_EQ(result.counts.completed, 4U);
  EXPECT_EQ(result.counts.sent, 6U);
  EXPECT_EQ(result.counts.in_flight_at_end, 2U);
}

TEST_F(WorkerTest, EndsInTheMiddleOfAReceiveThatBringsTheLastRequestAskedFor) {
  const WorkerResult result = run(Server::kEchoes, {.connections = 1, .requests = 4});
  EXPECT_EQ(result.counts.completed, 4U);
  EXPECT_EQ(result.counts.sent, 4U);
  EXPECT_EQ(result.measured, 2ms);
}

TEST_F(WorkerTest, TimesOutWhatIsNotAnswered) {
  plan_.timeout = 4ms;
  const WorkerResult result = run(Server::kIsSilent, {.connections = 1});
  EXPECT_EQ(result.counts.errors[ErrorKind::kTimeout], 1U);
  EXPECT_EQ(result.counts.errors[ErrorKind::kClosedEarly], 2U);
  EXPECT_EQ(result.latency.max(), 4ms);
  EXPECT_EQ(result.counts.in_flight_at_end, 3U);  // reopened at 5 ms and connected at 6 ms
  EXPECT_EQ(result.counts.reopened, 1U);
}

TEST_F(WorkerTest, BacksOffFromAServerThatRefuses) {
  const WorkerResult result = run(Server::kRefuses, {.connections = 1});
  EXPECT_EQ(result.opened, 0U);
  EXPECT_EQ(result.last_connect_error, ECONNREFUSED);
  // The first failure, before the start, is no error of the window; then come 1, 2 and 4 ms of waiting,
  // each followed by a millisecond of trying.
  ASSERT_EQ(driver_->opened_at.size(), 4U);
  EXPECT_EQ(driver_->opened_at[1] - start_, 1ms);
  EXPECT_EQ(driver_->opened_at[2] - start_, 4ms);
  EXPECT_EQ(driver_->opened_at[3] - start_, 9ms);
  EXPECT_EQ(result.counts.errors[ErrorKind::kConnect], 2U);
}

TEST_F(WorkerTest, HasNoMoreHandshakesInFlightThanTold) {
  plan_.connect_burst = 4;
  run(Server::kEchoes, {.connections = 10});
  EXPECT_EQ(driver_->most_connecting, 4U);
  EXPECT_EQ(driver_->opened_at.size(), 10U);
}

TEST_F(WorkerTest, StopsConnectingWhenNothingOpensForAWholeTimeout) {
  plan_.connect_burst = 4;
  plan_.timeout = 20ms;
  const WorkerResult result = run(Server::kNeverAccepts, {.connections = 40});
  EXPECT_EQ(result.opened, 0U);
  EXPECT_EQ(start_ - driver_->opened_at.front(), 20ms);  // and not ten times as long
  EXPECT_EQ(result.counts.completed, 0U);
}

TEST_F(WorkerTest, TriesAgainWhereTheQueueIsFullUntilTheTimeoutPasses) {
  plan_.timeout = 20ms;
  const WorkerResult result = run(Server::kIsBusy, {.connections = 1});
  EXPECT_EQ(result.last_connect_error, EAGAIN);
  EXPECT_GE(driver_->opened_at.size(), 20U);
  EXPECT_EQ(driver_->opened_at[1] - driver_->opened_at[0], 1ms);
}

}  // namespace
}  // namespace suite
