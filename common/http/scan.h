// Runs of bytes of one kind in heads, found eight at a time (RFC 9110 5): the inner loops of all parsers.
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace suite {

namespace scan {

inline constexpr std::uint64_t kOnes = 0x0101010101010101U;
inline constexpr std::uint64_t kHighBits = kOnes * 0x80;

/// Eight bytes, the first one lowest.
inline std::uint64_t load(const char* at) {
  std::uint64_t word = 0;
  std::memcpy(&word, at, sizeof word);
  if constexpr (std::endian::native == std::endian::big) word = __builtin_bswap64(word);
  return word;
}

/// The high bit of each byte below `least` or equal to 0x7f, exact up to and including the lowest one: a
/// borrow only goes upwards ("Bit Twiddling Hacks", hasless). `least` is at most 0x80.
inline std::uint64_t bytes_below(std::uint64_t word, unsigned least) {
  const std::uint64_t below = (word - kOnes * least) & ~word;
  const std::uint64_t other = word ^ (kOnes * 0x7f);
  return (below | ((other - kOnes) & ~other)) & kHighBits;
}

/// The high bit of each byte that is a letter or a hyphen, exact for all of them: no sum exceeds a byte.
inline std::uint64_t letters_and_hyphens(std::uint64_t word) {
  const std::uint64_t lower = word | (kOnes * 0x20);
  const std::uint64_t seven_bits = lower & ~kHighBits;
  const std::uint64_t from_a = seven_bits + kOnes * (0x80 - 'a');
  const std::uint64_t beyond_z = seven_bits + kOnes * (0x7f - 'z');
  const std::uint64_t no_hyphen = word ^ (kOnes * '-');
  const std::uint64_t hyphens = ~(((no_hyphen & ~kHighBits) + ~kHighBits) | no_hyphen);
  return ((from_a & ~beyond_z & ~lower) | hyphens) & kHighBits;
}

// tchar (RFC 9110 5.6.2).
inline constexpr std::array<bool, 256> kTokenBytes = [] {
  std::array<bool, 256> is{};
  for (const char c : std::string_view("!#$%&'*+-.^_`|~")) is[static_cast<unsigned char>(c)] = true;
  for (unsigned c = '0'; c <= '9'; ++c) is[c] = true;
  for (unsigned c = 'a'; c <= 'z'; ++c) is[c] = is[c - 'a' + 'A'] = true;
  return is;
}();

}  // namespace scan

inline bool is_token_byte(char c) { return scan::kTokenBytes[static_cast<unsigned char>(c)]; }
inline bool is_digit(char c) { return c >= '0' && c <= '9'; }
/// Visible ASCII.
inline bool is_visible_byte(char c) { return c > ' ' && c < 0x7f; }
/// field-vchar with obs-text, SP or HTAB (RFC 9110 5.5).
inline bool is_text_byte(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return (byte >= ' ' && byte != 0x7f) || byte == '\t';
}

/// The first byte that is no part of a token, or `end`. Fast while they are what field names consist of.
inline const char* skip_token(const char* at, const char* end) {
  while (end - at >= 8) {
    const std::uint64_t others = scan::letters_and_hyphens(scan::load(at)) ^ scan::kHighBits;
    if (others == 0) {
      at += 8;
      continue;
    }
    at += std::countr_zero(others) / 8;
    break;
  }
  while (at != end && is_token_byte(*at)) ++at;
  return at;
}

/// Whether all of `text` is one token (RFC 9110 5.6.2).
inline bool is_token(std::string_view text) {
  return !text.empty() && skip_token(text.begin(), text.end()) == text.end();
}

/// The first byte that is no text, or `end`.
inline const char* skip_text(const char* at, const char* end) {
  for (;;) {
    while (end - at >= 8) {
      const std::uint64_t found = scan::bytes_below(scan::load(at), ' ');
      if (found != 0) {
        at += std::countr_zero(found) / 8;
        break;
      }
      at += 8;
    }
    while (at != end && is_text_byte(*at)) {
      ++at;
      if (at[-1] == '\t') break;  // the one control character that is text: look at eight again
    }
    if (at == end || !is_text_byte(*at)) return at;
  }
}

/// The first byte that is not visible ASCII, or `end`.
inline const char* skip_visible(const char* at, const char* end) {
  while (end - at >= 8) {
    const std::uint64_t word = scan::load(at);
    if (((scan::bytes_below(word, '!') | word) & scan::kHighBits) != 0) break;
    at += 8;
  }
  while (at != end && is_visible_byte(*at)) ++at;
  return at;
}

/// Without spaces and tabs at its ends (OWS, RFC 9110 5.6.3).
inline std::string_view trimmed(std::string_view text) {
  const auto is_blank = [](char c) { return c == ' ' || c == '\t'; };
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
  return text;
}

/// Takes the first element off a comma-separated list (RFC 9110 5.6.1); it may be empty.
inline std::string_view take_element(std::string_view& list) {
  const std::size_t comma = list.find(',');
  const std::string_view element = trimmed(list.substr(0, comma));
  list = comma == std::string_view::npos ? std::string_view() : list.substr(comma + 1);
  return element;
}

/// Whether both are the same but for the case of ASCII letters. `lower` is in lower case and has letters,
/// digits and marks that are no letter with another bit; `text` has no control characters.
inline bool equals_ignoring_case(std::string_view text, std::string_view lower) {
  constexpr std::uint64_t kCase = scan::kOnes * 0x20;
  if (text.size() != lower.size()) return false;
  if (text.size() < 8) {
    for (std::size_t i = 0; i < text.size(); ++i) {
      if (static_cast<char>(text[i] | 0x20) != lower[i]) return false;
    }
    return true;
  }
  const char* a = text.data();
  const char* b = lower.data();
  const std::size_t last = text.size() - 8;
  std::uint64_t different = (scan::load(a + last) | kCase) ^ scan::load(b + last);
  for (std::size_t i = 0; i < last; i += 8) different |= (scan::load(a + i) | kCase) ^ scan::load(b + i);
  return different == 0;
}

}  // namespace suite
