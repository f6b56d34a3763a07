// What was measured, as values: from one round up to the whole run.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "cmd/results/bench_document.h"
#include "cmd/results/load_run.h"

namespace suite::bench {

/// One round of one contestant, as `suite load` told it.
struct RoundResult {
  std::uint64_t round = 0;  // from 1
  results::LoadRun run;
  std::string report;                                   // of HTTP, as ab prints it
  int port = 0;                                         // where the server listened
  std::optional<double> rate = {};                      // that was asked of it
  std::optional<results::DiscardedRun> discarded = {};  // of a round that was measured again
  std::vector<std::uint64_t> worker_requests = {};      // of each worker; empty: the server did not tell
};

/// What a document keeps of it.
results::BenchRound record_of(RoundResult result);

/// Of one round that was measured twice, the one that was disturbed less, the second where both were alike.
RoundResult calmer_of(RoundResult first, RoundResult second);

/// A contestant's rounds in one section. After a failure it is left out of the section's later rounds.
struct ContestantResult {
  int port = 0;                     // where it listened last
  std::optional<double> rate = {};  // requests per second that it was asked for; nothing: all that it could
  std::vector<RoundResult> rounds;
  std::uint64_t failed_round = 0;  // 0: none
  std::string failure;

  bool failed() const { return failed_round != 0; }
  /// The round in the middle by requests per second, the slower one of two; nothing where there is none.
  const RoundResult* median_round() const;
  /// Median over the rounds; nothing where there is none.
  std::optional<double> median_rps() const;
};

/// In the order of the plan's contestants; nothing at the places of those that do not take part.
using SectionResult = std::vector<ContestantResult>;

struct BenchResult {
  std::vector<SectionResult> sections;  // in the plan's order; the last may be cut short by a signal
  int signal = 0;                       // that ended the run; 0: none

  bool any_failed() const;
};

}  // namespace suite::bench
