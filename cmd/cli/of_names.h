// Values of a flag that takes one of several names, and reads them in its own way.
#pragma once

#include <string_view>
#include <utility>
#include <vector>

#include "cmd/cli/option_value.h"

namespace suite::values {

/// The value, which takes none but these: for those who list what it takes, such as completions.
inline OptionValue of_names(OptionValue value, std::vector<std::string_view> choices) {
  value.choices = std::move(choices);
  return value;
}

}  // namespace suite::values
