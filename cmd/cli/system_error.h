// What the system says of a call that failed.
#pragma once

#include <cstring>
#include <expected>
#include <string>

namespace suite {

/// For a function that returns std::expected: the words for an errno.
inline std::unexpected<std::string> failed_with(int error_number) {
  return std::unexpected(std::string(std::strerror(error_number)));
}

}  // namespace suite
