#include "common/base/c_escapes.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <optional>
#include <system_error>

namespace suite {
namespace {

// Each letter beside what it stands for.
constexpr std::string_view kLetters = "abfnrtv\\'\"?";
constexpr std::string_view kBytes = "\a\b\f\n\r\t\v\\'\"?";
static_assert(kLetters.size() == kBytes.size());

bool is_octal(char c) { return c >= '0' && c <= '7'; }

/// An escape's byte, and how much of the text it took.
struct Escape {
  char byte;
  std::size_t length;
};

// All of `digits`, which may be no digits.
std::optional<char> number(std::string_view digits, int base) {
  unsigned value = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value, base);
  if (error != std::errc() || end != digits.data() + digits.size() || value > 255) return std::nullopt;
  return static_cast<char>(value);
}

// `text` is what follows the backslash.
std::optional<Escape> escape_in(std::string_view text) {
  if (text.empty()) return std::nullopt;
  if (const std::size_t letter = kLetters.find(text[0]); letter != std::string_view::npos) {
    return Escape{.byte = kBytes[letter], .length = 1};
  }
  std::size_t length = 3;
  std::optional<char> byte;
  if (text[0] == 'x') {
    if (text.size() >= length) byte = number(text.substr(1, 2), 16);
  } else {
    length = static_cast<std::size_t>(std::ranges::find_if_not(text.substr(0, 3), is_octal) - text.begin());
    byte = number(text.substr(0, length), 8);
  }
  if (!byte) return std::nullopt;
  return Escape{.byte = *byte, .length = length};
}

// As much of a wrong escape as there may be.
std::string_view beginning_of(std::string_view escape) {
  if (escape.size() < 2) return escape;
  const bool digits = escape[1] == 'x' || is_octal(escape[1]);
  return escape.substr(0, digits ? 4 : 2);
}

}  // namespace

std::expected<std::string, std::string> c_unescaped(std::string_view text) {
  std::string bytes;
  for (std::size_t at = 0; at < text.size();) {
    if (text[at] != '\\') {
      bytes += text[at++];
      continue;
    }
    const auto escape = escape_in(text.substr(at + 1));
    if (!escape) {
      return std::unexpected(fmt::format(
          R"('{}' at byte {} is no escape of C: give \n, \r, \t, \0, \\, \", \xHH or \NNN (octal, up to \377))",
          beginning_of(text.substr(at)), at + 1));
    }
    bytes += escape->byte;
    at += 1 + escape->length;
  }
  return bytes;
}

std::string c_escaped(std::string_view bytes) {
  std::string text;
  for (const char c : bytes) {
    const std::size_t known = kBytes.substr(0, kBytes.find('\'')).find(c);
    if (known != std::string_view::npos) {
      text += '\\';
      text += kLetters[known];
    } else if (c == '"') {
      text += "\\\"";
    } else if (c < ' ' || c == '\x7f') {
      text += fmt::format("\\x{:02x}", static_cast<unsigned char>(c));
    } else {
      text += c;
    }
  }
  return text;
}

}  // namespace suite
