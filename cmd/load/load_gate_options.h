// The flags of `suite load` that judge a result: --fail-if, --require and --find-max.
#pragma once

#include <string>
#include <vector>

#include "client/load_settings.h"
#include "cmd/cli/option_parser.h"
#include "cmd/load/load_output_options.h"

namespace suite {

/// As they stood on the command line.
struct GateFlags {
  std::vector<std::string> fail_if, require, find_max;
};

OptionGroup gate_group(GateFlags& flags, const LoadSettings& settings);

/// Puts them into the settings, once all else of the plan is known: what is to be judged has to be measured.
/// A search has its own defaults for the length of a run.
Complaint apply_gates(const GateFlags& flags, const GivenOptions& given, const ReportFormat& format,
                      LoadSettings& settings);

}  // namespace suite
