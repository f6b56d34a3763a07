// Messages of errors repeat what was given, which may be longer than anybody reads.
#pragma once

#include <string>
#include <string_view>

namespace suite {

/// The message, in which each value in quotes, and each word, of more than 200 bytes is its beginning and
/// "...".
std::string with_long_values_cut(std::string_view message);

}  // namespace suite
