// The document of a load as JSON, for tests that look at its members.
#pragma once

#include <span>
#include <nlohmann/json.hpp>

#include "cmd/load/load_settings_report.h"
#include "cmd/results/json_report.h"

namespace suite {

inline nlohmann::ordered_json json_of(const LoadSettings& settings, const Environment& environment,
                                      std::span<const LoadResult> results) {
  return load_document_json(results::json_report(settings, load_config(settings), environment, results));
}

}  // namespace suite
