// The document of a load, from what it was asked and what it found.
#pragma once

#include <span>
#include <nlohmann/json_fwd.hpp>

#include "client/load_result.h"
#include "client/reports/environment.h"
#include "client/reports/report.h"

namespace suite {

/// The schema-1 document of docs/load.md; its `find_max` is null, and for who searched to fill in.
nlohmann::ordered_json json_report(const LoadSettings& settings, const Environment& environment,
                                   std::span<const LoadResult> runs);

}  // namespace suite
