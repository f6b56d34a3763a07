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

// Whether `list` is "*" or names `tag`. A comma may stand within quotes.
bool names(std::string_view list, std::string_view tag, Comparison comparison) {
  list = trimmed(list);
  if (list == "*") return true;
  while (!list.empty()) {
    const bool weak = list.starts_with("W/");
    if (weak) list.remove_prefix(2);
    const std::size_t end = list.starts_with('"') ? list.find('"', 1) : std::string_view::npos;
    if (end == std::string_view::npos) return false;
    if (list.substr(0, end + 1) == tag && (!weak || comparison == Comparison::kWeak)) return true;
    list = trimmed(list.substr(end + 1));
    while (list.starts_with(',')) list = trimmed(list.substr(1));
  }
  return false;
}

// 412, 304, or nothing: the conditions hold.
std::optional<int> fail_conditions(const Request& request, const Validators& file, sys_seconds now) {
  if (!request.if_match.empty()) {
    if (!names(request.if_match, file.entity_tag, Comparison::kStrong)) return kPreconditionFailed;
  } else if (!request.if_unmodified_since.empty()) {
    const auto since = parse_http_date(request.if_unmodified_since, now);
    if (since && file.modified > *since) return kPreconditionFailed;
  }
  if (!request.if_none_match.empty()) {
    if (names(request.if_none_match, file.entity_tag, Comparison::kWeak)) return kNotModified;
  } else if (!request.if_modified_since.empty()) {
    const auto since = parse_http_date(request.if_modified_since, now);
    if (since && file.modified <= *since) return kNotModified;
  }
  return std::nullopt;
}

// RFC 9110 13.1.5: a date is a strong validator once the file is a second older than now (8.8.2.2).
bool range_is_of_this_file(std::string_view if_range, const Validators& file, sys_seconds now) {
  if (if_range.empty()) return true;
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
  const bool ranged = request.method == Method::kGet && !request.range.empty() &&
                      range_is_of_this_file(request.if_range, file, now);
  if (!ranged) return {.status = kOk, .first = 0, .size = file.size};
  return select_range(request.range, file.size);
}

}  // namespace suite
