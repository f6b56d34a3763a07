// Sections of a comparison made by hand, for the tests of what is computed from them.
#pragma once

#include <chrono>
#include <cmath>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "cmd/results/bench_document.h"

namespace suite::results::samples {

/// A run of that many requests per second, to the fourth digit behind the point, with 4 us of server CPU time
/// and 1 us of the client's for each, whose latencies are 1 to 1,000 us, as many of each.
inline LoadRun run_at(double rps) {
  constexpr std::chrono::seconds kLong{10'000};
  LoadRun run{.measured = kLong};
  run.counts.completed = static_cast<std::uint64_t>(std::llround(rps * static_cast<double>(kLong.count())));
  run.server_cpu = std::chrono::microseconds(4) * run.counts.completed;
  run.client_cpu = std::chrono::microseconds(1) * run.counts.completed;
  LatencyHistogram latency;
  for (int i = 1; i <= 1000; ++i) latency.record(std::chrono::microseconds(i));
  run.latency = latency.contents();
  run.driver = "epoll";
  run.threads = 1;
  return run;
}

inline BenchContestant contestant_at(std::string name, const std::vector<double>& rps) {
  BenchContestant one{.name = std::move(name), .serve = "serve", .load = "load"};
  for (const double each : rps) one.rounds.push_back({.round = one.rounds.size() + 1, .run = run_at(each)});
  return one;
}

inline BenchSection section_of(std::vector<BenchContestant> contestants) {
  return {.workload = "echo-d1", .conns = 1, .depth = 1, .contestants = std::move(contestants)};
}

/// Some rounds around a value, as a quiet machine has them.
inline std::vector<double> rounds_around(double rps) {
  return {rps, rps * 1.01, rps * 0.99, rps * 1.005, rps * 0.995, rps * 1.002, rps * 0.998};
}

/// Multiplies the server's CPU time of every round.
inline BenchContestant with_server_cpu(BenchContestant one, double factor) {
  for (BenchRound& round : one.rounds) {
    const auto nanoseconds = static_cast<double>(round.run.server_cpu->count()) * factor;
    round.run.server_cpu = std::chrono::nanoseconds(std::llround(nanoseconds));
  }
  return one;
}

/// Rounds in which the load thread had no time left, and the server half of its own.
inline BenchContestant client_bound(BenchContestant one) {
  for (BenchRound& round : one.rounds) {
    round.run.limit = Limit::kClient;
  }
  return one;
}

}  // namespace suite::results::samples
