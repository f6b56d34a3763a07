// The flags of `suite load` that judge a result: --fail-if, --require and --find-max.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cmd/cli/command_line.h"
#include "cmd/load/load_options.h"

namespace suite {

/// As they stood on the command line.
struct RawGateFlags {
  std::vector<std::string> fail_if, require, find_max;
};

void declare_gates(CommandLine& line, RawGateFlags& raw);

/// Puts them into the settings, once all else of the plan is known: what is to be judged has to be measured.
/// A search has its own defaults for the length of a run. What is wrong with them, as a line for the user.
std::optional<std::string> apply_gates(const CommandLine& line, const RawGateFlags& raw,
                                       LoadOptions& options);

}  // namespace suite
