// The open loop of a worker against a server of which every instant is known.
#include <gtest/gtest.h>

#include <map>

#include "client/engine/worker.h"
#include "client/workloads/echo_workload.h"
#include "client/workloads/payload.h"
#include "tests/client/engine/timed_driver.h"

namespace suite {
namespace {

using namespace std::chrono_literals;
using test::after;
using test::TimedDriver;
using TimePoint = Driver::TimePoint;

constexpr TimePoint kStart = TimedDriver::kStart;

// A server that takes `delay`, and that does nothing at all from `begin` to `end`.
TimedDriver::AnsweredAt stalling(std::chrono::nanoseconds delay, TimePoint begin, TimePoint end) {
  return [=](TimePoint sent, TimedDriver::Bytes) {
    return sent >= begin && sent < end ? end + delay : sent + delay;
  };
}

constexpr std::size_t kBytes = 8;

class WorkerOpenLoop : public testing::Test {
 protected:
  WorkerResult run(TimedDriver::AnsweredAt answered_at, WorkerShare share = {.connections = 4}) {
    driver_ = std::make_unique<TimedDriver>(std::move(answered_at));
    driver_->interrupt_at = interrupt_at_;
    const Payload payload = Payload::of({.text = {}, .size = kBytes}, 1);
    EchoWorkload workload(payload, {.connections = share.connections, .first_connection = 0, .verify = {}});
    SeriesBoard board(1);
    Worker worker(plan_, share, workload, *driver_, board);
    worker.connect();
    worker.run(kStart);
    while (const auto point = board.next()) series_.push_back(*point);
    WorkerResult result = worker.take_result();
    expect_sums(result);
    return result;
  }

  static void expect_sums(const WorkerResult& result) {
    const LoadCounts& counts = result.counts;
    EXPECT_EQ(counts.sent,
              counts.completed + counts.errors.of_sent() - result.rate->shed + counts.in_flight_at_end);
    EXPECT_GE(counts.in_flight_at_end, result.rate->drained);
  }

