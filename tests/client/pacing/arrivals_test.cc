#include "client/pacing/arrivals.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

namespace suite {
namespace {

using namespace std::chrono_literals;

constexpr Arrivals::TimePoint kStart{1h};

std::vector<std::chrono::nanoseconds> first_arrivals(const RatePlan& plan, std::size_t count,
                                                     ThreadPlace place = {}, std::uint64_t seed = 1) {
  Arrivals arrivals(plan, place, seed);
  arrivals.begin(kStart);
  std::vector<std::chrono::nanoseconds> times;
  for (; times.size() < count; arrivals.take()) times.push_back(arrivals.next() - kStart);
  return times;
}

TEST(Arrivals, NothingIsDueBeforeTheRunBegins) {
  const Arrivals arrivals({.per_second = 10}, {}, 1);
  EXPECT_EQ(arrivals.next(), Arrivals::TimePoint::max());
}

TEST(Arrivals, AreEvenlySpacedToTheNanosecond) {
  const auto times = first_arrivals({.per_second = 3}, 7);
  EXPECT_EQ(times[0], 0ns);
  EXPECT_EQ(times[1], 333'333'333ns);
  EXPECT_EQ(times[2], 666'666'667ns);
  EXPECT_EQ(times[3], 1s);
  EXPECT_EQ(times[6], 2s);
}

// 100 a minute is no exact number per second, and a day of them is still exact.
TEST(Arrivals, OfRatesPerMinuteAndBelowOnePerSecondAreExact) {
  const auto per_minute = first_arrivals({.per_second = 100.0 / 60}, 144'001);
  EXPECT_EQ(per_minute[1], 600ms);
  EXPECT_EQ(per_minute[7], 4200ms);
  EXPECT_EQ(per_minute[144'000], 24h);
  EXPECT_EQ(first_arrivals({.per_second = 0.5}, 4)[3], 6s);
  EXPECT_EQ(first_arrivals({.per_second = 1.0 / 3600}, 3)[2], 2h);
}

TEST(Arrivals, OfMoreThreadsThanRequestsPerSecondAreStillEven) {
  std::vector<std::chrono::nanoseconds> together;
  for (std::size_t thread = 0; thread < 4; ++thread) {
    const auto times = first_arrivals({.per_second = 0.5}, 3, {.number = thread, .count = 4});
    together.insert(together.end(), times.begin(), times.end());
  }
  std::ranges::sort(together);
  EXPECT_EQ(together, first_arrivals({.per_second = 0.5}, 12));
}

TEST(Arrivals, DoNotDriftInALongRun) {
  Arrivals arrivals({.per_second = 700'000}, {}, 1);
  arrivals.begin(kStart);
  for (int i = 0; i < 7'000'000; ++i) arrivals.take();
  EXPECT_EQ(arrivals.next() - kStart, 10s);
}

TEST(Arrivals, OfSeveralThreadsAreTogetherAsEvenAsThoseOfOne) {
  std::vector<std::chrono::nanoseconds> together;
  for (std::size_t thread = 0; thread < 3; ++thread) {
    const auto times = first_arrivals({.per_second = 1000}, 10, {.number = thread, .count = 3});
    together.insert(together.end(), times.begin(), times.end());
  }
  std::ranges::sort(together);
  EXPECT_EQ(together, first_arrivals({.per_second = 1000}, 30));
}

constexpr RatePlan kPoisson{.per_second = 10'000, .arrivals = RatePlan::Arrivals::kPoisson};

TEST(Arrivals, OfPoissonAreTheSameForTheSameSeedAlone) {
  EXPECT_EQ(first_arrivals(kPoisson, 100), first_arrivals(kPoisson, 100));
  EXPECT_NE(first_arrivals(kPoisson, 100), first_arrivals(kPoisson, 100, {}, 2));
  EXPECT_NE(first_arrivals(kPoisson, 100, {.number = 0, .count = 2}),
            first_arrivals(kPoisson, 100, {.number = 1, .count = 2}));
}

// The gaps that a plan makes, of all threads merged, in seconds.
std::vector<double> gaps(const RatePlan& plan, std::size_t threads) {
  constexpr std::size_t kOfEach = 100'000;
  std::vector<std::chrono::nanoseconds> times;
  std::chrono::nanoseconds covered = std::chrono::nanoseconds::max();
  for (std::size_t thread = 0; thread < threads; ++thread) {
    const auto its = first_arrivals(plan, kOfEach, {.number = thread, .count = threads});
    covered = std::min(covered, its.back());
    times.insert(times.end(), its.begin(), its.end());
  }
  std::erase_if(times, [&](auto time) { return time > covered; });
  std::ranges::sort(times);
  std::vector<double> result;
  for (std::size_t i = 1; i < times.size(); ++i) {
    result.push_back(std::chrono::duration<double>(times[i] - times[i - 1]).count());
  }
  return result;
}

// Kolmogorov-Smirnov's distance between gaps and the exponential distribution of the rate.
double distance_to_exponential(std::vector<double> samples, double rate) {
  std::ranges::sort(samples);
  const auto n = static_cast<double>(samples.size());
  double distance = 0;
  for (std::size_t i = 0; i < samples.size(); ++i) {
    const double expected = 1 - std::exp(-rate * samples[i]);
    distance = std::max({distance, std::abs(expected - static_cast<double>(i) / n),
                         std::abs(expected - static_cast<double>(i + 1) / n)});
  }
  return distance;
}

// A distance above 1.63 / sqrt(n) comes by chance once in a hundred seeds.
double critical_distance(std::size_t samples) { return 1.63 / std::sqrt(static_cast<double>(samples)); }

TEST(Arrivals, OfPoissonHaveExponentialGapsOnOneThreadAndOnSeveral) {
  for (const std::size_t threads : {1U, 4U}) {
    const auto samples = gaps(kPoisson, threads);
    EXPECT_LT(distance_to_exponential(samples, kPoisson.per_second), critical_distance(samples.size()))
        << threads;
  }
}

TEST(Arrivals, TheTestOfFitRefusesEvenGapsAndAnotherRate) {
  const auto even = gaps({.per_second = 10'000}, 1);
  EXPECT_GT(distance_to_exponential(even, 10'000), critical_distance(even.size()));
  const auto poisson = gaps(kPoisson, 1);
  EXPECT_GT(distance_to_exponential(poisson, 10'500), critical_distance(poisson.size()));
}

TEST(Arrivals, OfPoissonHaveGapsThatDoNotDependOnTheOneBefore) {
  const auto samples = gaps(kPoisson, 2);
  double mean = 0;
  for (const double gap : samples) mean += gap / static_cast<double>(samples.size());
  double together = 0;
  double alone = 0;
  for (std::size_t i = 1; i < samples.size(); ++i) {
    together += (samples[i] - mean) * (samples[i - 1] - mean);
    alone += (samples[i] - mean) * (samples[i] - mean);
  }
  // Of n independent gaps the correlation of neighbours is within 3 / sqrt(n), but once in 370 seeds.
  EXPECT_LT(std::abs(together / alone), 3 / std::sqrt(static_cast<double>(samples.size())));
}

}  // namespace
}  // namespace suite
