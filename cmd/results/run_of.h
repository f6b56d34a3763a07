// What a run of the load generator found, as its document has it, and back.
#pragma once

#include "client/load_plan.h"
#include "client/load_result.h"
#include "cmd/results/load_run.h"

namespace suite::results {

LoadRun run_of(const LoadPlan& plan, const LoadResult& result);

/// The same as the load generator itself would hold it, as far as a document has it: for gates and reports.
LoadResult result_of(const LoadRun& run);

}  // namespace suite::results
