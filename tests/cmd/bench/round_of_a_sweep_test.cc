// Whether a server of a sweep holds the point that it was measured at.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/cmd/bench/measured_round.h"

namespace suite::bench {
namespace {

using std::chrono::milliseconds;
using testing::HasSubstr;

class HeldConnections : public MeasureRoundTest {
 protected:
  HeldConnections() { section_.point = results::SweepPoint{.axis = results::Axis::kConns, .value = 7}; }

  std::string why_after(std::size_t opened, milliseconds longest, milliseconds oldest) {
    results::LoadDocument document = load_document();
    results::LoadRun& run = document.runs.front();
    run.connections_asked = 7;
    run.connections_opened = opened;
    LatencyHistogram latency;
    latency.record(longest);
    run.latency = latency.contents();
    run.oldest_in_flight = oldest;
    return why(measure(kServeUntilTold, printing(document)));
  }
};

TEST_F(HeldConnections, AreAllThatWereAskedFor) {
  EXPECT_EQ(why_after(7, milliseconds(1), milliseconds(2)), "no failure");
  EXPECT_EQ(why_after(5, milliseconds(1), milliseconds(2)), "it holds 5 of 7 connections");
}

TEST_F(HeldConnections, AreServedWithinTheRound) {
  EXPECT_THAT(
      why_after(7, milliseconds(1), milliseconds(2200)),
      HasSubstr("it does not serve all 7 connections: some had no answer for 2.20s, others after 1.00ms"));
  EXPECT_EQ(why_after(7, milliseconds(1500), milliseconds(2200)), "no failure") << "slow for all of them";
  EXPECT_EQ(why_after(7, milliseconds(1), milliseconds(1000)), "no failure") << "a stall within the round";
}

TEST_F(HeldConnections, AreNoQuestionOutsideOfASweep) {
  section_.point.reset();
  EXPECT_EQ(why_after(5, milliseconds(1), milliseconds(2200)), "no failure");
}

TEST_F(HeldConnections, AreBoundedByWhatABackendSaysOfItself) {
  contestant_.most_connections = 6;
  EXPECT_EQ(why(measure(kServeUntilTold, kLoad)), "it holds 6 connections here");
}

}  // namespace
}  // namespace suite::bench
