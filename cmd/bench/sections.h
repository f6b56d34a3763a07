// Which sections a comparison has: workloads, with the numbers that flags give them.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "client/capacity.h"
#include "cmd/bench/bench_options.h"
#include "cmd/bench/plan.h"
#include "cmd/bench/sweep.h"

namespace suite::bench {

/// In the order of the log; also such as nobody takes part in. All points of a sweep have what its largest
/// point needs: client threads, source addresses, and workers of a server that can have several.
std::vector<Section> make_sections(const BenchOptions& options, const Capacity& capacity);

/// The axis with several values; nothing: there is no sweep.
std::optional<AxisValues> sweep_of(const BenchOptions& options);

/// Whether each backend takes part once, with as many workers as its section says.
bool has_workers_as_asked(const BenchOptions& options, const std::vector<Section>& sections);

/// What cannot be right about sweeps and loads, as a line for the user; nothing: all is well.
std::optional<std::string> complaint_about_sections(const BenchOptions& options, const Plan& plan,
                                                    const Capacity& capacity);

}  // namespace suite::bench
