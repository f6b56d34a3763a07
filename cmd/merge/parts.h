// Which parts of a load results are: the `share` of their configs.
#pragma once

#include <cstddef>
#include <expected>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "cmd/merge/merged.h"

namespace suite::merge {

/// "3/8", or "1,3/8" of what was merged of parts of which others were missing.
struct Parts {
  std::vector<std::size_t> numbers;  // from 1, ascending
  std::size_t of = 1;
};

/// As it is in a config. Nothing: what is there is none.
std::optional<Parts> parse_parts(const std::string& text);
std::string parts_text(const Parts& parts);

/// All that the sources are together; nothing where each is a load of its own. The error is one line for the
/// user: some are parts and some are not, or of loads divided otherwise, or the same part is there twice.
std::expected<std::optional<Parts>, std::string> parts_together(std::span<const Source> sources);

/// "part 3 of 4 is missing", "parts 1, 2 and 7 of 8 are missing"; empty: none is.
std::string missing_text(const Parts& parts);

}  // namespace suite::merge
