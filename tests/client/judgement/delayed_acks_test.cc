#include "client/judgement/delayed_acks.h"

#include <gtest/gtest.h>

namespace suite {
namespace {

using namespace std::chrono_literals;

LatencyHistogram quick() {
  LatencyHistogram latency;
  latency.record(100us, 900);
  return latency;
}

TEST(DelayedAcks, AreSeenAsAModeOfTheirOwn) {
  LatencyHistogram latency = quick();
  latency.record(41ms, 60);
  latency.record(49ms, 40);
  EXPECT_EQ(latencies_of_delayed_acks(latency, {}), 100U);
  latency.clear();
  latency.record(43ms, 50);  // nothing else at all
  EXPECT_EQ(latencies_of_delayed_acks(latency, {}), 50U);
}

TEST(DelayedAcks, AreNotSeenWhereTheyAreFew) {
  LatencyHistogram latency = quick();
  latency.record(41ms, 9);
  EXPECT_EQ(latencies_of_delayed_acks(latency, {}), 0U);
  latency.record(100us, 100'000);
  latency.record(41ms, 900);  // of 100,000: nine in a thousand
  EXPECT_EQ(latencies_of_delayed_acks(latency, {}), 0U);
  latency.record(41ms, 200);
  EXPECT_EQ(latencies_of_delayed_acks(latency, {}), 1109U);
}

TEST(DelayedAcks, AreNotSeenInASlopeThroughFortyMilliseconds) {
  LatencyHistogram latency;
  for (auto value = 1ms; value < 80ms; value += 1ms) latency.record(value, 20);
  EXPECT_EQ(latencies_of_delayed_acks(latency, {}), 0U);
}

TEST(DelayedAcks, AreNotSeenBesideForty) {
  for (const auto value : {38ms, 52ms, 20ms, 200ms}) {
    LatencyHistogram latency = quick();
    latency.record(value, 100);
    EXPECT_EQ(latencies_of_delayed_acks(latency, {}), 0U) << value.count();
  }
}

TEST(DelayedAcks, AreNotWhatTheKernelKnowsNothingOf) {
  LatencyHistogram latency = quick();
  latency.record(41ms, 100);
  EXPECT_EQ(latencies_of_delayed_acks(latency, KernelCounters{.delayed_acks = 3}), 0U);
  EXPECT_EQ(latencies_of_delayed_acks(latency, KernelCounters{.delayed_acks = 90}), 100U);
}

TEST(DelayedAcks, OfNothingAreNone) { EXPECT_EQ(latencies_of_delayed_acks({}, {}), 0U); }

}  // namespace
}  // namespace suite
