// How each figure is measured, but that of the load generator.
#pragma once

#include <optional>
#include <vector>

#include "common/limits/rounds.h"
#include "common/limits/window.h"

namespace suite::limits {

/// The first usable processor for servers and the second for clients, as `suite bench` has them; nothing
/// where there is only one.
std::optional<RoundPlan::Cpus> spread_over_cpus();

/// In the order of figures(). Each round of each opens its own connections and threads.
std::vector<Probe> machine_probes(const RoundPlan& plan);

}  // namespace suite::limits
