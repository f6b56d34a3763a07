#include "common/base/date_time.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <optional>

namespace suite {
namespace {

using std::chrono::nanoseconds;
using std::chrono::seconds;
using TimePoint = std::chrono::system_clock::time_point;

constexpr int kLastYear = 2200;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// What is left of a text, from its front.
class Reader {
 public:
  explicit Reader(std::string_view text) : rest_(text) {}

  bool at_end() const { return rest_.empty(); }
  /// A number of exactly `count` digits.
  std::optional<int> digits(std::size_t count) {
    if (rest_.size() < count) return std::nullopt;
    int number = 0;
    for (const char c : rest_.substr(0, count)) {
      if (!is_digit(c)) return std::nullopt;
      number = number * 10 + (c - '0');
    }
    rest_.remove_prefix(count);
    return number;
  }
  /// The next character, if it is one of these.
  std::optional<char> one_of(std::string_view characters) {
    if (rest_.empty() || !characters.contains(rest_.front())) return std::nullopt;
    const char c = rest_.front();
    rest_.remove_prefix(1);
    return c;
  }
  /// What follows the point of a second; nothing where the point has no digit behind it.
  std::optional<nanoseconds> fraction() {
    if (!one_of(".")) return nanoseconds(0);
    std::int64_t value = 0, unit = 1'000'000'000;
    std::size_t count = 0;
    for (; count < rest_.size() && is_digit(rest_[count]); ++count) {
      if (unit == 1) continue;
      unit /= 10;
      value += unit * (rest_[count] - '0');
    }
    rest_.remove_prefix(count);
    return count > 0 ? std::optional(nanoseconds(value)) : std::nullopt;
  }

 private:
  std::string_view rest_;
};

std::optional<TimePoint> read_epoch(std::string_view text) {
  const std::size_t count = std::min(text.find('.'), text.size());
  constexpr std::size_t kMostDigits = 10;  // beyond kLastYear
  constexpr std::chrono::sys_seconds kEnd = std::chrono::sys_days(std::chrono::year(kLastYear + 1) / 1 / 1);
  if (count == 0 || count > kMostDigits) return std::nullopt;
  std::int64_t whole = 0;
  for (const char c : text.substr(0, count)) whole = whole * 10 + (c - '0');
  Reader rest(text.substr(count));
  const auto fraction = rest.fraction();
  if (!fraction || !rest.at_end() || seconds(whole) >= kEnd.time_since_epoch()) return std::nullopt;
  return TimePoint(seconds(whole) + *fraction);
}

std::optional<std::chrono::sys_days> read_date(Reader& reader) {
  const auto year = reader.digits(4);
  if (!year || !reader.one_of("-")) return std::nullopt;
  const auto month = reader.digits(2);
  if (!month || !reader.one_of("-")) return std::nullopt;
  const auto day = reader.digits(2);
  if (!day) return std::nullopt;
  const std::chrono::year_month_day date(std::chrono::year(*year),
                                         std::chrono::month(static_cast<unsigned>(*month)),
                                         std::chrono::day(static_cast<unsigned>(*day)));
  if (!date.ok() || *year < 1970 || *year > kLastYear) return std::nullopt;
  return std::chrono::sys_days(date);
}

// "14:05" of a time or of an offset.
std::optional<std::chrono::minutes> read_hour_and_minute(Reader& reader) {
  const auto hour = reader.digits(2);
  if (!hour || *hour > 23 || !reader.one_of(":")) return std::nullopt;
  const auto minute = reader.digits(2);
  if (!minute || *minute > 59) return std::nullopt;
  return std::chrono::hours(*hour) + std::chrono::minutes(*minute);
}

std::optional<nanoseconds> read_time(Reader& reader) {
  const auto minutes = read_hour_and_minute(reader);
  if (!minutes || !reader.one_of(":")) return std::nullopt;
  const auto second = reader.digits(2);
  if (!second || *second > 60) return std::nullopt;
  const auto fraction = reader.fraction();
  if (!fraction) return std::nullopt;
  if (*second == 60) return *minutes + seconds(60);
  return *minutes + seconds(*second) + *fraction;
}

std::optional<std::chrono::minutes> read_offset(Reader& reader) {
  if (reader.one_of("Zz")) return std::chrono::minutes(0);
  const auto sign = reader.one_of("+-");
  if (!sign) return std::nullopt;
  const auto offset = read_hour_and_minute(reader);
  if (!offset) return std::nullopt;
  return *sign == '-' ? -*offset : *offset;
}

std::expected<TimePoint, std::string> read_rfc3339(std::string_view text) {
  Reader reader(text);
  const auto date = read_date(reader);
  const bool parted = date && reader.one_of("Tt ");
  const auto time = parted ? read_time(reader) : std::nullopt;
  if (time && reader.at_end())
    return std::unexpected(fmt::format("'{}' has no zone: append Z, or an offset such as +01:00", text));
  const auto offset = time ? read_offset(reader) : std::nullopt;
  if (!offset || !reader.at_end()) {
    return std::unexpected(fmt::format(
        "'{}' is neither RFC 3339, such as 2026-03-01T14:05:07Z, nor seconds since the epoch", text));
  }
  return TimePoint(*date) + *time - *offset;
}

}  // namespace

std::expected<TimePoint, std::string> parse_date_time(std::string_view text) {
  const bool is_number =
      !text.empty() && std::ranges::all_of(text, [](char c) { return is_digit(c) || c == '.'; });
  if (!is_number) return read_rfc3339(text);
  const auto when = read_epoch(text);
  if (!when) {
    return std::unexpected(fmt::format(
        "'{}' is no time: seconds since the epoch are accepted, until the year {}", text, kLastYear));
  }
  return *when;
}

std::string date_time_text(TimePoint when) {
  const auto days = std::chrono::floor<std::chrono::days>(when);
  const std::chrono::year_month_day date(days);
  const std::chrono::hh_mm_ss time(std::chrono::duration_cast<nanoseconds>(when - days));
  std::string text = fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}", static_cast<int>(date.year()),
                                 static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                                 time.hours().count(), time.minutes().count(), time.seconds().count());
  if (time.subseconds().count() > 0) {
    text += fmt::format(".{:09}", time.subseconds().count());
    text.resize(text.find_last_not_of('0') + 1);
  }
  return text + "Z";
}

}  // namespace suite
