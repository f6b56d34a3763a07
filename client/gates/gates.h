// What decides over the exit code: conditions that no run may meet (--fail-if), or that every run must
// (--require).
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>
#include <nlohmann/json_fwd.hpp>

#include "client/gates/condition.h"

namespace suite {

enum class Demand : std::uint8_t { kMustNotHold, kMustHold };

struct Gate {
  Condition condition;
  Demand demand = Demand::kMustNotHold;

  /// "--fail-if" or "--require".
  std::string_view flag() const;
};

/// What a run says of a gate.
struct GateVerdict {
  Gate gate;
  std::size_t run = 1;  // its number, from 1
  Measured measured;
  /// A gate that cannot be evaluated fails.
  bool breached = false;
};

/// Every gate against every run, run by run. A run that was interrupted is not judged: it is a part of one.
std::vector<GateVerdict> judge(std::span<const Gate> gates, std::span<const LoadResult> results);

/// "--fail-if 'p99>5ms' is breached in run 2 of 5: p99 is 7.31ms, above 5ms"; of one run, its number is left
/// out.
std::string breach_text(const GateVerdict& verdict, std::size_t runs);

/// For the summary of a run: a line for each gate that it passed. Whole lines.
std::string passed_text(std::span<const Gate> gates, const LoadResult& result);

/// The `gates` of the JSON document.
nlohmann::ordered_json gates_json(std::span<const GateVerdict> verdicts);

}  // namespace suite
