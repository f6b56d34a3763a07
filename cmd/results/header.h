// What all documents begin with, and how one is told from what it is not.
#pragma once

#include <expected>
#include <string>
#include <string_view>

#include "cmd/results/fields.h"

namespace suite::results {

/// The schema of all documents that this version writes and reads.
inline constexpr int kSchema = 1;

/// The object that the text is, if it is a result of `suite VERB` in a schema that can be read. Otherwise one
/// line for the user.
std::expected<Json, std::string> parse_document(std::string_view text, std::string_view verb);

}  // namespace suite::results
