// What all messages of HTTP/1 are made of, line by line (RFC 9112 2, 5 and 7): pure functions on bytes that
// lie in one piece. Strict: a line ends in CRLF, and neither of the two stands alone.
#pragma once

#include <cstdint>
#include <string_view>

#include "common/http/scan.h"

namespace suite {

struct ParsedLine {
  enum class Status : std::uint8_t {
    kParsed,
    kIncomplete,  // right so far, but its end is not there
    kMalformed,
  };
  Status status;
  const char* end =
      nullptr;  // behind its CRLF, where it was parsed; of lines, where the incomplete one begins
};
inline constexpr ParsedLine kIncompleteLine{ParsedLine::Status::kIncomplete};
inline constexpr ParsedLine kMalformedLine{ParsedLine::Status::kMalformed};

/// The CRLF that has to stand at `at`.
inline ParsedLine parse_line_end(const char* at, const char* end) {
  if (at == end) return kIncompleteLine;
  if (*at != '\r') return kMalformedLine;
  if (end - at < 2) return kIncompleteLine;
  if (at[1] != '\n') return kMalformedLine;
  return {ParsedLine::Status::kParsed, at + 2};
}

/// One field-line, or the empty line that ends the section, which sets `over` (RFC 9112 5). A folded line is
/// malformed (5.2), and so is white space before the colon (5.1). `read(name, value)` says whether the field
/// may stand there; the value has still the white space around it, but for one space in front.
template <class Read>
[[gnu::always_inline]] inline ParsedLine parse_field_line(const char* at, const char* end, bool& over,
                                                          Read read) {
  if (at != end && *at == '\r') {
    const ParsedLine line = parse_line_end(at, end);
    over = line.status == ParsedLine::Status::kParsed;
    return line;
  }
  const char* colon = skip_token(at, end);
  if (colon == end) return kIncompleteLine;
  if (*colon != ':' || colon == at) return kMalformedLine;
  const char* value = colon + 1;
  if (value != end && *value == ' ') ++value;
  const char* value_end = skip_text(value, end);
  const ParsedLine line = parse_line_end(value_end, end);
  if (line.status == ParsedLine::Status::kParsed &&
      !read(std::string_view(at, colon), std::string_view(value, value_end))) {
    return kMalformedLine;
  }
  return line;
}

/// One field-line, or the empty line, of a trailer section (RFC 9112 7.1.2), where nothing may frame the
/// message (RFC 9110 6.5.1).
ParsedLine parse_trailer_line(const char* at, const char* end, bool& over);

/// Blanks between a chunk's size, or its last extension, and the line's end. The grammar has none there. Some
/// servers pad the size to a fixed width, and no two clients read that differently; in a request it is
/// refused.
enum class ChunkPadding : std::uint8_t { kRefused, kAllowed };

/// chunk-size, chunk-ext and CRLF (RFC 9112 7.1): hexadecimal digits that fit 64 bits, then extensions with
/// blanks around ";" and "=" or without: "A recipient MUST parse for such bad whitespace" (RFC 9110 5.6.3).
ParsedLine parse_chunk_line(const char* at, const char* end, std::uint64_t& size, ChunkPadding padding);

}  // namespace suite
