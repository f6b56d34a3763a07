// What recording a latency costs, once per receive; and merging, once per thread.
#include <benchmark/benchmark.h>

#include <array>
#include <random>

#include "common/stats/latency_histogram.h"

namespace suite {
namespace {

void record(benchmark::State& state) {
  std::mt19937_64 dice(1);
  std::lognormal_distribution<double> shape(11, 1);
  std::array<std::chrono::nanoseconds, 4096> latencies{};
  for (auto& latency : latencies) latency = std::chrono::nanoseconds(static_cast<std::int64_t>(shape(dice)));
  LatencyHistogram histogram;
  std::size_t i = 0;
  for (auto _ : state) histogram.record(latencies[i++ % latencies.size()], 16);
  benchmark::DoNotOptimize(histogram.count());
}
BENCHMARK(record);

void merge(benchmark::State& state) {
  LatencyHistogram total, part;
  part.record(std::chrono::microseconds(50), 1000);
  for (auto _ : state) total.merge(part);
}
BENCHMARK(merge);

void percentile(benchmark::State& state) {
  LatencyHistogram histogram;
  histogram.record(std::chrono::milliseconds(50), 1000);
  for (auto _ : state) benchmark::DoNotOptimize(histogram.percentile(0.99));
}
BENCHMARK(percentile);

}  // namespace
}  // namespace suite
