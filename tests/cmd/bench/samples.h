// Rounds made by hand, for the tests of what is computed from them.
#pragma once

#include <chrono>
#include <cmath>
#include <cstdint>

#include "cmd/bench/result.h"

namespace suite::bench {

/// A run of that many requests per second, to the fourth digit behind the point.
inline results::LoadRun run_at(double rps, std::uint64_t errors = 0) {
  constexpr std::chrono::seconds kLong{10'000};
  results::LoadRun run{.measured = kLong};
  run.counts.completed = static_cast<std::uint64_t>(std::llround(rps * static_cast<double>(kLong.count())));
  run.counts.errors[ErrorKind::kReset] = errors;
  return run;
}

/// One that lost so much to other programs.
inline results::LoadRun disturbed_run_at(double rps, std::chrono::milliseconds others) {
  results::LoadRun run = run_at(rps);
  run.disturbance = Disturbance{.others = others, .significant = true};
  return run;
}

/// The next round of `result`.
inline RoundResult next_round(const ContestantResult& result, double rps) {
  return {.round = result.rounds.size() + 1, .run = run_at(rps), .report = {}};
}

}  // namespace suite::bench
