#include "cmd/cli/option_value.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <system_error>

#include "common/base/units.h"

namespace suite::values {
namespace {

auto ranged(std::expected<std::uint64_t, UnitsError> (*parse)(std::string_view), Range range) {
  range.most = std::min(range.most, kLargestWhole);
  return [parse, range](std::string_view text) {
    auto parsed = parse(text);
    if (!parsed || (*parsed >= range.least && *parsed <= range.most)) return parsed;
    parsed = std::unexpected(
        *parsed < range.least
            ? fmt::format("'{}' is too small; at least {} is accepted", text, format_count(range.least))
            : fmt::format("'{}' is too large; at most {} is accepted", text, format_count(range.most)));
    return parsed;
  };
}

std::expected<std::chrono::nanoseconds, UnitsError> parse_positive_duration(std::string_view text) {
  auto parsed = parse_duration(text);
  if (parsed && parsed->count() == 0) {
    parsed = std::unexpected(fmt::format("'{}' is no duration: give more than 0", text));
  }
  return parsed;
}

std::expected<double, std::string> parse_percent(const std::string& text) {
  std::string_view digits = text;
  if (digits.ends_with('%')) digits.remove_suffix(1);
  while (digits.ends_with(' ')) digits.remove_suffix(1);
  double percent = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), percent);
  const bool is_whole = error == std::errc() && end == digits.data() + digits.size();
  if (is_whole && std::isfinite(percent) && percent >= 0) return percent;
  return std::unexpected(fmt::format("'{}' is not a percentage, such as 5 or 5%", text));
}

auto any_text() {
  return [](const std::string& text) -> std::expected<std::string, std::string> { return text; };
}

// The largest unit of which it is a whole number: 67108864 -> "64MiB".
std::string size_argument(std::uint64_t bytes) {
  constexpr std::array<std::string_view, 4> kUnits{"", "KiB", "MiB", "GiB"};
  std::size_t unit = 0;
  for (; bytes != 0 && bytes % 1024 == 0 && unit + 1 < kUnits.size(); ++unit) bytes /= 1024;
  return fmt::format("{}{}", bytes, kUnits[unit]);
}

template <class Value, class Show>
std::string shown(const std::optional<Value>& value, Show show) {
  return value ? show(*value) : std::string();
}

}  // namespace

OptionValue count(std::uint64_t& value, Range range) {
  return read_by(ranged(&parse_count, range), value, std::to_string(value));
}
OptionValue count(std::optional<std::uint64_t>& value, Range range) {
  return read_by(ranged(&parse_count, range), value,
                 shown(value, [](std::uint64_t number) { return std::to_string(number); }));
}

OptionValue size(std::uint64_t& value, Range range) {
  return read_by(ranged(&parse_size, range), value, size_argument(value));
}
OptionValue size(std::optional<std::uint64_t>& value, Range range) {
  return read_by(ranged(&parse_size, range), value, shown(value, &size_argument));
}

std::expected<std::uint64_t, std::string> read_size(std::string_view text, Range range) {
  return ranged(&parse_size, range)(text);
}

OptionValue duration(std::chrono::nanoseconds& value) {
  return read_by(&parse_duration, value, duration_argument(value));
}
OptionValue duration(std::optional<std::chrono::nanoseconds>& value) {
  return read_by(&parse_duration, value, shown(value, &duration_argument));
}
OptionValue positive_duration(std::chrono::nanoseconds& value) {
  return read_by(&parse_positive_duration, value, duration_argument(value));
}
OptionValue positive_duration(std::optional<std::chrono::nanoseconds>& value) {
  return read_by(&parse_positive_duration, value, shown(value, &duration_argument));
}

OptionValue percent(std::optional<double>& value) { return read_by(&parse_percent, value); }

OptionValue text(std::string& value) { return read_by(any_text(), value, value); }
OptionValue text(std::optional<std::string>& value) {
  return read_by(any_text(), value, value.value_or(std::string()));
}

OptionValue choice(std::string& value, std::vector<std::string_view> choices) {
  const auto read = [choices](const std::string& given) -> std::expected<std::string, std::string> {
    if (std::ranges::find(choices, given) != choices.end()) return given;
    return std::unexpected(not_one_of(given, choices));
  };
  OptionValue made = read_by(read, value, value);
  made.choices = std::move(choices);
  return made;
}

std::string not_one_of(std::string_view text, const std::vector<std::string_view>& choices) {
  return fmt::format("'{}' is not one of: {}", text, fmt::join(choices, ", "));
}

OptionValue list(std::vector<std::string>& values) {
  return {.take = [&values](const std::string& text) -> Complaint {
    values.push_back(text);
    return std::nullopt;
  }};
}

OptionValue toggle(bool& value, bool given) {
  return {.take = [&value, given](const std::string&) -> Complaint {
    value = given;
    return std::nullopt;
  }};
}

}  // namespace suite::values
