// The lines of an HTTP/1.x response, one by one: pure functions on bytes that lie in one piece.
#pragma once

#include <cstdint>
#include <string>

#include "common/http/response_parser.h"

namespace suite {

struct ResponseLine {
  enum class Status : std::uint8_t {
    kParsed,
    kIncomplete,  // right so far, but its end is not there
    kMalformed,
  };
  Status status;
  const char* end =
      nullptr;  // behind its CRLF, where it was parsed; of lines, where the incomplete one begins
};

/// status-line (RFC 9112 4). Resets `head`.
ResponseLine parse_status_line(const char* at, const char* end, ResponseHead& head);

/// Where a field line goes.
struct FieldSection {
  ResponseHead& head;   // takes what frames the response and says how the connection goes on
  std::string& server;  // takes the value of Server while it is empty
  bool& over;           // set by the empty line that ends the section
};
/// field-lines up to the empty line behind the last, or as many as are there (RFC 9112 5). kIncomplete: those
/// before ResponseLine::end are done. Line folding is malformed: senders must not generate it (5.2).
ResponseLine parse_field_lines(const char* at, const char* end, FieldSection section);

/// One field-line, or the empty line, of a trailer section (RFC 9112 7.1.2), where nothing may frame the
/// message (RFC 9110 6.5.1).
ResponseLine parse_trailer_line(const char* at, const char* end, bool& over);

/// chunk-size, chunk-ext and CRLF (RFC 9112 7.1).
ResponseLine parse_chunk_line(const char* at, const char* end, std::uint64_t& size);

/// The CRLF alone that ends a chunk's data.
ResponseLine parse_chunk_end(const char* at, const char* end);

}  // namespace suite
