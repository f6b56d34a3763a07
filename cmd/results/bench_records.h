// The part of a bench's document that grows while it is measured: a line for each round.
#pragma once

#include <cstddef>
#include <expected>
#include <functional>
#include <string>
#include <string_view>

#include "cmd/results/fields.h"

namespace suite::results {

/// What stands between the first part of a document and its first record.
inline constexpr std::string_view kRecordsBegin = ",\n  \"rounds\": [\n";

/// The last part of a document.
std::string records_end(bool interrupted);

/// Reads what follows kRecordsBegin, line by line, and hands over each record with its place: that takes a
/// third of the time that a document of many megabytes takes as a whole, and a text that ends early is as
/// good as its lines. What follows the records is returned, {"interrupted": ...}; null where the text ends
/// before. The error is one line for the user.
std::expected<Json, std::string> read_records(
    std::string_view text, const std::function<void(const Json& record, std::size_t place)>& take);

}  // namespace suite::results
