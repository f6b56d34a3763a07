#include "common/http/lines.h"

namespace suite {
namespace {

// quoted-string (RFC 9110 5.6.4): behind its closing quote, or `end`. Nothing where it goes wrong.
const char* skip_quoted(const char* at, const char* end) {
  bool escaped = false;
  for (++at; at != end && is_text_byte(*at); ++at) {
    if (*at == '"' && !escaped) return at + 1;
    escaped = *at == '\\' && !escaped;
  }
  return at == end ? end : nullptr;
}

const char* skip_blanks(const char* at, const char* end) {
  while (at != end && (*at == ' ' || *at == '\t')) ++at;
  return at;
}

// What follows the semicolon of a chunk extension: BWS name [ BWS "=" BWS value ] (RFC 9112 7.1.1). Nothing
// where a part is missing.
const char* skip_chunk_extension(const char* at, const char* end) {
  const char* const name = skip_blanks(at, end);
  const char* const name_end = skip_token(name, end);
  if (name_end == name && name != end) return nullptr;
  const char* const equals = skip_blanks(name_end, end);
  if (equals == end || *equals != '=') return name_end;
  const char* const value = skip_blanks(equals + 1, end);
  if (value == end) return end;
  const char* const value_end = *value == '"' ? skip_quoted(value, end) : skip_token(value, end);
  return value_end == value ? nullptr : value_end;
}

}  // namespace

ParsedLine parse_trailer_line(const char* at, const char* end, bool& over) {
  return parse_field_line(at, end, over, [](std::string_view name, std::string_view) {
    return !equals_ignoring_case(name, "content-length") && !equals_ignoring_case(name, "transfer-encoding");
  });
}

ParsedLine parse_chunk_line(const char* at, const char* end, std::uint64_t& size, ChunkPadding padding) {
  const char* part_end = at;  // of the size, then of each extension
  for (size = 0; part_end != end; ++part_end) {
    const char lower = static_cast<char>(*part_end | 0x20);
    const bool letter = lower >= 'a' && lower <= 'f';
    if (!letter && !is_digit(*part_end)) break;
    if (size >> 60 != 0) return kMalformedLine;
    size = size << 4 | static_cast<std::uint64_t>(letter ? lower - 'a' + 10 : *part_end - '0');
  }
  if (part_end == end) return kIncompleteLine;
  if (part_end == at) return kMalformedLine;
  for (;;) {
    const char* const next = skip_blanks(part_end, end);
    if (next == end) return kIncompleteLine;
    if (*next != ';') {
      const bool padded = next != part_end;
      return padded && padding == ChunkPadding::kRefused ? kMalformedLine : parse_line_end(next, end);
    }
    part_end = skip_chunk_extension(next + 1, end);
    if (part_end == nullptr) return kMalformedLine;
  }
}

}  // namespace suite
