// suite load --find-max: a search instead of runs.
#pragma once

#include "client/search/find_max.h"
#include "cmd/load/load_options.h"

namespace suite {

/// What the options ask to search.
FindMaxPlan find_max_plan(const LoadSettings& settings);

/// Searches by runs that `run` makes, and prints the steps as they happen and what to think of the result on
/// stderr.
FindMaxResult search_and_print(const LoadOptions& options, const RunLoad& run);

}  // namespace suite
