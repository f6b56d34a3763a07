// Durations, sizes, counts, rates and dates: what is printed parses again as the same.
#include <cmath>
#include <string>

#include "common/base/units.h"
#include "common/http/http_date.h"
#include "tests/fuzz/targets.h"

namespace suite::fuzz {
namespace {

void check_units(std::string_view text) {
  if (const auto duration = parse_duration(text)) {
    require(duration->count() >= 0, "no duration is negative");
    require(parse_duration(duration_argument(*duration)) == *duration, "a duration parses again as the same");
  }
  const auto count = parse_count(text);
  if (count && *count <= kLargestWhole)
    require(parse_count(std::to_string(*count)) == *count, "a count parses again as the same");
  const auto size = parse_size(text);
  if (size && *size <= kLargestWhole)
    require(parse_size(std::to_string(*size)) == *size, "a size parses again as the same");
  if (const auto rate = parse_rate(text))
    require(*rate >= 0 && std::isfinite(*rate), "a rate is a number, and not negative");
}

void check_date(std::string_view text) {
  constexpr auto kNow = std::chrono::sys_days(std::chrono::year(2026) / 11 / 28);
  const auto date = parse_http_date(text, kNow);
  if (!date || *date > kLastHttpDate) return;
  require(parse_http_date(format_http_date(*date), kNow) == date, "a date parses again as the same");
}

}  // namespace

void quantities(Input input) {
  check_units(input.text());
  check_date(input.text());
}

}  // namespace suite::fuzz
