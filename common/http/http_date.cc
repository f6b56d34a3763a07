#include "common/http/http_date.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <span>
#include <tuple>

#include <fmt/format.h>

namespace suite {
namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;
using std::chrono::sys_days;
using std::chrono::sys_seconds;
using std::chrono::year_month_day;

constexpr std::array<std::string_view, 7> kDays{"Sunday",   "Monday", "Tuesday", "Wednesday",
                                                "Thursday", "Friday", "Saturday"};
constexpr std::array<std::string_view, 12> kMonths{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                   "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
constexpr std::size_t kShortDay = 3;

// A date as its digits say, before anybody asked whether there is such a day.
struct Fields {
  int year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0;
  unsigned weekday = 0;  // 0: Sunday

  auto order() const { return std::tuple(year, month, day, hour, minute, second); }
};

Fields fields_of(sys_seconds at) {
  const auto day = std::chrono::floor<days>(at);
  const year_month_day date(day);
  const auto time = static_cast<int>((at - day).count());
  return {.year = static_cast<int>(date.year()),
          .month = static_cast<int>(static_cast<unsigned>(date.month())),
          .day = static_cast<int>(static_cast<unsigned>(date.day())),
          .hour = time / 3600,
          .minute = time / 60 % 60,
          .second = time % 60,
          .weekday = std::chrono::weekday(day).c_encoding()};
}

// Takes a date apart from the left; after a first failure everything fails.
class Reader {
 public:
  explicit Reader(std::string_view text) : rest_(text) {}

  bool literal(std::string_view expected) {
    if (!rest_.starts_with(expected)) return false;
    rest_.remove_prefix(expected.size());
    return true;
  }

  bool number(std::size_t digits, int& value) {
    if (rest_.size() < digits) return false;
    value = 0;
    for (const char c : rest_.substr(0, digits)) {
      if (c < '0' || c > '9') return false;
      value = value * 10 + (c - '0');
    }
    rest_.remove_prefix(digits);
    return true;
  }

  // The first of `names` that comes next, by the first `length` letters of it; counts from 0.
  template <class Index>
  bool name(std::span<const std::string_view> names, std::size_t length, Index& index) {
    for (std::size_t i = 0; i < names.size(); ++i) {
      if (!literal(names[i].substr(0, length))) continue;
      index = static_cast<Index>(i);
      return true;
    }
    return false;
  }

  bool month(int& month) {
    if (!name(kMonths, std::string_view::npos, month)) return false;
    ++month;
    return true;
  }

  bool time(Fields& to) {
    return number(2, to.hour) && literal(":") && number(2, to.minute) && literal(":") && number(2, to.second);
  }

  bool at_end() const { return rest_.empty(); }

 private:
  std::string_view rest_;
};

// "Sun, 06 Nov 1994 08:49:37 GMT"
std::optional<Fields> read_imf_fixdate(std::string_view text) {
  Reader in(text);
  Fields date;
  const bool good = in.name(kDays, kShortDay, date.weekday) && in.literal(", ") && in.number(2, date.day) &&
                    in.literal(" ") && in.month(date.month) && in.literal(" ") && in.number(4, date.year) &&
                    in.literal(" ") && in.time(date) && in.literal(" GMT") && in.at_end();
  return good ? std::optional(date) : std::nullopt;
}

// "Sun Nov  6 08:49:37 1994"
std::optional<Fields> read_asctime(std::string_view text) {
  Reader in(text);
  Fields date;
  const bool good = in.name(kDays, kShortDay, date.weekday) && in.literal(" ") && in.month(date.month) &&
                    in.literal(" ") && (in.literal(" ") ? in.number(1, date.day) : in.number(2, date.day)) &&
                    in.literal(" ") && in.time(date) && in.literal(" ") && in.number(4, date.year) &&
                    in.at_end();
  return good ? std::optional(date) : std::nullopt;
}

// Turns a year of two digits into the latest one that is at most 50 years ahead.
void choose_century(Fields& date, sys_seconds now) {
  const Fields today = fields_of(now);
  date.year += (today.year / 100 + 1) * 100;
  const auto too_far_ahead = [&] {
    Fields earlier = date;
    earlier.year -= 50;
    return earlier.order() > today.order();
  };
  while (too_far_ahead()) date.year -= 100;
}

// "Sunday, 06-Nov-94 08:49:37 GMT"
std::optional<Fields> read_rfc850(std::string_view text, sys_seconds now) {
  Reader in(text);
  Fields date;
  const bool good = in.name(kDays, std::string_view::npos, date.weekday) && in.literal(", ") &&
                    in.number(2, date.day) && in.literal("-") && in.month(date.month) && in.literal("-") &&
                    in.number(2, date.year) && in.literal(" ") && in.time(date) && in.literal(" GMT") &&
                    in.at_end();
  if (!good) return std::nullopt;
  choose_century(date, now);
  return date;
}

std::optional<sys_seconds> instant(const Fields& date) {
  const year_month_day day(std::chrono::year(date.year),
                           std::chrono::month(static_cast<unsigned>(date.month)),
                           std::chrono::day(static_cast<unsigned>(date.day)));
  if (!day.ok() || date.hour > 23 || date.minute > 59 || date.second > 60) return std::nullopt;
  if (std::chrono::weekday(sys_days(day)).c_encoding() != date.weekday) return std::nullopt;
  return sys_days(day) + hours(date.hour) + minutes(date.minute) + seconds(date.second);
}

}  // namespace

std::string format_http_date(sys_seconds at) {
  const Fields date = fields_of(std::clamp(at, kFirstHttpDate, kLastHttpDate));
  return fmt::format("{}, {:02} {} {:04} {:02}:{:02}:{:02} GMT", kDays[date.weekday].substr(0, kShortDay),
                     date.day, kMonths[static_cast<std::size_t>(date.month - 1)], date.year, date.hour,
                     date.minute, date.second);
}

std::optional<sys_seconds> parse_http_date(std::string_view text, sys_seconds now) {
  std::optional<Fields> date = read_imf_fixdate(text);
  if (!date) date = read_rfc850(text, now);
  if (!date) date = read_asctime(text);
  return date ? instant(*date) : std::nullopt;
}

std::string_view month_name(std::chrono::month month) { return kMonths[static_cast<unsigned>(month) - 1]; }

}  // namespace suite
