// What a result shall, or shall not, be like: `p99>5ms`, `errors>1%`, `rps<100k`. A gate (--fail-if) is
// breached where its condition holds; a search (--find-max) looks for the highest rate at which it still
// does.
#pragma once

#include <expected>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "client/gates/metric.h"

namespace suite {

enum class Comparison : std::uint8_t { kLess, kAtMost, kMore, kAtLeast };

/// METRIC COMPARISON VALUE.
struct Condition {
  Metric metric;
  Comparison comparison = Comparison::kMore;
  MetricUnit unit = MetricUnit::kNanoseconds;  // of the limit, and of what is compared with it
  double limit = 0;
  std::string limit_text = {};  // as given: "5ms"
  std::string text = {};        // as given, without blanks: "p99>5ms"
};

/// What one run says of a condition.
struct Reading {
  Measured measured;   // in the condition's unit
  bool holds = false;  // never where there is no value
};

/// Reads "p99 > 5ms". A time takes a duration (a bare number is seconds), requests a count, a rate requests
/// per second; what is a share of something takes a percentage as well. The error names what was given and
/// what would do.
std::expected<Condition, std::string> parse_condition(std::string_view text);

Reading read(const Condition& condition, const LoadResult& result);

/// A value of the condition's unit, for people: "5.21ms", "0.3%", "98,211". Never one that looks like the
/// limit without being it.
std::string value_text(const Condition& condition, double value);

/// What was measured: "p99 is 5.21ms", or why nothing can be said.
std::string reading_text(const Condition& condition, const Measured& measured);

/// The same beside the limit: "p99 is 5.21ms, above 5ms".
std::string comparison_text(const Condition& condition, const Measured& measured);

}  // namespace suite
