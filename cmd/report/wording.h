// Figures as people read them, in the units that all formats share.
#pragma once

#include <optional>
#include <string>

#include "cmd/results/measures.h"
#include "common/stats/paired_ratio.h"

namespace suite::report {

/// A value in the unit that it is shown in: latencies in ms, CPU time in µs, throughput per second, memory in
/// KiB.
double in_unit(results::Metric metric, double value);
/// Empty for what is a plain count.
std::string unit_of(results::Metric metric);

/// "51,203"; "4.12"; "0.812": in its unit, without it. "-" where there is none.
std::string figure_text(results::Metric metric, std::optional<double> value);

/// "0.668 [0.663, 0.673]", or "0.5 (too few rounds)"; "-" where there is none.
std::string ratio_text(const std::optional<PairedRatio>& ratio);

/// Three significant digits, thousands separated: "0.0123", "4.10", "51,203".
std::string three_digits(double value);

/// "a", "a and b", "a, b and c".
std::string listed(const std::vector<std::string>& names);

/// "8.1", "11": a share as percent, two digits that count.
std::string percent_text(double share);

}  // namespace suite::report
