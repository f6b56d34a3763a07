// Text as a shell reads it back.
#pragma once

#include <string>
#include <string_view>

namespace suite {

/// As it is where a shell leaves it alone, otherwise in quotes: 'it'\''s', $'two\nlines'.
std::string shell_quoted(std::string_view text);

}  // namespace suite
