// Fields of HTTP heads and trailers, and the characters they are made of (RFC 9110 5).
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace suite {

/// A field line: name as it stood there, value without the white space around it.
struct Field {
  std::string_view name, value;
};

namespace character {

enum Kind : std::uint8_t {
  kToken = 1,       // of methods and field names (RFC 9110 5.6.2)
  kVisible = 2,     // visible ASCII
  kFieldValue = 4,  // visible, space, tab and obs-text (RFC 9110 5.5)
};

constexpr std::array<std::uint8_t, 256> make_table() {
  std::array<std::uint8_t, 256> table{};
  constexpr std::string_view kTokenMarks = "!#$%&'*+-.^_`|~";
  for (unsigned c = 0; c < table.size(); ++c) {
    const char ascii = static_cast<char>(c);
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    if (letter || (c < 0x80 && kTokenMarks.find(ascii) != std::string_view::npos)) table[c] |= kToken;
    if (c > 0x20 && c < 0x7f) table[c] |= kVisible;
    if (c == '\t' || (c >= 0x20 && c != 0x7f)) table[c] |= kFieldValue;
  }
  return table;
}
inline constexpr std::array<std::uint8_t, 256> kTable = make_table();

inline bool is(char c, Kind kind) { return (kTable[static_cast<unsigned char>(c)] & kind) != 0; }

}  // namespace character

/// The number of characters at the front of `text` that are of `kind`.
inline std::size_t count_leading(std::string_view text, character::Kind kind) {
  std::size_t count = 0;
  while (count < text.size() && character::is(text[count], kind)) ++count;
  return count;
}

/// Without spaces and tabs at its ends (OWS, RFC 9110 5.6.3).
std::string_view trimmed(std::string_view text);

/// Whether both are the same but for the case of ASCII letters; `lower` is in lower case.
bool equals_ignoring_case(std::string_view text, std::string_view lower);

/// Calls `visit` with each element of a comma-separated list, empty ones left out (RFC 9110 5.6.1).
template <class Visit>
void for_each_element(std::string_view list, Visit visit) {
  while (!list.empty()) {
    const std::size_t comma = list.find(',');
    const std::string_view element = trimmed(list.substr(0, comma));
    if (!element.empty()) visit(element);
    list = comma == std::string_view::npos ? std::string_view() : list.substr(comma + 1);
  }
}

enum class FieldStatus { kComplete, kIncomplete, kMalformed, kEndOfFields };

/// Takes one field line off `rest`, or the empty line that ends the fields. As strict as
/// parse_request_head().
FieldStatus take_field(std::string_view& rest, Field& field);

}  // namespace suite
