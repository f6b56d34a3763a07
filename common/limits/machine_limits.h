// What a machine can do at the most: every round of every figure.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <optional>
#include <vector>

#include "common/limits/rounds.h"
#include "common/limits/window.h"

namespace suite::limits {

struct MachineLimits {
  std::uint64_t connections = 0;
  std::uint64_t rounds = 0;
  std::chrono::nanoseconds length{};  // of a round's window
  std::optional<RoundPlan::Cpus> cpus = {};
  std::vector<FigureRounds> figures = {};

  /// nullptr: it was not measured.
  const FigureRounds* find(Figure figure) const {
    const auto found = std::ranges::find(figures, figure, &FigureRounds::figure);
    return found == figures.end() || found->per_second.empty() ? nullptr : &*found;
  }
};

}  // namespace suite::limits
