// A file that a flag names, to be written when all is over.
#pragma once

#include <expected>
#include <string>
#include <string_view>

namespace suite {

/// Whether it can be written, or why not ("No such file or directory"): better found out before a run than
/// after it. Makes an empty file where there is none; what one holds stays.
std::expected<void, std::string> try_to_write(const std::string& path);

/// Makes `text` all that the file holds; or why that is not possible.
std::expected<void, std::string> write_file(const std::string& path, std::string_view text);

}  // namespace suite
