// What one run of `suite load` looks like over time, and how its latencies are distributed.
#pragma once

#include <string>
#include <vector>

#include "cmd/report/content.h"

namespace suite::report {

/// One for each run; named by the document's label, and the run's number where there are several.
std::vector<LoadCurve> load_curves(const std::string& label, const results::LoadDocument& document);

/// The distribution in bins that are equally wide on a logarithmic axis, 20 per decade, from the least
/// latency to the greatest. Shares add up to 1.
std::vector<LoadCurve::Bin> latency_bins(const results::Distribution& distribution);

}  // namespace suite::report
