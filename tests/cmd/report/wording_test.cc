#include "cmd/report/wording.h"

#include <gtest/gtest.h>

namespace suite::report {
namespace {

using results::Metric;

TEST(ThreeDigits, CountFromTheFirstThatIsNotZero) {
  EXPECT_EQ(three_digits(0), "0");
  EXPECT_EQ(three_digits(0.01234), "0.0123");
  EXPECT_EQ(three_digits(0.5), "0.500");
  EXPECT_EQ(three_digits(4.1), "4.10");
  EXPECT_EQ(three_digits(15.53), "15.5");
  EXPECT_EQ(three_digits(123.4), "123");
  EXPECT_EQ(three_digits(999.6), "1,000");
  EXPECT_EQ(three_digits(51203), "51,203");
}

TEST(FigureText, IsInTheUnitOfItsMetric) {
  EXPECT_EQ(figure_text(Metric::kThroughput, 51203.4), "51,203");
  EXPECT_EQ(figure_text(Metric::kServerCpu, 4.1e-6), "4.10");
  EXPECT_EQ(figure_text(Metric::kP99, 0.0123), "12.3");
  EXPECT_EQ(figure_text(Metric::kP99, std::nullopt), "-");
}

TEST(RatioText, ClaimsNoIntervalFromTooFewRounds) {
  EXPECT_EQ(ratio_text(PairedRatio{.value = 0.5, .interval = {}, .pairs = 3}), "0.500 (too few rounds)");
  EXPECT_EQ(ratio_text(PairedRatio{.value = 0.5, .interval = Interval{.low = 0.4, .high = 0.6}, .pairs = 9}),
            "0.500 [0.400, 0.600]");
}

TEST(Listed, PutsAnAndBeforeTheLast) {
  EXPECT_EQ(listed({"a"}), "a");
  EXPECT_EQ(listed({"a", "b"}), "a and b");
  EXPECT_EQ(listed({"a", "b", "c"}), "a, b and c");
}

}  // namespace
}  // namespace suite::report
