// What is measured of a hundred streams, where a server's every delay is known to the nanosecond.
#include <gtest/gtest.h>

#include <functional>
#include <string>

#include "client/engine/worker.h"
#include "client/workloads/http2/http2_workload.h"
#include "tests/client/engine/timed_driver.h"
#include "tests/client/workloads/http2/http2_frames.h"

namespace suite {
namespace {

using namespace std::chrono_literals;
using http2::FrameType;
using test::Http2Script;

constexpr auto kBegin = test::TimedDriver::kStart;

class Http2Truth : public testing::Test {
 protected:
  using TimePoint = Driver::TimePoint;

  // All streams are of one connection; each is answered when `answered_at` says.
  WorkerResult run(std::function<TimePoint(TimePoint sent)> answered_at) {
    const Http2Plan http2{
        .requests = {{.fields = {{":method", "GET"}, {":scheme", "http"}, {":path", "/"}}}}};
    Http2Workload workload(http2, {.connections = 1, .depth = plan_.depth, .verify = Verify::kLength});
    test::TimedDriver* server = nullptr;
    test::TimedDriver driver([&](TimePoint sent, test::TimedDriver::Bytes bytes) {
      serve(*server, sent, test::text_in(bytes), answered_at);
      return TimePoint::max();
    });
    server = &driver;
    SeriesBoard board(1);
    Worker worker(plan_, {.connections = 1, .requests = {}}, workload, driver, board);
    worker.connect();
    worker.run(kBegin);
    return worker.take_result();
  }

  LoadPlan plan_{.depth = 100, .duration = 1s, .protocol = Http2Plan{}};

 private:
  static void serve(test::TimedDriver& driver, TimePoint sent, std::string text,
                    const std::function<TimePoint(TimePoint)>& answered_at) {
    const auto say = [&driver](TimePoint at, const Http2Script& script) {
      driver.answer(0, at, test::bytes_in(script.text()));
    };
    if (text.starts_with(http2::kPreface)) {
      text.erase(0, http2::kPreface.size());
      say(sent, Http2Script().settings());
    }
    for (const test::Http2Frame& frame : test::frames_in(text)) {
      if (frame.header.type == FrameType::kHeaders)
        say(answered_at(sent), Http2Script().reply(frame.header.stream));
    }
  }
};

// Half of them overtake the other half, again and again.
TEST_F(Http2Truth, IsEachStreamsOwnDelay) {
  int sent = 0;
  const WorkerResult result = run([&sent](TimePoint at) { return at + (sent++ % 2 == 0 ? 5ms : 10ms); });
  EXPECT_EQ(result.counts.errors.total(), 0U);
  EXPECT_EQ(result.counts.in_flight_at_end, 100U);
  EXPECT_EQ(result.latency.min(), 5ms);
  EXPECT_EQ(result.latency.max(), 10ms);
  std::size_t delays = 0;
  for (const auto& bucket : result.latency.buckets()) delays += bucket.count > 0 ? 1 : 0;
  EXPECT_EQ(delays, 2U);
  EXPECT_EQ(result.latency.count(), result.counts.completed);
  EXPECT_GE(result.counts.completed, 10'000U);
}

// An open loop of a request per millisecond, and a server that answers nothing between 400 and 500 ms:
// whoever was due then waits for the rest of that.
TEST_F(Http2Truth, ShowsAStallAsArithmeticHasIt) {
  plan_.depth = 200;  // a stream for each
  plan_.rate = RatePlan{.per_second = 1000};
  const WorkerResult result = run([](TimePoint at) {
    const bool stalls = at >= kBegin + 400ms && at < kBegin + 500ms;
    return (stalls ? kBegin + 500ms : at) + 1ms;
  });
  EXPECT_EQ(result.counts.errors.total(), 0U);
  EXPECT_EQ(result.latency.count(), 1000U);
  EXPECT_EQ(result.rate->missed, 0U);
  EXPECT_EQ(result.latency.max(), 101ms);
  // 101 ms, 100 ms, ... 2 ms, and 1 ms for all others.
  EXPECT_EQ(result.latency.sum(), std::uint64_t{100 * 103 / 2 + 900} * 1'000'000);
}

}  // namespace
}  // namespace suite
