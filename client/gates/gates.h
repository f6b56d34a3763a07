// --fail-if: conditions that no run may meet.
#pragma once

#include <span>
#include <string>
#include <vector>
#include <nlohmann/json_fwd.hpp>

#include "client/gates/condition.h"

namespace suite {

/// What a run says of a gate.
struct GateVerdict {
  Condition gate;
  std::size_t run = 1;  // its number, from 1
  Measured measured;
  /// The condition holds; or it could not be told, and a gate that nobody can look through is not passed.
  bool breached = false;
};

/// Every gate against every run, run by run. A run that was interrupted is not judged: it is a part of one.
std::vector<GateVerdict> judge(std::span<const Condition> gates, std::span<const LoadResult> results);

/// "--fail-if 'p99>5ms' is breached in run 2 of 5: p99 is 7.31ms"; of one run, its number is left out.
std::string breach_text(const GateVerdict& verdict, std::size_t runs);

/// For the summary of a run: a line for each gate that it passed. Whole lines.
std::string passed_text(std::span<const Condition> gates, const LoadResult& result);

/// The `gates` of the JSON document.
nlohmann::ordered_json gates_json(std::span<const GateVerdict> verdicts);

}  // namespace suite
