// What the load generator itself costs: the one figure that common/limits cannot measure.
#pragma once

#include <expected>

#include "common/limits/rounds.h"
#include "common/limits/window.h"

namespace suite::limits {

/// Rounds of `suite load --driver null`: engine, workload, verification and histograms without a network. The
/// error is that of the descriptor it is interrupted by, which nobody does.
std::expected<Probe, Error> tool_probe(const RoundPlan& plan);

}  // namespace suite::limits
