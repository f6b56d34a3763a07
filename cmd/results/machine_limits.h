// What the machine can do at the most, as documents have it: every round, and what they say together.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <vector>

#include "cmd/results/fields.h"
#include "common/limits/rounds.h"
#include "common/limits/window.h"

namespace suite::results {

struct MachineLimits {
  std::uint64_t connections = 0;
  std::uint64_t rounds = 0;
  std::chrono::nanoseconds length{};  // of a round's window
  std::optional<limits::RoundPlan::Cpus> cpus = {};
  std::vector<limits::FigureRounds> figures = {};

  /// nullptr: it was not measured.
  const limits::FigureRounds* find(limits::Figure figure) const;
};

/// {"connections", "rounds", "seconds", "server_cpu", "client_cpu", "figures": [{"name", "bytes",
/// "per_second", "server_cpu_ns", "client_cpu_ns"}, ...]}. The last three are {"median", "low", "high",
/// "rounds"}, or null where there is no such side; low and high are the ends of the 95 % interval.
Json machine_limits_json(const MachineLimits& limits);

/// The rounds, of figures that this version knows: medians and intervals follow from them.
MachineLimits machine_limits_from(const Fields& fields);

}  // namespace suite::results
