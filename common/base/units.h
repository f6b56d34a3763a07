// Text <-> quantities, as users write them on the command line and read them in reports.
#pragma once

#include <chrono>
#include <cstdint>
#include <expected>
#include <string>
#include <string_view>

namespace suite {

/// Why a text is no quantity; reads on after the flag's name: "--secs: '5x' is not a duration (...)".
using UnitsError = std::string;

/// 2^53: above it a double skips whole numbers.
inline constexpr std::uint64_t kLargestWhole = std::uint64_t{1} << 53;

/// "250ms", "1.5s", "2m", "1h", "80us", "500ns"; a bare number is seconds. Never negative, at most 10 years.
std::expected<std::chrono::nanoseconds, UnitsError> parse_duration(std::string_view text);

/// Bytes: "64", "64k" = "64KiB" = 65,536, "1MB" = 1,000,000; likewise for M and G. Upper or lower case.
/// What is larger than kLargestWhole is UINT64_MAX, which no range accepts.
std::expected<std::uint64_t, UnitsError> parse_size(std::string_view text);

/// "100", "10k" = 10,000, "1.5M" = 1,500,000. The value must come out whole.
std::expected<std::uint64_t, UnitsError> parse_count(std::string_view text);

/// Per second: "100" = "100/s", "20k", "0.5" = "30/m", "1/h". Above 0; counts as of parse_count(), but not
/// whole.
std::expected<double, UnitsError> parse_rate(std::string_view text);

/// Three significant digits and the unit that fits: "812ns", "45.3us", "1.20ms", "2.00s".
std::string format_duration(std::chrono::nanoseconds duration);

/// "812 B", "64.0 KiB", "1.50 GiB".
std::string format_size(std::uint64_t bytes);

/// Of something per second, as a number: "245,388", "99.5", "0.5"; only large ones lose their fraction.
std::string format_rate(double per_second);

/// With separators: 1234567 -> "1,234,567".
std::string format_count(std::uint64_t count);

/// "1 worker", "3 workers", "1,234 connections".
std::string format_items(std::uint64_t count, std::string_view singular);

/// The shortest text that parse_duration() reads back as the same value: "2s", "250ms", "1500ms".
std::string duration_argument(std::chrono::nanoseconds duration);

}  // namespace suite
