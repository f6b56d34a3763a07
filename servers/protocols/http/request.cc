#include "servers/protocols/http/request.h"

#include <algorithm>
#include <charconv>

#include "common/http/scan.h"
#include "servers/protocols/http/status.h"

namespace suite {
namespace {

void add_line(const Field& line, ListField& to) {
  const Field* const first = to.present() ? to.lines.data() : &line;
  to.lines = {first, &line + 1};
}

void add_line(const Field& line, SingleField& to) {
  if (++to.lines == 1) to.first = line.value;
}

}  // namespace

Method method_of(std::string_view name) {
  if (name == "GET") return Method::kGet;
  return name == "HEAD" ? Method::kHead : Method::kOther;
}

void take_condition(const Field& field, Request& request) {
  const auto is = [&](std::string_view name) { return equals_ignoring_case(field.name, name); };
  switch (field.name.size()) {  // most fields are told apart by their length
    case 5:
      if (is("range")) add_line(field, request.range);
      break;
    case 8:
      if (is("if-match")) add_line(field, request.if_match);
      if (is("if-range")) add_line(field, request.if_range);
      break;
    case 13:
      if (is("if-none-match")) add_line(field, request.if_none_match);
      break;
    case 17:
      if (is("if-modified-since")) add_line(field, request.if_modified_since);
      break;
    case 19:
      if (is("if-unmodified-since")) add_line(field, request.if_unmodified_since);
      break;
    default:
      break;
  }
}

void take_origin_form(std::string_view target, Request& request) {
  const std::size_t question = std::min(target.find('?'), target.size());
  request.path = target.substr(0, question);
  request.query = target.substr(question);
}

// RFC 9110 10.1.1. A list without members expects nothing.
std::expected<void, Refusal> take_expect(std::string_view value, bool& expects_continue) {
  while (!value.empty()) {
    const std::string_view expectation = take_element(value);
    if (expectation.empty()) continue;
    if (!equals_ignoring_case(expectation, "100-continue")) return std::unexpected(kExpectationFailed);
    expects_continue = true;
  }
  return {};
}

std::optional<std::uint64_t> parse_length(std::string_view text) {
  std::uint64_t length = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), length);
  const bool whole = error == std::errc{} && end == text.data() + text.size();
  return whole && length <= INT64_MAX ? std::optional(length) : std::nullopt;
}

}  // namespace suite
