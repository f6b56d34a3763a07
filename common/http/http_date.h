// The dates of HTTP (RFC 9110, 5.6.7): written in the one format a sender uses, read in all three that a
// recipient must understand. No locale and no time zone of the machine plays a part.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace suite {

/// The first and the last instant that an IMF-fixdate has: four digits for the year.
inline constexpr std::chrono::sys_seconds kFirstHttpDate{std::chrono::sys_days(std::chrono::year(0) / 1 / 1)},
    kLastHttpDate{std::chrono::sys_days(std::chrono::year(10'000) / 1 / 1) - std::chrono::seconds(1)};

/// `at` as an IMF-fixdate, always 29 bytes: "Sun, 06 Nov 1994 08:49:37 GMT". What lies outside of what the
/// format has is written as the nearest instant inside: a file's time of change may be anything.
std::string format_http_date(std::chrono::sys_seconds at);

/// The instant that `text` names as an IMF-fixdate, as an rfc850-date or in the format of asctime(3); nothing
/// where it is none of them to the letter, blanks around it included.
///
/// The two digits of an rfc850 year mean the latest year that does not put the date more than 50 years after
/// `now`. Second 60 is the first second of the next minute, as POSIX time counts it. A day of the week that
/// is not the date's makes the date invalid: it contradicts itself, and whoever asks on a condition of an
/// invalid date gets a whole and fresh answer, which is never wrong.
std::optional<std::chrono::sys_seconds> parse_http_date(std::string_view text, std::chrono::sys_seconds now);

/// "Jan" to "Dec", for whoever else writes dates; `month` is one of the twelve.
std::string_view month_name(std::chrono::month month);

}  // namespace suite
