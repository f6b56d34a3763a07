// A file that a flag names, whole.
#pragma once

#include <expected>
#include <string>

namespace suite {

/// Its bytes, or why they cannot be read ("No such file or directory").
std::expected<std::string, std::string> read_file(const std::string& path);

}  // namespace suite
