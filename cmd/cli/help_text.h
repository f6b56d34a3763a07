// What --help and --help-all print, from a verb's table.
#pragma once

#include <string>

#include "cmd/cli/option.h"

namespace suite {

enum class HelpPage : bool { kCommon, kAll };

/// Examples first, then the flags: those that are not rare, or all in their groups.
std::string help_text(const OptionTable& table, HelpPage page);

}  // namespace suite
