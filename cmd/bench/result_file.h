// The result as a JSON document, with every round in full, for whatever compares or draws it later.
#pragma once

#include <string>
#include <vector>

#include "cmd/bench/chosen.h"
#include "cmd/bench/plan.h"
#include "cmd/bench/result.h"

namespace suite::bench {

/// {"schema": 1, "suite": version, "kind": "bench", "config": {...}, "environment": {...}, "skipped": [...],
/// "sections": [...]}. A section has workload, conns, depth and contestants; a contestant its name, its
/// number of workers, both commands, "failure" (null, or round and why) and "runs": those of `suite load
/// --format json`, each with its "round".
std::string result_file_text(const Plan& plan, const std::vector<LeftOut>& left_out,
                             const BenchResult& result);

}  // namespace suite::bench
