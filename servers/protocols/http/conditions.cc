#include "servers/protocols/http/conditions.h"

#include <algorithm>
#include <charconv>
#include <optional>

#include "common/http/http_date.h"
#include "common/http/scan.h"
#include "servers/protocols/http/status.h"

namespace suite {
namespace {

using std::chrono::sys_seconds;

enum class Comparison { kStrong, kWeak };  // RFC 9110 8.8.3.2

// Takes empty elements off the front: "A recipient MUST parse and ignore a reasonable number" (RFC
// 9110 5.6.1.2).
void skip_empty_elements(std::string_view& list) {
  list = trimmed(list);
  while (list.starts_with(',')) list = trimmed(list.substr(1));
}

// Whether `line` is "*" or names `tag`, before anything in it that is no entity-tag. A comma may stand within
// quotes.
bool line_names(std::string_view line, std::string_view tag, Comparison comparison) {
  if (line == "*") return true;
  for (skip_empty_elements(line); !line.empty(); skip_empty_elements(line)) {
    const bool weak = line.starts_with("W/");
    if (weak) line.remove_prefix(2);
    const std::size_t end = line.starts_with('"') ? line.find('"', 1) : std::string_view::npos;
    if (end == std::string_view::npos) return false;
    const std::string_view rest = trimmed(line.substr(end + 1));
    if (!rest.empty() && rest[0] != ',') return false;
    if (line.substr(0, end + 1) == tag && (!weak || comparison == Comparison::kWeak)) return true;
    line = rest;
  }
  return false;
}

// Names of fields, which are tokens.
bool same_name(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, [](char x, char y) { return (x | 0x20) == (y | 0x20); });
}

// Whether any line of the field does.
bool names(const ListField& list, std::string_view tag, Comparison comparison) {
  return std::ranges::any_of(list.lines, [&](const Field& line) {
    return same_name(line.name, list.lines.front().name) && line_names(line.value, tag, comparison);
  });
}

// 412, 304, or nothing: the conditions hold.
std::optional<int> fail_conditions(const Request& request, const Validators& file, sys_seconds now) {
  if (request.if_match.present()) {
    if (!names(request.if_match, file.entity_tag, Comparison::kStrong)) return kPreconditionFailed;
  } else if (request.if_unmodified_since.present()) {
    const auto since = parse_http_date(request.if_unmodified_since.value(), now);
    if (since && file.modified > *since) return kPreconditionFailed;
  }
  if (request.if_none_match.present()) {
    if (names(request.if_none_match, file.entity_tag, Comparison::kWeak)) return kNotModified;
  } else if (request.if_modified_since.present()) {
    const auto since = parse_http_date(request.if_modified_since.value(), now);
    if (since && file.modified <= *since) return kNotModified;
  }
  return std::nullopt;
}

// RFC 9110 13.1.5: a date is a strong validator once the file is a second older than now (8.8.2.2). What is
// no validator is one of no state.
bool range_is_of_this_file(const SingleField& field, const Validators& file, sys_seconds now) {
  if (!field.present()) return true;
  const std::string_view if_range = field.value();
  if (if_range.starts_with('"') || if_range.starts_with("W/")) return if_range == file.entity_tag;
  const auto date = parse_http_date(if_range, now);
  return date && *date == file.modified && now > file.modified;
}

struct Position {
  std::uint64_t value;
  std::size_t digits;
};

// The number at the front of `text`; one that is too large for 64 bits is the largest.
Position take_position(std::string_view& text) {
  Position position{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), position.value);
  position.digits = static_cast<std::size_t>(end - text.data());
  if (error == std::errc::result_out_of_range) position.value = UINT64_MAX;
  text.remove_prefix(position.digits);
  return position;
}

// RFC 9110 14.1.2.
Selection select_range(std::string_view range, std::uint64_t size) {
  const Selection whole{.status = kOk, .first = 0, .size = size};
  const Selection none{.status = kRangeNotSatisfiable};
  constexpr std::string_view kUnit = "bytes=";
  if (range.size() < kUnit.size() || !equals_ignoring_case(range.substr(0, kUnit.size()), kUnit))
    return whole;
  range = trimmed(range.substr(kUnit.size()));
  const Position first = take_position(range);
  if (!range.starts_with('-')) return whole;
  range.remove_prefix(1);
  const Position last = take_position(range);
  if (!range.empty() || first.digits + last.digits == 0) return whole;
  if (first.digits == 0) {  // the last bytes
    if (last.value == 0) return none;
    const std::uint64_t length = std::min(last.value, size);
    return size == 0 ? whole : Selection{.status = kPartialContent, .first = size - length, .size = length};
  }
  if (last.digits > 0 && last.value < first.value) return whole;
  if (first.value >= size) return none;
  const std::uint64_t end = last.digits > 0 ? std::min(last.value, size - 1) : size - 1;
  return {.status = kPartialContent, .first = first.value, .size = end - first.value + 1};
}

}  // namespace

Selection select(const Request& request, const Validators& file, sys_seconds now) {
  if (const auto status = fail_conditions(request, file, now)) return {.status = *status};
  const bool ranged = request.method == Method::kGet && request.range.present() &&
                      range_is_of_this_file(request.if_range, file, now);
  if (!ranged) return {.status = kOk, .first = 0, .size = file.size};
  return select_range(request.range.value(), file.size);
}

}  // namespace suite
