#include "common/base/shell_quoted.h"

#include <fmt/format.h>

#include <algorithm>

namespace suite {

std::string shell_quoted(std::string_view text) {
  const auto is_plain = [](char c) {
    const bool alphanumeric = (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z');
    return alphanumeric || std::string_view("-._/:,@%+=[]").contains(c);
  };
  if (!text.empty() && std::ranges::all_of(text, is_plain)) return std::string(text);
  const auto is_control = [](char c) { return static_cast<unsigned char>(c) < ' ' || c == '\x7f'; };
  const bool controls = std::ranges::any_of(text, is_control);
  std::string quoted = controls ? "$'" : "'";
  for (const char c : text) {
    if (is_control(c)) {
      quoted += c == '\n' ? "\\n" : fmt::format("\\x{:02x}", static_cast<unsigned char>(c));
    } else if (c == '\'') {
      quoted += controls ? "\\'" : "'\\''";
    } else {
      if (controls && c == '\\') quoted += c;
      quoted += c;
    }
  }
  return quoted + "'";
}

std::string shell_quoted_beginning(std::string_view text, std::size_t most) {
  if (text.size() <= most) return shell_quoted(text);
  return shell_quoted(std::string(text.substr(0, most)) + "...");
}

}  // namespace suite
