// JSON as the text of a document: lines that a person can look through, and no number on a line of its own.
#pragma once

#include <cstddef>
#include <string>

#include "cmd/results/fields.h"

namespace suite::results {

/// Objects and arrays of the first `spread` levels have a line for each member, everything below is on one
/// line. Bytes that are no UTF-8 are replaced. No newline at the end.
std::string text_of(const Json& value, std::size_t spread = 0);

}  // namespace suite::results
