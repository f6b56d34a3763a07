// Results of long comparisons, as large as they get: many contestants, each with histograms like a server's.
#pragma once

#include <chrono>
#include <cmath>
#include <cstddef>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "cmd/results/bench_document.h"

namespace suite::report::samples {

struct LargeSize {
  std::size_t contestants = 60, workloads = 10, rounds = 30;
};

/// Latencies around `usual_us`, with a long tail: some 1,500 buckets of them.
inline LatencyHistogram tailed_latency(double usual_us, std::mt19937& random) {
  constexpr double kSpread = 0.35, kMost = 100'000;  // sigma of the logarithm; values in the fullest bucket
  std::uniform_real_distribution<double> noise(0.8, 1.2);
  LatencyHistogram latency;
  for (double z = -3; z < 6; z += 0.004) {
    const double expected = kMost * std::exp(-z * z / 2) * 0.004 + std::exp(-z) * 3;
    const auto count = static_cast<std::uint64_t>(std::llround(expected * noise(random)));
    if (count == 0) continue;
    latency.record(
        std::chrono::nanoseconds(static_cast<std::int64_t>(usual_us * 1000 * std::exp(kSpread * z))), count);
  }
  return latency;
}

inline results::LoadRun round_of_large(const results::Distribution& latency, double rps) {
  results::LoadRun run{.measured = std::chrono::seconds(2), .latency = latency, .connect = latency};
  run.counts.completed = static_cast<std::uint64_t>(rps * 2);
  run.connections_asked = run.connections_opened = 100;
  run.client_cpu = std::chrono::milliseconds(1500);
  run.server_cpu = std::chrono::milliseconds(1900);
  run.driver = "epoll";
  run.threads = 1;
  for (int second = 0; second < 2; ++second) {
    run.series.push_back({.length = std::chrono::seconds(1), .completed = run.counts.completed / 2});
  }
  return run;
}

/// Contestant i is i per cent slower than the first; rounds vary by 2 %.
inline results::BenchDocument large_document(LargeSize size = {}) {
  std::mt19937 random(1);
  std::normal_distribution<double> noise(1, 0.02);
  results::BenchDocument document{
      .suite = "0.1.0",
      .config = {.rounds = size.rounds,
                 .secs = std::chrono::seconds(2),
                 .server_cpus = {0},
                 .load_cpus = {1}},
      .environment = {.system = "Linux", .release = "6.1", .usable_cpus = 2, .cpu = "A CPU"}};
  const auto rps_of = [](std::size_t contestant) {
    return 100'000 / (1 + 0.01 * static_cast<double>(contestant));
  };
  std::vector<results::Distribution> latencies;  // making one takes longer than a round
  for (std::size_t c = 0; c < size.contestants; ++c) {
    latencies.emplace_back(tailed_latency(1e8 / rps_of(c), random));
  }
  for (std::size_t w = 0; w < size.workloads; ++w) {
    results::BenchSection section{.workload = "workload-" + std::to_string(w), .conns = 100, .depth = 1};
    for (std::size_t c = 0; c < size.contestants; ++c) {
      results::BenchContestant one{
          .name = "contestant-" + std::to_string(c),
          .serve = "suite serve-echo --backend epoll --workers 1 --port 3900",
          .load = "suite load 127.0.0.1:3900 --conns 100 --depth 1 --secs 2 --warmup 200ms"};
      for (std::size_t round = 1; round <= size.rounds; ++round) {
        one.rounds.push_back({.round = round,
                              .run = round_of_large(latencies[c], rps_of(c) * noise(random)),
                              .order = round * size.contestants + c});
      }
      section.contestants.push_back(std::move(one));
    }
    document.sections.push_back(std::move(section));
  }
  return document;
}

}  // namespace suite::report::samples
