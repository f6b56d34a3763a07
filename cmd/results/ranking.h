// Who was better, by how much, and whether that can be told from these rounds: computed from a document.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "cmd/results/measures.h"

namespace suite::results {

struct Standing {
  std::size_t contestant = 0;  // its place in the section
  double median_rps = 0;
  std::uint64_t errors = 0;  // of all rounds
  /// Median over the rounds; nothing where it could not be read.
  std::optional<double> server_cpu_per_request;  // seconds
  /// In most of its rounds the load generator was at its limit, and the server was not.
  bool client_bound = false;
  /// What is ranked by, against the best, over the rounds that both have; nothing for the best itself.
  std::optional<PairedRatio> ratio;
};

/// Best first; without those that have no round. Those whose rounds lack the metric come last, fastest first.
std::vector<Standing> rank(const BenchSection& section, Metric metric = Metric::kThroughput);

}  // namespace suite::results
