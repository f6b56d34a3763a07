// What `suite bench -o` writes (docs/bench-output.md), as a value: every round of everybody, in full.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cmd/results/cell.h"
#include "cmd/results/fields.h"
#include "cmd/results/load_run.h"
#include "cmd/results/machine_limits.h"
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

/// A round that was disturbed and measured again: what is left of the one that does not count.
struct DiscardedRun {
  double rps = 0;
  Disturbance disturbance;

  bool operator==(const DiscardedRun&) const = default;
};

struct BenchRound {
  std::uint64_t round = 0;  // from 1
  LoadRun run;
  std::optional<DiscardedRun> discarded = {};       // nothing: it was measured once
  std::vector<std::uint64_t> worker_requests = {};  // of each worker of the server; empty: it did not tell
  std::uint64_t order = 0;  // when it was measured: its place among all rounds and failures of the document
};

/// After it a contestant is left out of the section's later rounds.
struct BenchFailure {
  std::uint64_t round = 0;
  std::string why;
  std::uint64_t order = 0;  // as that of a round
};

struct BenchContestant {
  std::string name;
  std::string serve, load;  // both commands
  std::size_t workers = 1;
  std::string twin_of = {};  // of a self-test: the contestant that it is once more; empty: none
  std::optional<BenchFailure> failure;
  std::vector<BenchRound> rounds;
};

struct BenchSection {
  std::string workload;
  std::uint64_t conns = 0;
  std::uint64_t depth = 0;
  std::uint64_t size = 0;                // bytes of a message, or of the page; 0: as the workload has it
  std::optional<SweepPoint> point = {};  // of the sweep over this workload that it is part of
  std::optional<LoadLevel> level = {};   // of an open loop; nothing: as fast as it goes
  std::optional<limits::Figure> ceiling = {};  // of the machine's limits: the same exchange in bare loops
  std::vector<BenchContestant> contestants;    // that take part
};

struct BenchDocument {
  std::string suite;  // version of the program
  BenchConfig config;
  Environment environment;
  std::optional<MachineLimits> limits = {};  // measured before the first round
  bool interrupted = false;
  std::vector<LeftOut> skipped;
  std::vector<BenchSection> sections;
  bool complete = true;  // false: read from a file that ends early; its last rounds may be missing
};

/// A file that ends early, since bench still measures or was killed, is read as far as its lines are whole.
/// The error is one line for the user, as that of read_load_document().
std::expected<BenchDocument, std::string> read_bench_document(std::string_view text);

/// The text of a document, piece by piece, so that it can be written while it is measured. All pieces in
/// their order are one JSON object; each but the last ends with a line, and what ends after any of them can
/// be read. Bytes that are no UTF-8 are replaced.
class BenchDocumentWriter {
 public:
  /// The first piece: {"schema": 2, "suite": version, "kind": "bench", "config", "environment", "limits",
  /// "skipped", "sections"}, and the begin of "rounds". Rounds and failures of the document are not in it.
  static std::string head(const BenchDocument& document);
  /// A line for a round: {"section", "contestant", "round", "run"}, the first two as places in "sections",
  /// the last as `suite load` has it, packed.
  std::string round(std::size_t section, std::size_t contestant, const BenchRound& round);
  /// The same with "failure", which says why, in place of "run".
  std::string failure(std::size_t section, std::size_t contestant, const BenchFailure& failure);
  /// A server that had to listen elsewhere: "serve" and "load", its commands from here on.
  std::string commands(std::size_t section, std::size_t contestant, const BenchContestant& moved);
  /// The last piece.
  static std::string end(bool interrupted);

 private:
  std::string line(const Json& record);
  bool first_ = true;
};

/// All of it, with rounds and failures by their `order`; where that is the same, by section, contestant,
/// round.
std::string bench_document_text(const BenchDocument& document);

}  // namespace suite::results
