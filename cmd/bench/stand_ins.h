// The tables that this comparison descends from have rows of systems that can no longer be run.
#pragma once

#include <string>

#include "cmd/bench/plan.h"
#include "cmd/bench/result.h"

namespace suite::bench {

/// A remark that says which those are, and for each the row that has its model. Empty where there is none:
/// rows are those of contestants that were measured at least once.
std::string stand_ins_text(const Plan& plan, const BenchResult& result);

}  // namespace suite::bench
