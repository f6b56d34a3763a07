// The mark that some editors put in front of UTF-8.
#pragma once

#include <string_view>

namespace suite {

/// `text` without the mark, which is no part of it (RFC 3629 6).
inline std::string_view without_byte_order_mark(std::string_view text) {
  constexpr std::string_view kMark = "\xef\xbb\xbf";
  if (text.starts_with(kMark)) text.remove_prefix(kMark.size());
  return text;
}

}  // namespace suite
