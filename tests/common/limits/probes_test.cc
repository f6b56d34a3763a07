#include "common/limits/probes.h"

#include <gtest/gtest.h>

#include <cstdint>

#include "common/limits/exchange.h"
#include "common/limits/tcp_round.h"

namespace suite::limits {
namespace {

using std::chrono::milliseconds;

RoundPlan short_rounds() {
  return {
      .connections = 5, .warmup = milliseconds(1), .length = milliseconds(10), .cpus = spread_over_cpus()};
}

TEST(RawEnds, CountWholeMessagesAtEverySplit) {
  constexpr std::size_t kSize = 7;
  for (std::size_t first = 0; first <= 3 * kSize; ++first) {
    RawEnd end;
    const std::size_t before = end.messages(first, kSize);
    EXPECT_EQ(before + end.messages(3 * kSize - first, kSize), 3U);
    EXPECT_EQ(end.partial, 0U);
  }
}

TEST(RawLoops, MeasureEveryFigureOnBothSides) {
  std::size_t place = 0;
  for (const Probe& probe : machine_probes(short_rounds())) {
    const FigureTraits& traits = figures()[place++];
    SCOPED_TRACE(traits.name);
    EXPECT_EQ(probe.figure, traits.figure);
    const auto sample = probe.measure();
    ASSERT_TRUE(sample) << sample.error().one_line();
    EXPECT_GT(sample->operations, 0U);
    EXPECT_GE(sample->elapsed, milliseconds(10));
    EXPECT_EQ(sample->server_cpu.has_value(), traits.figure != Figure::kCopy);
    EXPECT_TRUE(sample->client_cpu);
  }
  EXPECT_EQ(place + 1, figures().size()) << "all but that of the load generator";
}

// A response that fits no socket buffer has to wait for room, on kept connections and on new ones.
TEST(RawLoops, SendResponsesThatDoNotFitASocket) {
  for (const bool new_connection : {false, true}) {
    const Exchange exchange{
        .request = "?", .response = std::string(20'000'000, 'a'), .new_connection = new_connection};
    RoundPlan plan = short_rounds();
    plan.connections = 1;
    plan.length = milliseconds(50);
    const auto sample = tcp_round(exchange, plan);
    ASSERT_TRUE(sample) << sample.error().one_line();
    EXPECT_GT(sample->operations, 0U);
  }
}

TEST(RawLoops, RefuseMoreConnectionsThanThereAreDescriptors) {
  EXPECT_TRUE(check_descriptors(5));
  const auto refused = check_descriptors(SIZE_MAX / 4);
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().one_line().find("ulimit -n"), std::string::npos);
}

}  // namespace
}  // namespace suite::limits
