// A text among the settings of a run.
#pragma once

#include <string>
#include <string_view>

namespace suite {

/// As a shell reads it back; of a long one only how long it is, unless it is @FILE.
std::string short_text(std::string_view text);

}  // namespace suite
