// suite load --find-max: a search instead of runs.
#pragma once

#include "client/search/find_max.h"
#include "cmd/load/load_options.h"
#include "common/net/event_fd.h"

namespace suite {

/// What the options ask to search.
FindMaxPlan find_max_plan(const LoadSettings& settings);

/// Searches, and prints the steps as they happen and what to think of the result on stderr. Ends early once
/// `interrupt` is set.
FindMaxResult search_and_print(const LoadOptions& options, const EventFd& interrupt);

}  // namespace suite
