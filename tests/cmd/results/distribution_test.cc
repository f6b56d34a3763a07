#include "cmd/results/distribution.h"

#include <gtest/gtest.h>

#include "tests/client/reports/samples.h"

namespace suite::results {
namespace {

TEST(Distribution, HasTheFiguresOfItsHistogram) {
  const LatencyHistogram histogram = test::echo_result().latency;
  const Distribution distribution(histogram);
  EXPECT_EQ(distribution.count(), histogram.count());
  EXPECT_EQ(distribution.min(), histogram.min());
  EXPECT_EQ(distribution.max(), histogram.max());
  EXPECT_EQ(distribution.mean(), histogram.mean());
  EXPECT_EQ(distribution.figures().stddev, histogram.stddev());
  for (const double q : {0.5, 0.75, 0.9, 0.95, 0.99, 0.999, 0.123, 0.9999}) {
    EXPECT_EQ(distribution.percentile(q), histogram.percentile(q)) << q;
  }
  EXPECT_TRUE(histogram_of(distribution) == histogram);
}

TEST(Distribution, OfNothingHasNoFigures) {
  const Distribution nothing;
  EXPECT_EQ(nothing, Distribution(LatencyHistogram()));
  EXPECT_EQ(nothing.count(), 0U);
  EXPECT_FALSE(nothing.min() || nothing.max() || nothing.mean() || nothing.percentile(0.5) ||
               nothing.percentile(0.1));
  EXPECT_TRUE(histogram_of(nothing) == LatencyHistogram());
}

TEST(Distribution, MakesFiguresThatItsDocumentDoesNotHave) {
  const Distribution whole(test::echo_result().latency);
  const Distribution bare(whole.totals(), std::nullopt, whole.packed());
  EXPECT_EQ(bare, whole);
  EXPECT_EQ(bare.percentile(0.99), whole.percentile(0.99));
  EXPECT_EQ(bare.figures().stddev, whole.figures().stddev);
}

TEST(Distribution, WhoseBucketsAreDamagedHasItsFiguresAllTheSame) {
  const Distribution whole(test::echo_result().latency);
  const Distribution damaged(whole.totals(), whole.figures(), "AAEA");
  EXPECT_EQ(damaged.percentile(0.99), whole.percentile(0.99));
  EXPECT_TRUE(histogram_of(damaged) == LatencyHistogram());
}

}  // namespace
}  // namespace suite::results
