// Text as a shell reads it back.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace suite {

/// As it is where a shell leaves it alone, otherwise in quotes: 'it'\''s', $'two\nlines'.
std::string shell_quoted(std::string_view text);

/// The same for a line that is not to grow with it: of a text of more than `most` bytes the first ones, and
/// dots.
std::string shell_quoted_beginning(std::string_view text, std::size_t most = 80);

}  // namespace suite
