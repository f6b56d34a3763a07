// The flags of `suite load`.
#pragma once

#include <variant>

#include "client/load_plan.h"
#include "client/load_settings.h"
#include "client/target.h"
#include "cmd/load/load_output_options.h"

namespace suite {

/// What a command line asks for. The plan's target is still to be found: `target` names it.
struct LoadOptions {
  LoadSettings settings;
  TargetName target;
  LoadOutput output;
};

/// The options, checked as far as they can be without connecting; or the exit code: help was printed, or one
/// line that says what is wrong.
std::variant<LoadOptions, int> parse_load_options(int argc, const char* const* argv);

}  // namespace suite
