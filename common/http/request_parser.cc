#include "common/http/request_parser.h"

#include <algorithm>

#include "common/http/lines.h"

namespace suite {
namespace {

constexpr std::string_view kVersionName = "HTTP/";
constexpr std::size_t kVersionBytes = 8;  // "HTTP/1.1"
constexpr std::size_t kLongestMethod = 32;

// "HTTP/1.1\r\n" at the front of `text`.
HeadStatus parse_version(std::string_view text, RequestHead& head) {
  const std::size_t known = std::min(text.size(), kVersionName.size());
  if (text.substr(0, known) != kVersionName.substr(0, known)) return HeadStatus::kMalformed;
  const auto differs = [&](std::size_t at, auto wanted) { return at < text.size() && !wanted(text[at]); };
  if (differs(5, is_digit) || differs(6, [](char c) { return c == '.'; }) || differs(7, is_digit) ||
      differs(8, [](char c) { return c == '\r'; }) || differs(9, [](char c) { return c == '\n'; })) {
    return HeadStatus::kMalformed;
  }
  if (text.size() < kVersionBytes + 2) return HeadStatus::kIncomplete;
  if (text[5] != '1') return HeadStatus::kOtherVersion;
  head.minor_version = text[7] == '0' ? 0 : 1;
  return HeadStatus::kComplete;
}

HeadStatus parse_request_line(std::string_view& rest, RequestHead& head) {
  const std::string_view line = rest;
  const std::size_t method = static_cast<std::size_t>(skip_token(line.begin(), line.end()) - line.begin());
  if (method > kLongestMethod) return HeadStatus::kMalformed;
  if (method == line.size()) return HeadStatus::kIncomplete;
  if (method == 0 || line[method] != ' ') return HeadStatus::kMalformed;
  const std::string_view behind = line.substr(method + 1);
  const std::size_t target =
      static_cast<std::size_t>(skip_visible(behind.begin(), behind.end()) - behind.begin());
  if (target > RequestLimits::kTargetBytes) return HeadStatus::kTargetTooLong;
  if (target == behind.size()) return HeadStatus::kIncomplete;
  if (target == 0 || behind[target] != ' ') return HeadStatus::kMalformed;
  head.method = line.substr(0, method);
  head.target = behind.substr(0, target);
  const HeadStatus version = parse_version(behind.substr(target + 1), head);
  if (version != HeadStatus::kComplete && version != HeadStatus::kOtherVersion) return version;
  head.line = line.substr(0, method + 1 + target + 1 + kVersionBytes);
  rest = line.substr(head.line.size() + 2);
  return version;
}

HeadStatus parse_fields(std::string_view& rest, RequestHead& head) {
  const char* at = rest.begin();
  bool over = false;
  while (!over) {
    const bool at_the_end = at == rest.end() || *at == '\r';
    if (head.field_count == head.field_memory.size() && !at_the_end) return HeadStatus::kFieldsTooLarge;
    const ParsedLine line =
        parse_field_line(at, rest.end(), over, [&](std::string_view name, std::string_view value) {
          head.field_memory[head.field_count++] = {.name = name, .value = trimmed(value)};
          return true;
        });
    if (line.status == ParsedLine::Status::kMalformed) return HeadStatus::kMalformed;
    if (line.status == ParsedLine::Status::kIncomplete) return HeadStatus::kIncomplete;
    at = line.end;
  }
  rest.remove_prefix(static_cast<std::size_t>(at - rest.begin()));
  return HeadStatus::kComplete;
}

// How many bytes of empty lines stand at the front: with a CR that may yet become one.
std::size_t empty_lines(std::string_view in) {
  std::size_t size = 0;
  while (in.substr(size).starts_with("\r\n")) size += 2;
  return size;
}

}  // namespace

HeadStatus parse_request_head(std::string_view in, RequestHead& head) {
  head.line = head.method = head.target = {};
  head.field_count = 0;
  std::string_view rest = in.substr(empty_lines(in));
  if (rest.empty() || rest == "\r") {
    return in.size() > RequestLimits::kHeadBytes ? HeadStatus::kMalformed : HeadStatus::kIncomplete;
  }
  HeadStatus status = parse_request_line(rest, head);
  if (status == HeadStatus::kComplete) status = parse_fields(rest, head);
  head.size = in.size() - rest.size();
  const bool incomplete = status == HeadStatus::kIncomplete;
  if (!incomplete && status != HeadStatus::kComplete) return status;
  const std::size_t size = incomplete ? in.size() : head.size;
  return size > RequestLimits::kHeadBytes ? HeadStatus::kFieldsTooLarge : status;
}

}  // namespace suite
