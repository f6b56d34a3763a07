#include "client/reports/figures.h"

#include <gtest/gtest.h>

namespace suite {
namespace {

using namespace std::chrono_literals;

TEST(Figures, HaveNoCpuTimePerRequestWhereThereWasNone) {
  LoadResult result{.client_cpu = 3ms};
  EXPECT_FALSE(client_cpu_per_request(result));
  result.counts.completed = 1000;
  EXPECT_EQ(client_cpu_per_request(result), 3000.0);
  EXPECT_FALSE(server_cpu_per_request(result)) << "it was not measured";
  result.server_cpu = 1us;
  EXPECT_EQ(server_cpu_per_request(result), 1.0);
}

// 33.9 us of a window in which a thread used 162 us of its core until it saw the end: no 477 %.
TEST(Figures, ShareACoreOverTheTimeInWhichCpuTimeWasMeasured) {
  EXPECT_EQ(share_of_core({.cpu = 30us, .elapsed = 40us}), 0.75);
  EXPECT_EQ(share_of_core({}), 0.0);
}

// "939 failed (status 939)" looked like a status code.
TEST(Figures, NameEachKindOfErrorBehindItsNumber) {
  ErrorCounts errors;
  errors[ErrorKind::kStatus] = 939;
  EXPECT_EQ(kinds_text(errors), "939 with an unexpected status");
  errors = {};
  for (std::size_t i = 0; i < kErrorNames.size(); ++i) errors.by_kind[i] = 1000;
  EXPECT_TRUE(kinds_text(errors).starts_with(
      "1,000 could not connect, 1,000 reset, 1,000 closed early, 1,000 timed out, 1,000 with a mismatch, "
      "1,000 malformed, 1,000 with an unexpected status"))
      << kinds_text(errors);
}

TEST(Figures, ShowTenthsOfNanosecondsWhereTheyCount) {
  EXPECT_EQ(cpu_text(4.26), "4.3ns");
  EXPECT_EQ(cpu_text(999.9), "999.9ns");
  EXPECT_EQ(cpu_text(4050), "4.05us");
}

TEST(Figures, PartPercentilesByWhatTheSamplesSupport) {
  LatencyHistogram latency;
  EXPECT_EQ(percentiles_text(latency, kQuantiles), "too few samples for p50, p75, p90, p95, p99, p99.9");
  latency.record(5us, 100);
  EXPECT_EQ(percentiles_text(latency, kQuantiles),
            "p50 5.00us, p75 5.00us, p90 5.00us, p95 5.00us, p99 5.00us; too few samples for p99.9");
  EXPECT_EQ(percentiles_text(latency, std::span(kQuantiles).last(2), "max 6us"),
            "p99 5.00us, max 6us; too few samples for p99.9");
  latency.record(5us, 900);
  EXPECT_TRUE(percentiles_text(latency, kQuantiles).ends_with(", p99.9 5.00us"));
}

}  // namespace
}  // namespace suite
