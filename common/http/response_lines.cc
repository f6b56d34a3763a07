#include "common/http/response_lines.h"

#include <algorithm>
#include <string>
#include <string_view>

namespace suite {
namespace {

using Status = ParsedLine::Status;

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

// Digits alone, into `length`.
bool read_digits(std::string_view digits, std::uint64_t& length) {
  length = 0;
  for (const char c : digits) {
    if (!is_digit(c)) return false;
    const auto digit = static_cast<std::uint64_t>(c - '0');
    if (length > (UINT64_MAX - digit) / 10) return false;
    length = length * 10 + digit;
  }
  return true;
}

// A list, or further lines, of the same number stand for that number (RFC 9112 6.3, rule 5; RFC 9110 8.6).
// Nothing else does.
bool read_length(std::string_view value, ResponseHead& head) {
  if (head.has_coding) return false;
  bool any = false;
  while (!value.empty()) {
    const std::string_view element = take_element(value);
    if (element.empty()) continue;  // to be ignored (RFC 9110 5.6.1.2)
    std::uint64_t length = 0;
    if (!read_digits(element, length) || (head.has_length && length != head.length)) return false;
    head.has_length = any = true;
    head.length = length;
  }
  return any;
}

// Content-Length beside it is how responses are smuggled (RFC 9112 6.1). Empty elements of a list are to be
// ignored (RFC 9110 5.6.1.2), and the chunked coding has no parameters (RFC 9112 7.1).
bool read_coding(std::string_view value, ResponseHead& head) {
  if (head.has_length) return false;
  head.has_coding = true;
  while (!value.empty()) {
    const std::string_view coding = take_element(value);
    if (coding.empty()) continue;
    head.chunked = equals_ignoring_case(coding, "chunked");
    if (!head.chunked && equals_ignoring_case(trimmed(coding.substr(0, coding.find(';'))), "chunked"))
      return false;
  }
  return true;
}

// What a field says about the framing, by the length of its name. Whether a fault in it counts is known when
// the head is over: where there is no content, nothing frames it.
void read_field(std::string_view name, std::string_view value, const FieldSection& section) {
  ResponseHead& head = section.head;
  section.may_fold = true;
  switch (name.size()) {
    case 6:
      if (section.server.empty() && equals_ignoring_case(name, "server")) section.server = trimmed(value);
      return;
    case 10:
      if (!equals_ignoring_case(name, "connection")) return;
      read_connection(value, head);
      break;
    case 14:
      if (!equals_ignoring_case(name, "content-length")) return;
      head.misframed |= !read_length(trimmed(value), head);
      break;
    case 17:
      if (!equals_ignoring_case(name, "transfer-encoding")) return;
      head.misframed |= !read_coding(trimmed(value), head);
      break;
    default:
      return;
  }
  section.may_fold = false;  // it has been read
}

ParsedLine parse_status_line_of_crlf(const char* at, const char* end, ResponseHead& head) {
  constexpr std::string_view kVersion = "HTTP/1.";
  constexpr std::size_t kToCode = 13;  // "HTTP/1.1 200" and one byte more
  const std::string_view bytes(at, end);
  if (!bytes.starts_with(kVersion.substr(0, bytes.size()))) return kMalformedLine;
  if (bytes.size() < kToCode) return bytes.contains('\n') ? kMalformedLine : kIncompleteLine;
  const char minor = at[7];
  if (!is_digit(minor) || at[8] != ' ') return kMalformedLine;
  if (!is_digit(at[9]) || !is_digit(at[10]) || !is_digit(at[11]) || at[9] == '0') return kMalformedLine;
  head = {.status = static_cast<unsigned>((at[9] - '0') * 100 + (at[10] - '0') * 10 + (at[11] - '0')),
          .minor_version = minor == '0' ? 0U : 1U};
  const char* rest = at + 12;
  return parse_line_end(*rest == ' ' ? skip_text(rest + 1, end) : rest, end);
}

// What `parse` makes of a line that may end in LF alone. A recipient may take that for a line's end in the
// status line and in fields (RFC 9112 2.2). `parse` knows lines that end in CRLF: it is asked again with a
// copy that does.
template <class Parse>
ParsedLine parse_whatever_its_end(const char* at, const char* end, Parse parse) {
  const ParsedLine line = parse(at, end);
  if (line.status != Status::kMalformed) return line;
  const char* const newline = std::find(at, end, '\n');
  if (newline == end || (newline != at && newline[-1] == '\r')) return kMalformedLine;
  const std::string whole = std::string(at, newline) + "\r\n";
  const ParsedLine again = parse(whole.data(), whole.data() + whole.size());
  return again.status == Status::kParsed ? ParsedLine{Status::kParsed, newline + 1} : kMalformedLine;
}

// What a field goes on with behind a line's end (RFC 9112 5.2).
ParsedLine parse_folded_line(const char* at, const char* end) {
  return parse_whatever_its_end(
      at, end, [](const char* from, const char* to) { return parse_line_end(skip_text(from, to), to); });
}

}  // namespace

ParsedLine parse_status_line(const char* at, const char* end, ResponseHead& head) {
  return parse_whatever_its_end(
      at, end, [&](const char* from, const char* to) { return parse_status_line_of_crlf(from, to, head); });
}

ParsedLine parse_field_lines(const char* at, const char* end, FieldSection section) {
  const auto read = [&](std::string_view name, std::string_view value) {
    read_field(name, value, section);
    return true;
  };
  for (;;) {
    ParsedLine line = parse_whatever_its_end(at, end, [&](const char* from, const char* to) {
      return parse_field_line(from, to, section.over, read);
    });
    if (line.status == Status::kMalformed && section.may_fold && (*at == ' ' || *at == '\t')) {
      line = parse_folded_line(at, end);
    }
    if (line.status == Status::kIncomplete) return {Status::kIncomplete, at};
    if (line.status == Status::kMalformed || section.over) return line;
    at = line.end;
  }
}

ParsedLine parse_response_trailer_line(const char* at, const char* end, bool& over) {
  return parse_whatever_its_end(
      at, end, [&](const char* from, const char* to) { return parse_trailer_line(from, to, over); });
}

}  // namespace suite
