// The flags of `suite merge`.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cmd/cli/option.h"

namespace suite::merge {

struct MergeFlags {
  std::vector<std::string> results;
  std::optional<std::string> file;
  std::vector<std::string> fail_if, require;
  bool quiet = false;
};

OptionTable merge_table(MergeFlags& flags);

}  // namespace suite::merge
