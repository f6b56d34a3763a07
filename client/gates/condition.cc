#include "client/gates/condition.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <utility>

#include "common/base/units.h"
#include "common/http/scan.h"

namespace suite {
namespace {

struct Sign {
  std::string_view text;
  Comparison comparison;
};
// The longer ones first: "<" begins "<=".
constexpr std::array kSigns{Sign{"<=", Comparison::kAtMost}, Sign{">=", Comparison::kAtLeast},
                            Sign{"<", Comparison::kLess}, Sign{">", Comparison::kMore}};

bool compare(double value, Comparison comparison, double limit) {
  switch (comparison) {
    case Comparison::kLess:
      return value < limit;
    case Comparison::kAtMost:
      return value <= limit;
    case Comparison::kMore:
      return value > limit;
    case Comparison::kAtLeast:
      return value >= limit;
  }
  return false;
}

constexpr std::string_view kDigits = "0123456789.";

/// A limit and what it is counted in.
struct Limit {
  MetricUnit unit;
  double value;
};
using ParsedLimit = std::expected<Limit, std::string>;

ParsedLimit parse_percentage(std::string_view text) {
  const std::string_view digits = text.substr(0, text.size() - 1);
  const char* const end = digits.data() + digits.size();
  double percent = 0;
  const auto [stop, status] = std::from_chars(digits.data(), end, percent, std::chars_format::fixed);
  if (status != std::errc{} || stop != end || !(percent >= 0 && percent <= 100)) {
    return std::unexpected(fmt::format("'{}' is not a percentage from 0% to 100%", text));
  }
  return Limit{.unit = MetricUnit::kPercent, .value = percent};
}

// Beyond it a limit could neither be met nor shown.
ParsedLimit parse_number(std::string_view text, MetricUnit unit) {
  double value = 0;
  if (unit == MetricUnit::kPerSecond) {
    const auto rate = parse_rate(text);
    if (!rate) return std::unexpected(rate.error());
    value = *rate;
  } else {
    const auto count = parse_count(text);
    if (!count) return std::unexpected(count.error());
    value = static_cast<double>(*count);
  }
  if (value > static_cast<double>(kLargestWhole))
    return std::unexpected(fmt::format("'{}' is too large", text));
  return Limit{.unit = unit, .value = value};
}

ParsedLimit parse_limit(std::string_view text, const Metric& metric) {
  if (text.ends_with('%')) {
    if (metric.whole) return parse_percentage(text);
    return std::unexpected(fmt::format("{} is no share of anything: '{}' has no meaning", metric.name, text));
  }
  if (metric.unit == MetricUnit::kNanoseconds) {
    const auto duration = parse_duration(text);
    if (!duration) return std::unexpected(duration.error());
    return Limit{.unit = metric.unit, .value = static_cast<double>(duration->count())};
  }
  return parse_number(text, metric.unit);
}

std::string not_a_condition(std::string_view text) {
  // An unquoted p99>5ms arrives as p99, and what is printed goes into a file 5ms.
  const std::string_view advice = find_metric(text) ? " (in quotes: a shell takes < and > for itself)" : "";
  return fmt::format("'{}' is not METRIC<VALUE or METRIC>VALUE, such as p99>5ms, errors>1% or rps<100k{}",
                     text, advice);
}

// "5 ms" is 5ms. A number that is cut in two stays so, and is none.
std::string without_blanks(std::string_view text) {
  constexpr std::string_view kBlanks = " \t";
  std::string whole;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t blank = std::min(text.find_first_of(kBlanks, at), text.size());
    whole += text.substr(at, blank - at);
    at = std::min(text.find_first_not_of(kBlanks, blank), text.size());
    const bool cuts = at < text.size() && kDigits.contains(whole.back()) && kDigits.contains(text[at]);
    if (cuts) whole += ' ';
  }
  return whole;
}

std::string plain_text(MetricUnit unit, double value) {
  switch (unit) {
    case MetricUnit::kNanoseconds:
      return value < 1000 && value != std::floor(value)
                 ? fmt::format("{:.1f}ns", value)
                 : format_duration(std::chrono::nanoseconds(std::llround(value)));
    case MetricUnit::kPercent:
      return fmt::format("{:.3g}%", value);
    case MetricUnit::kPerSecond:
      return format_rate(value);
    case MetricUnit::kRequests:
      break;
  }
  return format_count(static_cast<std::uint64_t>(std::llround(value)));
}

std::string exact_text(MetricUnit unit, double value) {
  if (unit == MetricUnit::kNanoseconds) return fmt::format("{}ns", value);
  return fmt::format("{}{}", value, unit == MetricUnit::kPercent ? "%" : "");
}

}  // namespace

std::expected<Condition, std::string> parse_condition(std::string_view text) {
  const std::size_t at = text.find_first_of("<>=!");
  if (at == std::string_view::npos) return std::unexpected(not_a_condition(text));
  for (const Sign& sign : kSigns) {
    const std::string_view rest = text.substr(at);
    if (!rest.starts_with(sign.text)) continue;
    const std::string_view given = trimmed(rest.substr(sign.text.size()));
    std::string value = without_blanks(given);
    auto metric = find_metric(trimmed(text.substr(0, at)));
    if (!metric) return std::unexpected(std::move(metric.error()));
    if (value.empty() || value.find_first_of("<>=!&|") != std::string_view::npos) break;
    const auto limit = parse_limit(value, *metric);
    if (!limit) return std::unexpected(parse_limit(given, *metric).error());
    // As people who think in milliseconds must see it: a bare number is seconds.
    const bool is_bare =
        limit->unit == MetricUnit::kNanoseconds && value.find_first_not_of(kDigits) == value.npos;
    if (is_bare) value += 's';
    std::string plain = fmt::format("{}{}{}", metric->name, sign.text, value);
    return Condition{.metric = std::move(*metric),
                     .comparison = sign.comparison,
                     .unit = limit->unit,
                     .limit = limit->value,
                     .limit_text = std::move(value),
                     .text = std::move(plain)};
  }
  return std::unexpected(not_a_condition(text));
}

Reading read(const Condition& condition, const LoadResult& result) {
  Measured measured = condition.metric.read(result);
  if (measured.value && condition.unit == MetricUnit::kPercent) {
    const double whole = condition.metric.whole(result);
    measured = whole > 0 ? Measured{.value = *measured.value / whole * 100}
                         : Measured{.why = fmt::format("there is nothing that {} could be a share of",
                                                       condition.metric.name)};
  }
  const bool holds =
      measured.value.has_value() && compare(*measured.value, condition.comparison, condition.limit);
  return {.measured = std::move(measured), .holds = holds};
}

std::string value_text(const Condition& condition, double value) {
  std::string text = plain_text(condition.unit, value);
  if (value != condition.limit && text == plain_text(condition.unit, condition.limit)) {
    return exact_text(condition.unit, value);
  }
  return text;
}

std::string reading_text(const Condition& condition, const Measured& measured) {
  if (!measured.value) return measured.why;
  return fmt::format("{} is {}", condition.metric.name, value_text(condition, *measured.value));
}

std::string comparison_text(const Condition& condition, const Measured& measured) {
  std::string text = reading_text(condition, measured);
  if (!measured.value || *measured.value == condition.limit) return text;
  return fmt::format("{}, {} {}", text, *measured.value < condition.limit ? "below" : "above",
                     condition.limit_text);
}

}  // namespace suite
