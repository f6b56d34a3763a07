// The document of a load, from what it was asked and what it found.
#pragma once

#include <span>

#include "client/load_result.h"
#include "client/reports/report.h"
#include "cmd/results/load_document.h"
#include "common/process/environment.h"

namespace suite::results {

/// `config` is what the settings are as JSON. Its `find_max` is null, and for who searched to fill in.
LoadDocument json_report(const LoadSettings& settings, Json config, const Environment& environment,
                         std::span<const LoadResult> results);

}  // namespace suite::results
