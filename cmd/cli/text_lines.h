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

/// A page of help for a terminal of that width: lines that are longer go on below the column that they
/// describe. Commands stay whole, so that they can be copied; so do words that are longer than a line.
std::string fitted(std::string_view page, std::size_t columns);

}  // namespace suite
