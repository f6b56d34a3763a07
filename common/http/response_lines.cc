#include "common/http/response_lines.h"

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

}  // namespace

ParsedLine parse_status_line(const char* at, const char* end, ResponseHead& head) {
  constexpr std::string_view kVersion = "HTTP/1.";
  constexpr std::size_t kToCode = 13;  // "HTTP/1.1 200" and one byte more
  const std::string_view bytes(at, end);
  if (!bytes.starts_with(kVersion.substr(0, bytes.size()))) return kMalformedLine;
  if (bytes.size() < kToCode) return bytes.contains('\n') ? kMalformedLine : kIncompleteLine;
  const char minor = at[7];
  if ((minor != '0' && minor != '1') || at[8] != ' ') return kMalformedLine;
  if (!is_digit(at[9]) || !is_digit(at[10]) || !is_digit(at[11]) || at[9] == '0') return kMalformedLine;
  head = {.status = static_cast<unsigned>((at[9] - '0') * 100 + (at[10] - '0') * 10 + (at[11] - '0')),
          .minor_version = static_cast<unsigned>(minor - '0')};
  const char* rest = at + 12;
  return parse_line_end(*rest == ' ' ? skip_text(rest + 1, end) : rest, end);
}

ParsedLine parse_field_lines(const char* at, const char* end, FieldSection section) {
  for (;;) {
    const ParsedLine line = parse_field_line(
        at, end, section.over,
        [&](std::string_view name, std::string_view value) { return read_field(name, value, section); });
    if (line.status == Status::kIncomplete) return {Status::kIncomplete, at};
    if (line.status == Status::kMalformed || section.over) return line;
    at = line.end;
  }
}

}  // namespace suite
