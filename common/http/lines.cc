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

ParsedLine parse_trailer_line(const char* at, const char* end, bool& over) {
  return parse_field_line(at, end, over, [](std::string_view name, std::string_view) {
    return !equals_ignoring_case(name, "content-length") && !equals_ignoring_case(name, "transfer-encoding");
  });
}

ParsedLine parse_chunk_line(const char* at, const char* end, std::uint64_t& size) {
  const char* digit = at;
  for (size = 0; digit != end; ++digit) {
    const char lower = static_cast<char>(*digit | 0x20);
    const bool letter = lower >= 'a' && lower <= 'f';
    if (!letter && !is_digit(*digit)) break;
    if (size >> 60 != 0) return kMalformedLine;
    size = size << 4 | static_cast<std::uint64_t>(letter ? lower - 'a' + 10 : *digit - '0');
  }
  if (digit == end) return kIncompleteLine;
  if (digit == at) return kMalformedLine;
  while (digit != end && *digit == ';') {
    digit = skip_chunk_extension(digit + 1, end);
    if (digit == nullptr) return kMalformedLine;
  }
  return parse_line_end(digit, end);
}

}  // namespace suite
