// The flags of `suite bench`, and the plan that follows from them.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "cmd/bench/chosen.h"
#include "cmd/bench/contestant_options.h"
#include "cmd/bench/plan.h"
#include "cmd/bench/result_tables.h"
#include "cmd/cli/option.h"
#include "cmd/cli/when.h"

namespace suite::bench {

struct BenchOptions {
  ContestantFlags own_flags;       // as they were given
  ContestantOptions own;           // and what they mean, see read_contestant_flags()
  std::optional<Chosen> backends;  // nothing: all, or none beside servers of the user's own
  std::optional<Chosen> peers;     // nothing: see usual_peers()
  std::string peers_folder;        // where their programs are; set before the flags are parsed
  std::optional<std::vector<BenchWorkload>> workloads;  // nothing: all, but most of HTTP on few backends only
  std::vector<std::uint64_t> conns{100};                // several: a sweep
  std::vector<std::uint64_t> depth, size, workers;      // likewise; empty: as workloads and servers have it
  std::vector<double> load_at;  // shares of each contestant's maximum, 0.8; empty: none
  std::optional<double> rate;   // ... and beside them, the same for all
  std::optional<std::uint64_t> rounds;
  std::optional<std::chrono::nanoseconds> secs;
  std::uint64_t seed = 1;
  bool quick = false;
  bool self_test = false;  // each contestant against itself
  std::optional<std::string> result_file;
  BenchFormat format = BenchFormat::kLog;
  When progress = When::kAuto;
  bool quiet = false;
};

/// The rows put values into `options`.
OptionTable bench_table(BenchOptions& options);

/// The sections are those of make_sections(), as far as somebody takes part. With --quick, rounds are
/// shortened until all of them together stay under a minute, or under three with HTTP; what was asked for
/// explicitly is left as it is.
Plan make_plan(const BenchOptions& options, const std::vector<std::string>& backends,
               const std::vector<std::string>& peers = {});

/// What --backends is where it was not given: "all", or "epoll" with --self-test, which is about the machine.
std::string_view usual_backends(const BenchOptions& options);

/// What --peers is where it was not given: "installed", or "none" with --quick and --self-test, and where the
/// backends or servers of the user's own were named: then those are the question.
std::string_view usual_peers(const BenchOptions& options);

/// The name of two contestants of one kind; nothing where all differ.
std::optional<std::string> name_given_twice(const Plan& plan);

/// A server of the user's own for which the plan has no section.
std::optional<std::string> idle_own(const BenchOptions& options, const Plan& plan);

/// A peer that was asked for by name, and for which the plan has no section.
std::optional<std::string> idle_peer(const BenchOptions& options, const Plan& plan);

}  // namespace suite::bench
