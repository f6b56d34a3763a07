// The percentile file, read back as HdrHistogram's plotter reads it.
#include <gtest/gtest.h>

#include <cmath>
#include <random>
#include <sstream>

#include "tests/client/reports/samples.h"

namespace suite {
namespace {

using namespace std::chrono_literals;

struct Row {
  double milliseconds, percentile;
  std::uint64_t seen;
  std::optional<double> inverse;  // 1/(1-percentile); the last row has none
};

struct HdrFile {
  std::vector<std::string> head, foot;  // lines
  std::vector<Row> rows;
};

HdrFile parse_hdr(const std::string& text) {
  HdrFile file;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    std::istringstream fields(line);
    Row row{};
    if (line.starts_with('#')) {
      file.foot.push_back(line);
    } else if (fields >> row.milliseconds >> row.percentile >> row.seen) {
      if (double inverse = 0; fields >> inverse) row.inverse = inverse;
      file.rows.push_back(row);
    } else {
      file.head.push_back(line);
    }
  }
  return file;
}

// Latencies as they come, with a long tail.
LatencyHistogram sample(int count) {
  std::mt19937_64 dice(7);
  std::lognormal_distribution<double> shape(std::log(50e3), 1.5);
  LatencyHistogram histogram;
  for (int i = 0; i < count; ++i) histogram.record(std::chrono::nanoseconds(std::llround(shape(dice))));
  return histogram;
}

TEST(HdrReport, HasTheHeadAndTheFootOfHdrHistogram) {
  const LatencyHistogram histogram = test::echo_result().latency;
  const std::string text = hdr_report(histogram);
  EXPECT_TRUE(text.starts_with("       Value     Percentile TotalCount 1/(1-Percentile)\n\n")) << text;
  EXPECT_TRUE(
      text.ends_with("#[Mean    =     0.500500, StdDeviation   =     0.288675]\n"
                     "#[Max     =     1.000000, Total count    =         1000]\n"
                     "#[Buckets =           32, SubBuckets     =         2048]\n"))
      << text;
}

TEST(HdrReport, TellsTheHistogramsOwnPercentiles) {
  const LatencyHistogram histogram = sample(20'000);
  const HdrFile file = parse_hdr(hdr_report(histogram));
  int compared = 0;
  for (const Row& row : file.rows) {
    // A row is of the first value up to which at least that share lies.
    const auto value = histogram.percentile(row.percentile);
    if (!value) continue;
    EXPECT_NEAR(row.milliseconds * 1e6, static_cast<double>(value->count()), 0.5) << row.percentile;
    ++compared;
  }
  EXPECT_GT(compared, 60);
}

TEST(HdrReport, CountsWhatLiesBelowEachRow) {
  const LatencyHistogram histogram = sample(20'000);
  for (const Row& row : parse_hdr(hdr_report(histogram)).rows) {
    std::uint64_t below = 0;
    for (const auto& bucket : histogram.buckets()) {
      if (static_cast<double>(bucket.lowest) <= row.milliseconds * 1e6 + 0.5) below += bucket.count;
    }
    EXPECT_EQ(row.seen, below) << row.percentile;
  }
}

TEST(HdrReport, StepsFiveTimesPerHalvingOfTheDistanceToAll) {
  const HdrFile file = parse_hdr(hdr_report(sample(1000)));
  const std::vector<double> steps{0,      0.1, 0.2,    0.3,   0.4,    0.5,     0.55, 0.6,
                                  0.65,   0.7, 0.75,   0.775, 0.8,    0.825,   0.85, 0.875,
                                  0.8875, 0.9, 0.9125, 0.925, 0.9375, 0.94375, 0.95};
  ASSERT_GT(file.rows.size(), steps.size());
  for (std::size_t i = 0; i < steps.size(); ++i) {
    EXPECT_NEAR(file.rows[i].percentile, steps[i], 1e-12);
    ASSERT_TRUE(file.rows[i].inverse);
    EXPECT_NEAR(*file.rows[i].inverse, 1 / (1 - steps[i]), 0.005);
  }
}

TEST(HdrReport, EndsWithAllOfThemOnce) {
  const LatencyHistogram histogram = sample(1000);
  const HdrFile file = parse_hdr(hdr_report(histogram));
  const Row& last = file.rows.back();
  EXPECT_EQ(last.percentile, 1);
  EXPECT_FALSE(last.inverse) << "it would be infinite";
  EXPECT_EQ(last.seen, 1000U);
  EXPECT_NEAR(last.milliseconds * 1e6, static_cast<double>(histogram.max()->count()), 0.5);
  const auto all = std::ranges::count(file.rows, 1000U, &Row::seen);
  EXPECT_EQ(all, 2) << "the step that reached it, and the last row";
}

TEST(HdrReport, IsWellFormedForOneSampleAndForNone) {
  LatencyHistogram one;
  one.record(3ms);
  const HdrFile file = parse_hdr(hdr_report(one));
  ASSERT_EQ(file.rows.size(), 2U);
  EXPECT_EQ(file.rows[0].milliseconds, 3);
  EXPECT_EQ(file.rows[1].percentile, 1);
  const HdrFile empty = parse_hdr(hdr_report({}));
  EXPECT_TRUE(empty.rows.empty());
  EXPECT_EQ(empty.foot.size(), 3U);
}

// A billion samples in the smallest bucket: the steps end where nothing lies between them and all.
TEST(HdrReport, EndsForManySamplesToo) {
  LatencyHistogram histogram;
  histogram.record(1us, 1'000'000'000'000);
  histogram.record(2us);
  EXPECT_LT(parse_hdr(hdr_report(histogram)).rows.size(), 250U);
}

}  // namespace
}  // namespace suite
