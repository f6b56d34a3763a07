// Who was better, by how much, and whether that can be told from these rounds: computed from a document.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "cmd/results/measures.h"

namespace suite::results {

struct Standing {
  std::size_t contestant = 0;  // its place in the section
  double median_rps = 0;
  std::uint64_t errors = 0;   // of all rounds
  std::size_t disturbed = 0;  // rounds, also when they were measured again
  bool uneven = false;        // see is_uneven()
  /// Median over the rounds; nothing where it could not be read.
  std::optional<double> server_cpu_per_request;  // seconds
  /// What was the limit in most of its rounds.
  Limit limit = Limit::kNotSeen;
  /// What is ranked by, against the best, over the rounds that both have; nothing for the best itself.
  std::optional<PairedRatio> ratio;
  /// Server CPU per request, whatever is ranked by; nothing too where it is not known.
  std::optional<PairedRatio> cpu_ratio;
  /// From 1; that of the best where no difference from it is shown.
  std::size_t rank = 1;
};

/// Rounds that count and were disturbed.
std::size_t disturbed_rounds(const BenchContestant& contestant);

/// In most of the rounds whose workers told, the busiest had more than 1.5 times as many requests as they had
/// on average.
bool is_uneven(const BenchContestant& contestant);

/// How often something else than the servers was the limit.
struct Limited {
  std::size_t rounds = 0, by_client = 0, by_shared_cores = 0;

  void count(const BenchContestant& contestant);
  Limited& operator+=(const Limited& other) {
    rounds += other.rounds;
    by_client += other.by_client;
    by_shared_cores += other.by_shared_cores;
    return *this;
  }
  /// In most rounds: then throughput does not tell the servers apart.
  bool mostly() const { return 2 * (by_client + by_shared_cores) > rounds; }
};

/// What these contestants are ranked by: server CPU where Limited::mostly(), or where load and server had
/// `one_core`, and every round has it; else throughput.
Metric ranking_metric(std::span<const BenchContestant* const> contestants, bool one_core);
/// Of those of a section.
Metric ranking_metric(const BenchSection& section, bool one_core);

/// Best first; without those that have no round. Those whose rounds lack the metric come last, fastest first.
std::vector<Standing> rank(const BenchSection& section, Metric metric = Metric::kThroughput);

}  // namespace suite::results
