// A line of progress that fits the terminal.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace suite {

/// What a terminal can show.
struct TerminalStyle {
  std::size_t columns = 80;
  std::size_t rows = 24;
  bool unicode = false;  // blocks of eight heights in a chart
  bool colour = false;
};

/// The terminal at standard error: its width now, the locale's letters, and colours unless NO_COLOR forbids
/// them.
TerminalStyle terminal_style();
/// How wide the terminal at `fd` is; nothing where there is none, or one that does not know.
std::optional<std::size_t> terminal_columns(int fd);

inline constexpr std::string_view kRed = "\033[31m", kCyan = "\033[36m";

/// A line that grows by whole fields, two spaces apart, as long as there is room; colours take none. Nothing
/// is added behind a field that did not fit. `style` outlives it.
class TerminalLine {
 public:
  explicit TerminalLine(const TerminalStyle& style);

  std::size_t room() const { return room_; }
  /// Whether a field of that many columns fits.
  bool fits(std::size_t columns) const;
  void add(std::string_view text, std::string_view colour = {}) { add(text, text.size(), colour); }
  /// For text whose letters take several bytes each.
  void add(std::string_view text, std::size_t columns, std::string_view colour);
  std::string take() { return std::move(text_); }

 private:
  std::size_t gap() const { return text_.empty() ? 0 : 2; }

  const TerminalStyle& style_;
  std::size_t room_;
  bool full_ = false;
  std::string text_;
};

}  // namespace suite
