#include "cmd/cli/terminal_line.h"

#include <sys/ioctl.h>
#include <unistd.h>
#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>

namespace suite {
namespace {

std::string_view variable(const char* name) {
  const char* const value = std::getenv(name);
  return value != nullptr ? value : "";
}

// The first of these that is set decides (locale(7)).
bool locale_is_utf8() {
  for (const char* name : {"LC_ALL", "LC_CTYPE", "LANG"}) {
    const std::string_view value = variable(name);
    if (!value.empty()) return value.contains("UTF-8") || value.contains("utf8");
  }
  return false;
}

std::string coloured(std::string_view colour, std::string_view text, const TerminalStyle& style) {
  constexpr std::string_view kPlain = "\033[0m";
  if (colour.empty() || !style.colour) return std::string(text);
  return fmt::format("{}{}{}", colour, text, kPlain);
}

}  // namespace

std::optional<std::size_t> terminal_columns(int fd) {
  winsize size{};
  if (::ioctl(fd, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return std::nullopt;
  return size.ws_col;
}

TerminalStyle terminal_style() {
  winsize size{};
  const bool known = ::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0;
  return {.columns = known ? size.ws_col : TerminalStyle{}.columns,
          .rows = known && size.ws_row > 0 ? size.ws_row : TerminalStyle{}.rows,
          .unicode = locale_is_utf8(),
          .colour = variable("NO_COLOR").empty()};
}

// The last column stays free: a terminal may go on to the next line after it.
TerminalLine::TerminalLine(const TerminalStyle& style)
    : style_(style), room_(std::max<std::size_t>(style.columns, 1) - 1) {}

bool TerminalLine::fits(std::size_t columns) const { return !full_ && columns + gap() <= room_; }

void TerminalLine::add(std::string_view text, std::size_t columns, std::string_view colour) {
  full_ = !fits(columns);
  if (full_) return;
  room_ -= columns + gap();
  text_ += std::string(gap(), ' ') + coloured(colour, text, style_);
}

}  // namespace suite
