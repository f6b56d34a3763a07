#include "common/http/response_lines.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <string_view>

namespace suite {
namespace {

using Status = ResponseLine::Status;
constexpr ResponseLine kIncomplete{Status::kIncomplete};
constexpr ResponseLine kMalformed{Status::kMalformed};

// tchar (RFC 9110 5.6.2).
constexpr std::array<bool, 256> kTokenBytes = [] {
  std::array<bool, 256> is{};
  for (const char c : std::string_view("!#$%&'*+-.^_`|~")) is[static_cast<unsigned char>(c)] = true;
  for (unsigned c = '0'; c <= '9'; ++c) is[c] = true;
  for (unsigned c = 'a'; c <= 'z'; ++c) is[c] = is[c - 'a' + 'A'] = true;
  return is;
}();

bool is_token_byte(char c) { return kTokenBytes[static_cast<unsigned char>(c)]; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_space(char c) { return c == ' ' || c == '\t'; }
// field-vchar, SP or HTAB (RFC 9110 5.5).
bool is_text_byte(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return (byte >= ' ' && byte != 0x7f) || byte == '\t';
}

std::uint64_t load(const char* at) {
  std::uint64_t word = 0;
  std::memcpy(&word, at, sizeof word);
  if constexpr (std::endian::native == std::endian::big) word = __builtin_bswap64(word);
  return word;
}

constexpr std::uint64_t kOnes = 0x0101010101010101U;

// The high bit of each byte that is a control character, exact up to and including the lowest one: a borrow
// only goes upwards ("Bit Twiddling Hacks", hasless).
std::uint64_t control_bytes(std::uint64_t word) {
  const std::uint64_t below_space = (word - kOnes * ' ') & ~word;
  const std::uint64_t other = word ^ (kOnes * 0x7f);
  return (below_space | ((other - kOnes) & ~other)) & (kOnes * 0x80);
}

constexpr std::uint64_t kHighBits = kOnes * 0x80;

// The high bit of each byte that is a letter or a hyphen, exact for all of them: no sum exceeds a byte.
std::uint64_t letters_and_hyphens(std::uint64_t word) {
  const std::uint64_t lower = word | (kOnes * 0x20);
  const std::uint64_t seven_bits = lower & ~kHighBits;
  const std::uint64_t from_a = seven_bits + kOnes * (0x80 - 'a');
  const std::uint64_t beyond_z = seven_bits + kOnes * (0x7f - 'z');
  const std::uint64_t no_hyphen = word ^ (kOnes * '-');
  const std::uint64_t hyphens = ~(((no_hyphen & ~kHighBits) + ~kHighBits) | no_hyphen);
  return ((from_a & ~beyond_z & ~lower) | hyphens) & kHighBits;
}

// The first byte that is no part of a token, or `end`. Eight at a time while they are what field names
// usually consist of.
const char* skip_name(const char* at, const char* end) {
  while (end - at >= 8) {
    const std::uint64_t others = letters_and_hyphens(load(at)) ^ kHighBits;
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

// The first byte that is no text, or `end`. Eight at a time.
const char* skip_text(const char* at, const char* end) {
  for (;;) {
    while (end - at >= 8) {
      const std::uint64_t found = control_bytes(load(at));
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

// CRLF at `at`: neither byte may be alone (RFC 9112 2.2).
inline ResponseLine end_of_line(const char* at, const char* end) {
  if (at == end) return kIncomplete;
  if (*at != '\r') return kMalformed;
  if (end - at < 2) return kIncomplete;
  if (at[1] != '\n') return kMalformed;
  return {Status::kParsed, at + 2};
}

// `lower` is in lower case and has no byte that differs from another by 0x20 alone.
bool equals_ignoring_case(std::string_view text, std::string_view lower) {
  constexpr std::uint64_t kCase = kOnes * 0x20;
  if (text.size() != lower.size()) return false;
  if (text.size() < 8) {
    return std::ranges::equal(text, lower, {}, [](char c) { return static_cast<char>(c | 0x20); });
  }
  const char* a = text.data();
  const char* b = lower.data();
  const std::size_t last = text.size() - 8;
  std::uint64_t different = (load(a + last) | kCase) ^ load(b + last);
  for (std::size_t i = 0; i < last; i += 8) different |= (load(a + i) | kCase) ^ load(b + i);
  return different == 0;
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
  return text;
}

// Takes the first element off a comma-separated list.
std::string_view take_element(std::string_view& list) {
  const std::size_t comma = list.find(',');
  const std::string_view element = trimmed(list.substr(0, comma));
  list = comma == std::string_view::npos ? std::string_view() : list.substr(comma + 1);
  return element;
}

void read_connection(std::string_view value, ResponseHead& head) {
  if (value == "keep-alive") {
    head.keep_alive = true;
    return;
  }
  while (!value.empty()) {
    const std::string_view option = take_element(value);
    if (equals_ignoring_case(option, "close")) head.close = true;
    if (equals_ignoring_case(option, "keep-alive")) head.keep_alive = true;
  }
}

// One number, once: a list or a second field could be read in two ways (RFC 9112 6.3, rule 5).
bool read_length(std::string_view value, ResponseHead& head) {
  if (head.has_length || head.has_coding || value.empty()) return false;
  std::uint64_t length = 0;
  for (const char c : value) {
    if (!is_digit(c)) return false;
    const auto digit = static_cast<std::uint64_t>(c - '0');
    if (length > (UINT64_MAX - digit) / 10) return false;
    length = length * 10 + digit;
  }
  head.has_length = true;
  head.length = length;
  return true;
}

// Content-Length beside it is how responses are smuggled (RFC 9112 6.1); so is a list that recipients may end
// at different elements.
bool read_coding(std::string_view value, ResponseHead& head) {
  if (head.has_length || value.ends_with(',')) return false;
  head.has_coding = true;
  while (!value.empty()) {
    const std::string_view coding = take_element(value);
    if (coding.empty()) return false;
    head.chunked = equals_ignoring_case(coding, "chunked");
  }
  return true;
}

// What a field says about the framing, by the length of its name.
bool read_field(std::string_view name, std::string_view value, const FieldSection& section) {
  switch (name.size()) {
    case 6:
      if (section.server.empty() && equals_ignoring_case(name, "server")) section.server = trimmed(value);
      return true;
    case 10:
      if (equals_ignoring_case(name, "connection")) read_connection(value, section.head);
      return true;
    case 14:
      return !equals_ignoring_case(name, "content-length") || read_length(trimmed(value), section.head);
    case 17:
      return !equals_ignoring_case(name, "transfer-encoding") || read_coding(trimmed(value), section.head);
    default:
      return true;
  }
}

// `read(name, value)` says whether the field may stand there.
template <class Read>
[[gnu::always_inline]] inline ResponseLine parse_field(const char* at, const char* end, bool& over,
                                                       Read read) {
  if (at != end && *at == '\r') {
    const ResponseLine line = end_of_line(at, end);
    over = line.status == Status::kParsed;
    return line;
  }
  const char* colon = skip_name(at, end);
  if (colon == end) return kIncomplete;
  if (*colon != ':' || colon == at) return kMalformed;
  const char* value = colon + 1;
  if (value != end && *value == ' ') ++value;
  const char* value_end = skip_text(value, end);
  const ResponseLine line = end_of_line(value_end, end);
  if (line.status == Status::kParsed &&
      !read(std::string_view(at, colon), std::string_view(value, value_end)))
    return kMalformed;
  return line;
}

const char* skip_token(const char* at, const char* end) {
  while (at != end && is_token_byte(*at)) ++at;
  return at;
}

// quoted-string (RFC 9110 5.6.4): behind its closing quote, or `end`. Nothing where it goes wrong.
const char* skip_quoted(const char* at, const char* end) {
  for (++at; at != end && is_text_byte(*at); ++at) {
    if (*at == '"') return at + 1;
    if (*at == '\\' && ++at == end) return end;
  }
  return at == end ? end : nullptr;
}

// What follows the semicolon of a chunk extension, name [ "=" value ], without spaces (RFC 9112 7.1.1 lets
// recipients live without them). Nothing where a part is missing.
const char* skip_chunk_extension(const char* at, const char* end) {
  const char* name_end = skip_token(at, end);
  if (name_end == at && at != end) return nullptr;
  if (name_end == end || *name_end != '=') return name_end;
  const char* value = name_end + 1;
  if (value == end) return end;
  const char* value_end = *value == '"' ? skip_quoted(value, end) : skip_token(value, end);
  return value_end == value ? nullptr : value_end;
}

}  // namespace

ResponseLine parse_status_line(const char* at, const char* end, ResponseHead& head) {
  constexpr std::string_view kVersion = "HTTP/1.";
  constexpr std::size_t kToCode = 13;  // "HTTP/1.1 200" and one byte more
  const std::string_view bytes(at, end);
  if (!bytes.starts_with(kVersion.substr(0, bytes.size()))) return kMalformed;
  if (bytes.size() < kToCode) return bytes.contains('\n') ? kMalformed : kIncomplete;
  const char minor = at[7];
  if ((minor != '0' && minor != '1') || at[8] != ' ') return kMalformed;
  if (!is_digit(at[9]) || !is_digit(at[10]) || !is_digit(at[11]) || at[9] == '0') return kMalformed;
  head = {.status = static_cast<unsigned>((at[9] - '0') * 100 + (at[10] - '0') * 10 + (at[11] - '0')),
          .minor_version = static_cast<unsigned>(minor - '0')};
  const char* rest = at + 12;
  return end_of_line(*rest == ' ' ? skip_text(rest + 1, end) : rest, end);
}

ResponseLine parse_field_lines(const char* at, const char* end, FieldSection section) {
  for (;;) {
    const ResponseLine line = parse_field(
        at, end, section.over,
        [&](std::string_view name, std::string_view value) { return read_field(name, value, section); });
    if (line.status == Status::kIncomplete) return {Status::kIncomplete, at};
    if (line.status == Status::kMalformed || section.over) return line;
    at = line.end;
  }
}

ResponseLine parse_trailer_line(const char* at, const char* end, bool& over) {
  return parse_field(at, end, over, [](std::string_view name, std::string_view) {
    return !equals_ignoring_case(name, "content-length") && !equals_ignoring_case(name, "transfer-encoding");
  });
}

ResponseLine parse_chunk_line(const char* at, const char* end, std::uint64_t& size) {
  const char* digit = at;
  for (size = 0; digit != end; ++digit) {
    const char lower = static_cast<char>(*digit | 0x20);
    const bool letter = lower >= 'a' && lower <= 'f';
    if (!letter && !is_digit(*digit)) break;
    if (size >> 60 != 0) return kMalformed;
    size = size << 4 | static_cast<std::uint64_t>(letter ? lower - 'a' + 10 : *digit - '0');
  }
  if (digit == end) return kIncomplete;
  if (digit == at) return kMalformed;
  while (digit != end && *digit == ';') {
    digit = skip_chunk_extension(digit + 1, end);
    if (digit == nullptr) return kMalformed;
  }
  return end_of_line(digit, end);
}

ResponseLine parse_chunk_end(const char* at, const char* end) { return end_of_line(at, end); }

}  // namespace suite
