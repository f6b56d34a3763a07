// What a run of the load generator found, as its document has it.
#pragma once

#include "client/load_plan.h"
#include "client/load_result.h"
#include "cmd/results/load_run.h"

namespace suite::results {

LoadRun run_of(const LoadPlan& plan, const LoadResult& result);

}  // namespace suite::results
