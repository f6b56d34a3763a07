#include "common/base/long_values.h"

#include <cctype>
#include <cstddef>

namespace suite {
namespace {

// A value that is quoted, or a word, of more bytes than anybody reads keeps its beginning.
constexpr std::size_t kLongestValue = 200, kKeptOfValue = 80;

std::string_view shown_part_of(std::string_view value) {
  std::size_t end = kKeptOfValue;
  while (end > 0 && (static_cast<unsigned char>(value[end]) & 0xc0U) == 0x80) --end;  // whole characters
  return value.substr(0, end);
}

// The next piece of a message: what stands in quotes, a word, or the blanks between them.
std::size_t piece_of(std::string_view message, bool is_quoted) {
  const std::size_t end = is_quoted ? message.find('\'', 1) : message.find_first_of(" '", 1);
  return end == std::string_view::npos ? message.size() : end;
}

}  // namespace

std::string with_long_values_cut(std::string_view message) {
  std::string text;
  while (!message.empty()) {
    // Behind a letter it is an apostrophe.
    const bool is_quoted = message.front() == '\'' &&
                           (text.empty() || std::isalnum(static_cast<unsigned char>(text.back())) == 0);
    const std::size_t size = piece_of(message, is_quoted);
    const std::string_view piece = message.substr(0, size);
    text += size > kLongestValue ? std::string(shown_part_of(piece)) + "..." : std::string(piece);
    message.remove_prefix(size);
    if (is_quoted && !message.empty()) {  // the quote that closes it
      text += message.front();
      message.remove_prefix(1);
    }
  }
  return text;
}

}  // namespace suite
