// The lines of a response that are no chunk's (lines.h has what all messages share). They end in CRLF or, as
// RFC 9112 2.2 lets a recipient read them, in LF alone.
#pragma once

#include <string>

#include "common/http/lines.h"
#include "common/http/response_parser.h"

namespace suite {

/// status-line (RFC 9112 4). Resets `head`. A higher minor version is the highest that we know (RFC
/// 9110 2.5).
ParsedLine parse_status_line(const char* at, const char* end, ResponseHead& head);

/// Where a field line goes.
struct FieldSection {
  ResponseHead& head;   // takes what frames the response and says how the connection goes on
  std::string& server;  // takes the value of Server while it is empty
  bool& over;           // set by the empty line that ends the section
  bool& may_fold;       // the field before may go on in a line that begins with a blank
};
/// field-lines up to the empty line behind the last, or as many as are there (RFC 9112 5). kIncomplete: those
/// before ParsedLine::end are done. A folded line is read past (5.2); that of a field which frames the
/// response or says how the connection goes on is malformed.
ParsedLine parse_field_lines(const char* at, const char* end, FieldSection section);

/// parse_trailer_line() of lines.h.
ParsedLine parse_response_trailer_line(const char* at, const char* end, bool& over);

}  // namespace suite
