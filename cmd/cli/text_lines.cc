#include "cmd/cli/text_lines.h"

#include <fmt/format.h>

#include <algorithm>

namespace suite {
namespace {

// Where what a line says of its first column begins: behind the first gap of two blanks or more that has
// something before it. Where there is none, where the line begins.
std::size_t described_from(std::string_view line) {
  const std::size_t begin = std::min(line.find_first_not_of(' '), line.size());
  const std::size_t gap = line.find("  ", begin);
  return gap == std::string_view::npos ? begin : line.find_first_not_of(' ', gap);
}

std::string fitted_line(std::string_view line, std::size_t columns) {
  const std::size_t indent = described_from(line);
  std::string lines;
  std::size_t text = indent;  // where in the line there may be a break first: behind what it describes
  while (line.size() > columns - std::min(columns, lines.empty() ? 0 : indent)) {
    std::size_t end = line.rfind(' ', columns - std::min(columns, lines.empty() ? 0 : indent));
    if (end == std::string_view::npos || end < text) end = line.find(' ', text);
    const std::size_t next = line.find_first_not_of(' ', end);
    if (end == std::string_view::npos || next == std::string_view::npos) break;
    lines.append(line.substr(0, end)).append("\n").append(indent, ' ');
    line.remove_prefix(next);
    text = 0;
  }
  return lines.append(line);
}

}  // namespace

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

std::string fitted(std::string_view page, std::size_t columns) {
  std::string lines;
  while (!page.empty()) {
    const std::size_t end = std::min(page.find('\n'), page.size());
    const std::string_view line = page.substr(0, end);
    const bool is_command = line.starts_with("  suite ");
    lines += is_command || line.size() <= columns ? std::string(line) : fitted_line(line, columns);
    lines += '\n';
    page.remove_prefix(std::min(end + 1, page.size()));
  }
  return lines;
}

}  // namespace suite
