#include "common/base/units.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <optional>
#include <span>

namespace suite {
namespace {

struct Unit {
  std::string_view name;
  double factor;
};

constexpr std::array kDurationUnits{Unit{"ns", 1}, Unit{"us", 1e3}, Unit{"ms", 1e6},  Unit{"s", 1e9},
                                    Unit{"", 1e9}, Unit{"m", 60e9}, Unit{"h", 3600e9}};

constexpr double kKibi = 1024, kMebi = kKibi * 1024, kGibi = kMebi * 1024;
constexpr std::array kSizeUnits{Unit{"", 1},      Unit{"b", 1},     Unit{"k", kKibi},   Unit{"kib", kKibi},
                                Unit{"m", kMebi}, Unit{"g", kGibi}, Unit{"mib", kMebi}, Unit{"gib", kGibi},
                                Unit{"kb", 1e3},  Unit{"mb", 1e6},  Unit{"gb", 1e9}};

constexpr std::array kCountUnits{Unit{"", 1}, Unit{"k", 1e3}, Unit{"m", 1e6}, Unit{"g", 1e9}};

// What a rate is per, in seconds.
constexpr std::array kPeriods{Unit{"s", 1}, Unit{"m", 60}, Unit{"h", 3600}};

constexpr double kLongestDuration = 10.0 * 365 * 24 * 3600 * 1e9;  // ns

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return out;
}

/// number x unit, or nothing where the text is not of that form. Plain decimal notation only.
std::optional<double> parse_quantity(std::string_view text, std::span<const Unit> units) {
  const std::size_t digits_end = std::min(text.find_first_not_of("0123456789."), text.size());
  if (digits_end == 0) return std::nullopt;
  double number = 0;
  const char* const end = text.data() + digits_end;
  const auto [stop, status] = std::from_chars(text.data(), end, number, std::chars_format::fixed);
  if (status != std::errc{} || stop != end) return std::nullopt;
  const std::string unit = lower(text.substr(digits_end));
  for (const Unit& known : units) {
    if (unit == known.name) return number * known.factor;
  }
  return std::nullopt;
}

std::expected<std::uint64_t, UnitsError> parse_whole(std::string_view text, std::span<const Unit> units,
                                                     std::string_view accepted) {
  const auto value = parse_quantity(text, units);
  if (!value) return std::unexpected(fmt::format("'{}' is not {}", text, accepted));
  const double whole = std::nearbyint(*value);
  if (std::abs(*value - whole) > 1e-6) {
    return std::unexpected(fmt::format("'{}' is not a whole number", text));
  }
  if (whole > static_cast<double>(kLargestWhole)) return UINT64_MAX;
  return static_cast<std::uint64_t>(whole);
}

}  // namespace

std::expected<std::chrono::nanoseconds, UnitsError> parse_duration(std::string_view text) {
  const auto value = parse_quantity(text, kDurationUnits);
  if (!value) {
    return std::unexpected(
        fmt::format("'{}' is not a duration such as 250ms, 1.5s, 2m, 1h or 10 (seconds)", text));
  }
  if (*value > kLongestDuration) return std::unexpected(fmt::format("'{}' is longer than 10 years", text));
  return std::chrono::nanoseconds(std::llround(*value));
}

std::expected<std::uint64_t, UnitsError> parse_size(std::string_view text) {
  return parse_whole(text, kSizeUnits, "a size such as 64, 64k, 64KiB or 1MB");
}

std::expected<std::uint64_t, UnitsError> parse_count(std::string_view text) {
  return parse_whole(text, kCountUnits, "a count such as 100, 10k or 1.5M");
}

std::expected<double, UnitsError> parse_rate(std::string_view text) {
  const std::size_t slash = text.find('/');
  const std::string_view period_name = slash == std::string_view::npos ? "s" : text.substr(slash + 1);
  const auto period = std::ranges::find(kPeriods, lower(period_name), &Unit::name);
  const auto count = parse_quantity(text.substr(0, slash), kCountUnits);
  if (!count || period == kPeriods.end()) {
    return std::unexpected(fmt::format("'{}' is not a rate such as 100, 20k, 0.5, 100/s or 30/m", text));
  }
  return *count / period->factor;
}

std::string format_duration(std::chrono::nanoseconds duration) {
  const auto count = static_cast<double>(duration.count());
  if (std::abs(count) < 1e3) return fmt::format("{:.0f}ns", count);
  struct Scale {
    double factor;
    std::string_view name;
  };
  Scale scale{1e9, "s"};
  if (std::abs(count) < 999.5e3) {
    scale = {1e3, "us"};
  } else if (std::abs(count) < 999.5e6) {
    scale = {1e6, "ms"};
  }
  const double value = count / scale.factor;
  const int decimals = std::abs(value) < 9.995 ? 2 : std::abs(value) < 99.95 ? 1 : 0;
  return fmt::format("{:.{}f}{}", value, decimals, scale.name);
}

std::string format_size(std::uint64_t bytes) {
  constexpr std::array<std::string_view, 5> kNames{"KiB", "MiB", "GiB", "TiB", "PiB"};
  if (bytes < 1024) return fmt::format("{} B", bytes);
  double value = static_cast<double>(bytes) / kKibi;
  std::size_t name = 0;
  while (value >= 1023.5 && name + 1 < kNames.size()) {
    value /= kKibi;
    ++name;
  }
  return fmt::format("{:.{}f} {}", value, value < 9.995 ? 2 : value < 99.95 ? 1 : 0, kNames[name]);
}

std::string format_count(std::uint64_t count) {
  std::string digits = std::to_string(count);
  for (std::size_t at = digits.size(); at > 3; at -= 3) digits.insert(at - 3, 1, ',');
  return digits;
}

std::string format_rate(double per_second) {
  if (per_second < 999.95) return fmt::format("{:.4g}", per_second);
  return format_count(static_cast<std::uint64_t>(std::llround(per_second)));
}

std::string format_items(std::uint64_t count, std::string_view singular) {
  return fmt::format("{} {}{}", format_count(count), singular, count == 1 ? "" : "s");
}

std::string duration_argument(std::chrono::nanoseconds duration) {
  const auto count = duration.count();
  if (count % 1'000'000'000 == 0) return fmt::format("{}s", count / 1'000'000'000);
  if (count % 1'000'000 == 0) return fmt::format("{}ms", count / 1'000'000);
  if (count % 1'000 == 0) return fmt::format("{}us", count / 1'000);
  return fmt::format("{}ns", count);
}

}  // namespace suite
