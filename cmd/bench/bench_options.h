// The flags of `suite bench`, and the plan that follows from them.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "cmd/bench/contestants.h"
#include "cmd/bench/plan.h"
#include "cmd/cli/command_line.h"

namespace suite {

struct BenchOptions {
  std::optional<ChosenBackends> backends;          // nothing: all
  std::optional<std::vector<Workload>> workloads;  // nothing: all, but HTTP on few backends only
  std::vector<std::uint64_t> conns{100};
  std::optional<std::uint64_t> rounds;
  std::optional<std::chrono::nanoseconds> secs;
  std::uint64_t seed = 1;
  bool quick = false;
  std::string result_file;  // empty: none
  std::string progress = "auto";
  bool quiet = false;
};

/// Binds the flags to `options`, which outlives the parsing.
void declare_bench_flags(CommandLine& line, BenchOptions& options);

/// The sections are workloads x connection counts. With --quick, rounds are shortened until all of them
/// together stay under a minute, or under two with HTTP; what was asked for explicitly is left as it is.
Plan make_plan(const BenchOptions& options, const std::vector<std::string>& backends);

}  // namespace suite
