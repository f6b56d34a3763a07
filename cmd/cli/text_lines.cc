#include "cmd/cli/text_lines.h"

#include <fmt/format.h>

#include <algorithm>

namespace suite {

std::string without_trailing_blanks(std::string_view line) {
  return std::string(line.substr(0, line.find_last_not_of(' ') + 1));
}

std::string wrapped(std::string_view text, std::size_t columns, std::size_t indent) {
  std::string lines;
  const auto add = [&](std::string_view line) {
    lines += fmt::format("{}{}\n", std::string(lines.empty() ? 0 : indent, ' '), line);
  };
  const auto room = [&] { return columns - (lines.empty() ? 0 : indent); };
  while (text.size() > room()) {
    std::size_t end = text.rfind(' ', room());
    if (end == std::string_view::npos || end <= indent) end = room();
    add(text.substr(0, end));
    text.remove_prefix(std::min(text.size(), text.find_first_not_of(' ', end)));
  }
  add(text);
  return lines;
}

}  // namespace suite
