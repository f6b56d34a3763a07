// The latencies that `suite load` reports, held against those that the server caused.
#include <gtest/gtest.h>

#include <ostream>

#include "tests/client/truth.h"

namespace suite {
namespace {

using namespace std::chrono_literals;
using std::chrono::nanoseconds;
using test::MisbehavingServer;
using test::Misbehaviour;
using test::run_and_check;

struct DelayCase {
  const char* name;
  nanoseconds delay;
  std::size_t connections;  // so many replies are due at once, and the last of them waits for the others
  std::uint64_t depth;
  bool http;
  bool tls = false;
};

class TruthOfDelays : public testing::TestWithParam<DelayCase> {
 protected:
  void SetUp() override {
    if (GetParam().tls && !test::why_no_tls().empty()) GTEST_SKIP() << test::why_no_tls();
  }
  struct Measured {
    nanoseconds truth_p50, truth_p99, p50, p99;
    bool close() const { return p50 <= test::most_of(truth_p50) && p99 <= test::most_of(truth_p99); }
    friend std::ostream& operator<<(std::ostream& to, const Measured& each) {
      return to << "p50 " << each.p50.count() << " of " << each.truth_p50.count() << ", p99 "
                << each.p99.count() << " of " << each.truth_p99.count() << " ns";
    }
  };

  static Measured measure() {
    const DelayCase& each = GetParam();
    const test::Promptly promptly;
    MisbehavingServer server({.tls = each.tls, .echo_bytes = each.http ? 0U : 64U, .delay = each.delay});
    LoadPlan plan = each.http ? test::http_plan(server) : test::echo_plan(server);
    plan.requests = 400 * each.depth;
    plan.depth = each.depth;
    plan.connections = each.connections;
    const LoadResult result = run_and_check(plan);
    const LatencyHistogram held = server.truth().held;
    EXPECT_EQ(held.count(), *plan.requests);
    EXPECT_EQ(result.latency.count(), held.count());
    EXPECT_GE(held.min(), each.delay);
    return {.truth_p50 = *held.percentile(0.5),
            .truth_p99 = *held.percentile(0.99),
            .p50 = *result.latency.percentile(0.5),
            .p99 = *result.latency.percentile(0.99)};
  }
};

// The server knows how long it really held a reply; what it cannot know is how late a busy machine lets the
// client look. One of a few tries finds the machine quiet enough, where the client itself is right.
TEST_P(TruthOfDelays, IsReportedWithinTwoPerCentAndFiftyMicroseconds) {
  Measured last{};
  for (int tries = 0; tries < 10; ++tries) {
    last = measure();
    EXPECT_GE(last.p50, test::least_of(last.truth_p50)) << last;  // never less, however busy the machine
    EXPECT_GE(last.p99, test::least_of(last.truth_p99)) << last;
    if (last.close()) return;
  }
  ADD_FAILURE() << last;
}

INSTANTIATE_TEST_SUITE_P(, TruthOfDelays,
                         testing::Values(DelayCase{"Echo1ms", 1ms, 2, 1, false},
                                         DelayCase{"Echo10ms", 10ms, 8, 1, false},
                                         DelayCase{"EchoAmongFive", 5ms, 4, 5, false},
                                         DelayCase{"Http10ms", 10ms, 8, 1, true},
                                         DelayCase{"HttpAmongFive", 5ms, 4, 5, true},
                                         DelayCase{"Echo1msOverTls", 1ms, 2, 1, false, true},
                                         DelayCase{"Http10msOverTls", 10ms, 8, 1, true, true},
                                         DelayCase{"HttpAmongFiveOverTls", 5ms, 4, 5, true, true}),
                         [](const auto& each) { return each.param.name; });

// A closed loop sends nothing while it waits. So a stall of 200 ms is in as many latencies as requests were
// in flight, 8 of some 8,000, and no percentile short of p99.9 shows it: the same stall in an open loop is
// open_loop_test.cc's.
class TruthOfStalls : public testing::TestWithParam<bool> {
 protected:
  void SetUp() override {
    if (GetParam() && !test::why_no_tls().empty()) GTEST_SKIP() << test::why_no_tls();
  }
};
INSTANTIATE_TEST_SUITE_P(, TruthOfStalls, testing::Bool(),
                         [](const auto& each) { return each.param ? "OverTls" : "InTheClear"; });

TEST_P(TruthOfStalls, IsInAsManyLatenciesOfAClosedLoopAsThereWereRequestsInFlight) {
  const test::Promptly promptly;
  MisbehavingServer server(
      {.tls = GetParam(), .delay = 1ms, .stall = Misbehaviour::Stall{.after = 300ms, .length = 200ms}});
  LoadPlan plan = test::echo_plan(server);
  plan.depth = 2;
  plan.duration = 800ms;
  const LoadResult result = run_and_check(plan);
  const LatencyHistogram held = server.truth().held;
  EXPECT_EQ(test::count_from(held, 150ms), 8U);
  EXPECT_EQ(test::count_from(result.latency, 150ms), 8U);
  EXPECT_GE(result.latency.max(), test::least_of(*held.max()));
  EXPECT_LE(result.latency.max(), *held.max() + 20ms * test::kSlowdown);
  EXPECT_LT(result.latency.percentile(0.95), 100ms);
}

}  // namespace
}  // namespace suite