  LoadPlan plan_{.depth = 1,
                 .rate = RatePlan{.per_second = 1000},
                 .duration = 100ms,
                 .timeout = 1s,
                 .protocol = EchoPlan{.payload = {.text = {}, .size = kBytes}}};
  TimePoint interrupt_at_ = TimePoint::max();
  std::unique_ptr<TimedDriver> driver_;
  std::vector<SeriesPoint> series_;
};

TEST_F(WorkerOpenLoop, SendsEachRequestAtTheInstantItIsDue) {
  const WorkerResult result = run(after(100us));
  ASSERT_EQ(driver_->sent.size(), 100U);
  for (std::size_t i = 0; i < 100; ++i) EXPECT_EQ(driver_->sent[i].at - kStart, i * 1ms);
  EXPECT_EQ(result.counts.completed, 100U);
  EXPECT_EQ(result.rate->due, 100U);
  EXPECT_EQ(result.rate->lag.max(), 0ns);
  EXPECT_EQ(result.rate->missed, 0U);
  EXPECT_DOUBLE_EQ(result.rate->asked, 1000);
  EXPECT_DOUBLE_EQ(result.rate->achieved, 1000);
  EXPECT_EQ(result.latency.count(), 100U);
  EXPECT_EQ(result.latency.max(), 100us);
  EXPECT_EQ(result.rate->service.max(), 100us);
}

TEST_F(WorkerOpenLoop, TakesTheConnectionThatHasBeenIdleLongest) {
  run(after(2500us));  // so three are busy when a request is due
  for (std::size_t i = 4; i < driver_->sent.size(); ++i) {
    EXPECT_EQ(driver_->sent[i].id, driver_->sent[i - 4].id) << i;
  }
}

TEST_F(WorkerOpenLoop, MeasuresFromTheInstantARequestWasDueWhenTheServerStalls) {
  plan_.duration = 1s;
  const WorkerResult result = run(stalling(100us, kStart + 200ms, kStart + 400ms));
  EXPECT_EQ(result.rate->due, 1000U);
  EXPECT_EQ(result.latency.count(), 1000U);
  // Of 1,000 requests the 200 that were due in the stall wait up to 200 ms, evenly; the queue behind it takes
  // four connections 5 ms more.
  EXPECT_EQ(result.latency.max(), 200ms + 100us);
  EXPECT_NEAR(static_cast<double>(result.latency.percentile(0.9)->count()), 102.5e6, 0.5e6);
  EXPECT_NEAR(static_cast<double>(result.latency.percentile(0.99)->count()), 190.25e6, 0.5e6);
  EXPECT_NEAR(static_cast<double>(result.latency.percentile(0.5)->count()), 100e3, 100);
  // The server itself took that long for the four that it had when it stalled.
  EXPECT_NEAR(static_cast<double>(result.rate->service.percentile(0.99)->count()), 100e3, 100);
  EXPECT_GT(result.rate->missed, 190U);
}

TEST_F(WorkerOpenLoop, AwaitsAfterTheWindowWhatWasDueInIt) {
  const WorkerResult result = run(stalling(100us, kStart + 50ms, kStart + 300ms));
  EXPECT_EQ(result.measured, 100ms);
  EXPECT_EQ(result.counts.completed, 50U);  // in the window
  EXPECT_EQ(result.rate->due, 100U);
  EXPECT_EQ(result.rate->drained, 50U);
  EXPECT_EQ(result.counts.in_flight_at_end, 50U);
  EXPECT_EQ(result.latency.count(), 100U);
  EXPECT_EQ(result.latency.max(), 250ms + 100us);
  EXPECT_DOUBLE_EQ(result.rate->achieved, 540);  // 50 and the four that found a connection
}

TEST_F(WorkerOpenLoop, RecordsAtItsAgeWhatIsNeverAnswered) {
  plan_.timeout = 200ms;
  const WorkerResult result = run(stalling(100us, kStart + 50ms, kStart + 24h));
  EXPECT_EQ(result.counts.completed, 50U);
  EXPECT_EQ(result.counts.errors[ErrorKind::kTimeout], 50U);
  EXPECT_EQ(result.counts.errors.total(), 50U);
  EXPECT_EQ(result.latency.count(), 100U);
  EXPECT_GE(*result.latency.max(), 200ms);
  EXPECT_LE(*result.latency.max(), 250ms);
  EXPECT_EQ(result.counts.in_flight_at_end, 0U);
}

TEST_F(WorkerOpenLoop, ShedsWhatFindsNoConnectionWithinTheTimeout) {
  plan_.timeout = 20ms;
  const WorkerResult result = run(after(15ms), {.connections = 1});
  EXPECT_GT(result.rate->shed, 50U);
  EXPECT_EQ(result.rate->due, 100U);
  EXPECT_EQ(result.latency.count(), 100U);
  // What is sent has a timeout of its own to be answered in, however late it was sent: or all of it, nearly
  // expired, would be cut off, and a server that is merely too slow would seem to serve nothing.
  EXPECT_LE(result.counts.errors[ErrorKind::kTimeout] - result.rate->shed,
            1U);  // the drain's end cuts the last
  EXPECT_EQ(result.counts.completed, 6U);
  EXPECT_LT(result.rate->achieved, 100);
}

TEST_F(WorkerOpenLoop, GivesAConnectionAsManyAsItsDepthHolds) {
  plan_.depth = 4;
  run(stalling(100us, kStart, kStart + 50ms), {.connections = 2});
  std::map<ConnectionId, std::size_t> before_the_end;
  for (const auto& sent : driver_->sent) {
    if (sent.at < kStart + 50ms) before_the_end[sent.id] += sent.bytes / kBytes;
  }
  EXPECT_EQ(before_the_end, (std::map<ConnectionId, std::size_t>{{0, 4}, {1, 4}}));
}

TEST_F(WorkerOpenLoop, CountsNothingThatWasDueInTheWarmUp) {
  plan_.warmup = 50ms;
  const WorkerResult result = run(stalling(100us, kStart, kStart + 60ms));
  EXPECT_EQ(result.rate->due, 100U);
  EXPECT_EQ(result.latency.count(), 100U);
  // Due at 50 ms, when the window began: it waited for the stall's end, and behind 46 of the warm-up.
  EXPECT_EQ(result.latency.max(), 10ms + 1300us);
  EXPECT_GE(result.counts.completed, 150U);  // the answers of the warm-up's requests came in the window
}

// What waited since the warm-up and is shed in the window is no error of the window, and uses up no quota.
TEST_F(WorkerOpenLoop, CountsNoErrorForWhatTheWarmUpLeftBehind) {
  plan_.warmup = 300ms;
  plan_.duration = 500ms;
  plan_.timeout = 200ms;
  plan_.rate->per_second = 100;
  const WorkerResult result = run(stalling(100us, kStart, kStart + 24h), {.connections = 1});
  EXPECT_EQ(result.rate->due, 50U);
  EXPECT_EQ(result.latency.count(), 50U);
  EXPECT_LE(result.counts.errors.total(), result.rate->due + 2);  // those of the warm-up that were sent
}

TEST_F(WorkerOpenLoop, SpreadsWhatIsDueTogetherOverWhoeverIsIdle) {
  plan_.depth = 8;
  // Nobody has anything until 20 ms, when the connections stand that 20 requests have waited for.
  run(stalling(100us, kStart, kStart + 20ms), {.connections = 10});
  std::map<ConnectionId, std::size_t> first_of_each;
  for (const auto& sent : driver_->sent) {
    if (sent.at < kStart + 20ms) first_of_each[sent.id] += sent.bytes / kBytes;
  }
  for (const auto& [id, count] : first_of_each) EXPECT_EQ(count, 2U) << id;
}

TEST_F(WorkerOpenLoop, MakesAsManyRequestsAsAskedFor) {
  plan_.duration.reset();
  const WorkerResult result = run(after(100us), {.connections = 4, .requests = 30});
  EXPECT_EQ(result.counts.completed, 30U);
  EXPECT_EQ(driver_->sent.size(), 30U);
}

// A server that answers, but too few: the drain ends while it works on requests that were sent in it.
TEST_F(WorkerOpenLoop, TellsWhatTheDrainCutFromWhatHadNoAnswerWithinTheTimeout) {
  plan_.timeout = 100ms;
  const WorkerResult slow = run(after(30ms), {.connections = 1});
  EXPECT_EQ(slow.rate->cut, 1U);
  EXPECT_EQ(slow.counts.errors[ErrorKind::kTimeout], slow.rate->shed + 1);
  const WorkerResult silent = run(after(24h), {.connections = 1});
  EXPECT_GE(silent.counts.errors[ErrorKind::kTimeout], silent.rate->shed + silent.rate->cut + 1);
}

// 30 at 1,000/s take 30 ms: until the next one would be due, though the last reply came 29.1 ms after the
// start.
TEST_F(WorkerOpenLoop, OfANumberOfRequestsTakesTheTimeThatTheyAreDueIn) {
  plan_.duration.reset();
  plan_.requests = 30;
  const WorkerResult result = run(after(100us), {.connections = 4, .requests = 30});
  EXPECT_EQ(result.measured, 30ms);
  EXPECT_DOUBLE_EQ(result.rate->achieved, 1000);
  EXPECT_EQ(result.rate->behind, 0ns);
}

// What was sent on time was achieved, however late it is answered; the window is open until then.
TEST_F(WorkerOpenLoop, OfANumberOfRequestsAchievesItsRateWhereRepliesAreLate) {
  plan_.duration.reset();
  plan_.requests = 30;
  const WorkerResult result = run(after(500ms), {.connections = 40, .requests = 30});
  EXPECT_EQ(result.measured, 529ms);
  EXPECT_DOUBLE_EQ(result.rate->achieved, 1000);
}

TEST_F(WorkerOpenLoop, OfANumberOfRequestsSaysHowLateTheLastOneWasSent) {
  plan_.duration.reset();
  plan_.requests = 30;
  const WorkerResult result = run(after(10ms), {.connections = 1, .requests = 30});
  EXPECT_EQ(result.measured, 300ms);
  EXPECT_EQ(result.rate->behind, 260ms) << "sent at 290 ms, where the next one would be due at 30 ms";
  EXPECT_DOUBLE_EQ(result.rate->achieved, 30 / 0.29);
}

// By chance arrivals N in the time until the next one would come: at the rate on average.
TEST_F(WorkerOpenLoop, OfANumberOfChanceArrivalsAchievesItsRateOnAverage) {
  plan_.duration.reset();
  plan_.requests = 5;
  plan_.rate->arrivals = RatePlan::Arrivals::kPoisson;
  double sum = 0;
  constexpr int kRuns = 100;
  for (plan_.seed = 1; plan_.seed <= kRuns; ++plan_.seed) {
    sum += run(after(1us), {.connections = 4, .requests = 5}).rate->achieved;
  }
  EXPECT_NEAR(sum / kRuns, 1000, 200) << "four standard errors: 1000 / sqrt(5 - 1) / sqrt(100) each";
}

// 2.5 ms at 1,000/s: three are due, which is 1,200 a second of that window.
TEST_F(WorkerOpenLoop, OfAWindowThatEndsWithinAGapAchievesNoMoreThanItsRate) {
  plan_.duration = 2500us;
  EXPECT_DOUBLE_EQ(run(after(100us)).rate->achieved, 1000);
  plan_.warmup = 10200us;
  EXPECT_DOUBLE_EQ(run(after(100us)).rate->achieved, 800) << "two of 2.5 ms: no gap is begun in it";
}

TEST_F(WorkerOpenLoop, OfANumberOfRequestsInAShorterWindowAchievesNoMoreThanItsRate) {
  plan_.duration = 500us;  // half a gap
  plan_.requests = 1;
  EXPECT_DOUBLE_EQ(run(after(100us), {.connections = 4, .requests = 1}).rate->achieved, 1000);
  plan_.duration = 2500us;
  plan_.requests = 3;
  EXPECT_DOUBLE_EQ(run(after(100us), {.connections = 4, .requests = 3}).rate->achieved, 1000);
}

TEST_F(WorkerOpenLoop, MakesNoMoreThanAskedForInTheDrainEither) {
  const WorkerResult result =
      run(stalling(100us, kStart + 50ms, kStart + 300ms), {.connections = 4, .requests = 70});
  EXPECT_EQ(result.counts.completed, 50U);
  EXPECT_EQ(result.rate->drained, 20U);
  EXPECT_EQ(result.counts.sent, 70U);
}

TEST_F(WorkerOpenLoop, KeepsWhatItMeasuredWhenInterrupted) {
  interrupt_at_ = kStart + 30ms;
  const WorkerResult result = run(after(1500us));
  EXPECT_TRUE(result.interrupted);
  EXPECT_EQ(result.measured, 30ms);
  EXPECT_EQ(result.counts.completed, 29U);
  EXPECT_GT(result.counts.in_flight_at_end, 0U);
  EXPECT_EQ(result.latency.count(), result.rate->due);
}

TEST_F(WorkerOpenLoop, RecordsAtItsAgeWhatWaitsWhenInterrupted) {
  plan_.duration = 10s;
  interrupt_at_ = kStart + 3s;
  const WorkerResult result = run(stalling(100us, kStart + 1s, kStart + 24h));
  EXPECT_EQ(result.rate->due, 3001U);
  EXPECT_EQ(result.latency.count() + result.counts.errors[ErrorKind::kClosedEarly], 3001U);
  EXPECT_GE(*result.latency.max(), 1s);
}

TEST_F(WorkerOpenLoop, CanBeInterruptedWhileItDrains) {
  interrupt_at_ = kStart + 150ms;
  const WorkerResult result = run(stalling(100us, kStart + 50ms, kStart + 24h));
  EXPECT_TRUE(result.interrupted);
  EXPECT_EQ(result.measured, 100ms);
  EXPECT_EQ(result.counts.completed, 50U);
  EXPECT_EQ(result.counts.errors.total(), 0U);
  EXPECT_EQ(result.counts.in_flight_at_end, 4U);
  EXPECT_EQ(result.rate->due, 100U);
  EXPECT_EQ(result.latency.count(), 100U);
}

TEST_F(WorkerOpenLoop, TellsEachSecondOfTheWindow) {
  plan_.duration = 2500ms;
  run(stalling(100us, kStart + 1s, kStart + 1500ms));
  ASSERT_EQ(series_.size(), 3U);
  EXPECT_EQ(series_[0].completed, 1000U);
  EXPECT_EQ(series_[1].completed, 1000U);
  EXPECT_EQ(series_[2].completed, 500U);
  EXPECT_EQ(series_[2].length, 500ms);
  EXPECT_LT(*series_[0].p99, 101us);
  EXPECT_GT(*series_[1].p99, 400ms);
}

TEST_F(WorkerOpenLoop, TakesNoTimesWhereNoneAreWanted) {
  plan_.latency = false;
  const WorkerResult result = run(after(100us));
  EXPECT_EQ(result.counts.completed, 100U);
  EXPECT_EQ(result.latency.count(), 0U);
  EXPECT_EQ(result.rate->service.count(), 0U);
}

}  // namespace
}  // namespace suite
