// What `suite bench -o` writes, as a value: every round of everybody, in full.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cmd/results/load_run.h"
#include "common/process/environment.h"

namespace suite::results {

struct BenchConfig {
  std::uint64_t rounds = 0;
  std::chrono::nanoseconds secs{};
  std::chrono::nanoseconds warmup{};
  std::uint64_t seed = 0;
  std::vector<int> server_cpus, load_cpus;
  std::chrono::nanoseconds http_limit{};
};

/// One that took no part, and why.
struct LeftOut {
  std::string name;
  std::string reason;
};

struct BenchRound {
  std::uint64_t round = 0;  // from 1
  LoadRun run;
};

/// After it a contestant is left out of the section's later rounds.
struct BenchFailure {
  std::uint64_t round = 0;
  std::string why;
};

struct BenchContestant {
  std::string name;
  std::string serve, load;  // both commands
  std::size_t workers = 1;
  std::optional<BenchFailure> failure;
  std::vector<BenchRound> rounds;
};

struct BenchSection {
  std::string workload;
  std::uint64_t conns = 0;
  std::uint64_t depth = 0;
  std::vector<BenchContestant> contestants;  // that take part
};

struct BenchDocument {
  std::string suite;  // version of the program
  BenchConfig config;
  Environment environment;
  bool interrupted = false;
  std::vector<LeftOut> skipped;
  std::vector<BenchSection> sections;
};

/// The error is one line for the user, as that of read_load_document().
std::expected<BenchDocument, std::string> read_bench_document(std::string_view text);

/// {"schema": 1, "suite": version, "kind": "bench", "config": {...}, "environment": {...}, "interrupted",
/// "skipped": [...], "sections": [...]}, in one line. A section has workload, conns, depth and contestants; a
/// contestant its name, both commands, its number of workers, "failure" (null, or round and why) and "runs":
/// those of `suite load --format json`, each with its "round". Bytes that are no UTF-8 are replaced.
std::string bench_document_text(const BenchDocument& document);

}  // namespace suite::results
