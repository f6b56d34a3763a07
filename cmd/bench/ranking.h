// Who was faster, by how much, and whether that can be told from these rounds: computed from a document.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "cmd/results/bench_document.h"
#include "common/stats/paired_ratio.h"

namespace suite::bench {

struct Standing {
  std::size_t contestant = 0;  // its place in the section
  double median_rps = 0;
  std::uint64_t errors = 0;  // of all rounds
  /// Median over the rounds; nothing where it could not be read.
  std::optional<double> server_cpu_per_request;  // seconds
  /// In most of its rounds the load generator was at its limit, and the server was not.
  bool client_bound = false;
  /// Throughput against the fastest, over the rounds that both have; nothing for the fastest itself.
  std::optional<PairedRatio> ratio;
};

/// Fastest first; without those that have no round.
std::vector<Standing> rank(const results::BenchSection& section);

/// A table for each section, with marks on the rows that need one, and below all of them what the marks mean.
/// No line is wider than 100 columns.
std::string ranking_text(std::span<const results::BenchSection> sections);

}  // namespace suite::bench
