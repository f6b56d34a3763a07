// What was measured, as the document that it is written as and that statistics are computed from.
#pragma once

#include <vector>

#include "cmd/bench/chosen.h"
#include "cmd/bench/plan.h"
#include "cmd/bench/result.h"
#include "cmd/results/bench_document.h"

namespace suite::bench {

/// The sections in the plan's order, each with those who take part in it.
results::BenchDocument document_of(const Plan& plan, const std::vector<LeftOut>& skipped, BenchResult result);

}  // namespace suite::bench
