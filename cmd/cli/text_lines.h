// Lines of tables and of running text.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace suite {

/// The line without the blanks at its end.
std::string without_trailing_blanks(std::string_view line);

/// The words in lines of at most `columns`, each with its end; those after the first begin with `indent`
/// spaces. A word that is longer is cut.
std::string wrapped(std::string_view text, std::size_t columns, std::size_t indent = 0);

}  // namespace suite
