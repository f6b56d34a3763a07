// The tables that this comparison descends from have rows of systems that can no longer be run.
#pragma once

#include <string>

#include "cmd/bench/plan.h"

namespace suite {

/// A remark that says which those are, and for each the row of the plan that has its model. Empty where the
/// plan has none.
std::string stand_ins_text(const Plan& plan);

}  // namespace suite
