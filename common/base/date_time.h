// Instants as people and programs write them: RFC 3339, and seconds since the epoch.
#pragma once

#include <chrono>
#include <expected>
#include <string>
#include <string_view>

namespace suite {

/// "2026-03-01T14:05:07.25+01:00", as RFC 3339 has it (5.6: a blank may stand for the T, letters may be
/// small), or "1772370307.25", seconds since the epoch. Digits behind the nanoseconds are dropped; a leap
/// second is the next one's beginning, as for the kernel's clock. From 1970 to 2200. The error says what is
/// wrong with the text.
std::expected<std::chrono::system_clock::time_point, std::string> parse_date_time(std::string_view text);

/// RFC 3339 in UTC, with as many digits of the second as there are: "2026-03-01T13:05:07.25Z".
std::string date_time_text(std::chrono::system_clock::time_point when);

}  // namespace suite
