#include "cmd/results/packed_histogram.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <random>

namespace suite::results {
namespace {

Buckets buckets_of(const LatencyHistogram& histogram) { return histogram.buckets(); }

// Latencies as a loaded server has them: a crowd, and a long tail.
LatencyHistogram lognormal(unsigned seed, int samples, double median_ns, double sigma) {
  std::mt19937_64 random(seed);
  std::lognormal_distribution<double> latency(std::log(median_ns), sigma);
  LatencyHistogram histogram;
  for (int i = 0; i < samples; ++i) {
    histogram.record(std::chrono::nanoseconds(static_cast<std::int64_t>(latency(random))));
  }
  return histogram;
}

TEST(PackedHistogram, IsUnpackedAsItWas) {
  for (const int samples : {1, 10, 1000, 100'000}) {
    for (const double median : {30.0, 1500.0, 2e6, 1e10}) {
      for (const double sigma : {0.001, 0.1, 1.0, 3.0}) {
        const Buckets buckets = buckets_of(lognormal(7, samples, median, sigma));
        ASSERT_EQ(unpack(pack(buckets)), buckets) << samples << " of " << median << ", " << sigma;
      }
    }
  }
}

TEST(PackedHistogram, HoldsTheExtremes) {
  const std::uint64_t last = LatencyHistogram::lowest_of(LatencyHistogram::kBuckets - 1);
  for (const Buckets& buckets : {Buckets{},
                                 {{.lowest = 0, .count = 1}},
                                 {{.lowest = 0, .count = UINT64_MAX}},
                                 {{.lowest = last, .count = 5}},
                                 {{.lowest = 0, .count = UINT64_MAX}, {.lowest = 1, .count = 1}},
                                 {{.lowest = 0, .count = 1}, {.lowest = last, .count = UINT64_MAX}}}) {
    EXPECT_EQ(unpack(pack(buckets)), buckets);
  }
}

// Files are read by later versions, and by others.
TEST(PackedHistogram, IsWrittenInThisFormatForGood) {
  EXPECT_EQ(pack({}), "AAA=");
  EXPECT_EQ(pack({{.lowest = 5, .count = 1},
                  {.lowest = 7, .count = 3},
                  {.lowest = 8, .count = 40},
                  {.lowest = 9, .count = 38},
                  {.lowest = 2050, .count = 2}}),
            "AAUABQLD//+5obKZpY4ox////lfuCA==");
}

TEST(PackedHistogram, TakesAFewBitsForABucket) {
  const LatencyHistogram histogram = lognormal(1, 200'000, 500'000, 0.15);
  const std::size_t filled = histogram.buckets().size();
  ASSERT_GT(filled, 1000U);
  EXPECT_LT(pack(buckets_of(histogram)).size() * 6, filled * 9) << "deflated it would be 11";
}

TEST(PackedHistogram, IsRefusedWhereverItIsCutOff) {
  std::string text = pack(buckets_of(lognormal(2, 1000, 50'000, 0.5)));
  while (!text.empty()) {
    text.pop_back();
    EXPECT_FALSE(unpack(text)) << text.size();
  }
}

TEST(PackedHistogram, IsRefusedWhereSomethingFollows) {
  const std::string text = pack({{.lowest = 5, .count = 1}, {.lowest = 7, .count = 3}});
  EXPECT_FALSE(unpack(text + text));
  EXPECT_FALSE(unpack(text + "AAAA"));
  EXPECT_FALSE(unpack(text + " "));
}

TEST(PackedHistogram, IsRefusedOrMakesSenseWhateverTheText) {
  std::mt19937_64 random(3);
  const std::string good = pack(buckets_of(lognormal(4, 300, 3000, 0.5)));
  for (int i = 0; i < 3000; ++i) {
    std::string text = good;
    for (int changes = 0; changes < 3; ++changes) text[random() % text.size()] = good[random() % text.size()];
    const auto buckets = unpack(text);
    if (!buckets) continue;
    std::uint64_t before = 0;
    for (const auto& bucket : *buckets) {
      ASSERT_GT(bucket.count, 0U);
      ASSERT_TRUE(&bucket == &buckets->front() || bucket.lowest > before);
      before = bucket.lowest;
    }
  }
}

}  // namespace
}  // namespace suite::results
