// --find-max: the highest open-loop rate at which all conditions still hold. Each step of the search is a run
// of its own, with fresh connections and a fresh histogram.
#pragma once

#include <chrono>
#include <expected>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "client/gates/condition.h"
#include "client/load_plan.h"
#include "client/load_result.h"
#include "client/search/rate_search.h"
#include "common/base/error.h"

namespace suite {

struct FindMaxPlan {
  /// Of a step; has a duration. `rate`: where the search starts, and how requests arrive. Unset: at half of
  /// what a closed loop of one step completes.
  LoadPlan load;
  std::vector<Condition> conditions;  // at least one
};

/// One run. It passes when every condition holds, the rate was kept to 99 %, every connection stood, and
/// there was no error; conditions on errors or on what was achieved replace ours.
struct SearchStep {
  std::optional<double> rate = {};  // asked for; unset: the closed loop
  RateSearch::Part part = RateSearch::Part::kBracket;
  double achieved = 0;                  // per second: requests sent; of the closed loop, completed
  std::vector<Measured> measured = {};  // one per condition
  std::string failure = {};             // why it did not pass; empty where it did
  bool client_bound = false;            // the rate was not kept, and the load threads had no time left

  bool passed() const { return failure.empty(); }
};

struct FindMaxResult {
  enum class End : std::uint8_t { kFound, kNonePassed, kAllPassed, kOutOfSteps, kStopped };
  End end = End::kStopped;
  std::optional<Error> failure;     // why a run could not start; unset where kStopped is an interrupt
  std::optional<double> low, high;  // the highest rate that passed, the lowest above it that failed
  bool client_bound = false;        // what failed at `high` is the client
  std::vector<SearchStep> steps;
  std::optional<LoadResult> best;  // the last run at `low` that passed
};

/// Lowest rate at which a step has the samples that the conditions' percentiles take.
double least_rate(const FindMaxPlan& plan);

/// How many runs it takes, that of the closed loop included, and how long: usually, and at the most.
struct SearchTime {
  int usual_steps, most_steps;
  std::chrono::nanoseconds usual, most;
};
SearchTime search_time(const FindMaxPlan& plan);

/// `run` is run_load(), or a test's own; `on_step` is told of each step as it ends. A run that was
/// interrupted ends the search and is no step of it.
using RunLoad = std::function<std::expected<LoadResult, Error>(const LoadPlan&)>;
FindMaxResult find_max(const FindMaxPlan& plan, const RunLoad& run,
                       const std::function<void(const SearchStep&)>& on_step);

}  // namespace suite
