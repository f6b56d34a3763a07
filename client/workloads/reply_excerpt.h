// What a user is shown of a wrong reply.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

#include "common/base/c_escapes.h"

namespace suite {

/// Its beginning, in quotes.
inline std::string reply_excerpt(std::string_view reply) {
  constexpr std::size_t kMostBytes = 48;
  const bool cut = reply.size() > kMostBytes;
  return "\"" + c_escaped(reply.substr(0, kMostBytes)) + (cut ? "\"..." : "\"");
}

inline bool begins_as_http(std::span<const std::byte> bytes) {
  return std::string_view(reinterpret_cast<const char*>(bytes.data()), bytes.size()).starts_with("HTTP/1.");
}

}  // namespace suite
