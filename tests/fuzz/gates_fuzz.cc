// The expressions of gates: what is printed parses again as the same, and what is measured is printed.
#include <cmath>
#include <optional>
#include <string>

#include "client/gates/condition.h"
#include "common/base/units.h"
#include "tests/fuzz/targets.h"

namespace suite::fuzz {
namespace {

// What is shown of a value is that value, as far as its digits go.
void check_shown(const Condition& condition) {
  std::string shown = value_text(condition, condition.limit);
  std::erase(shown, ',');
  const double limit = condition.limit;
  std::optional<double> again;
  if (condition.unit == MetricUnit::kNanoseconds) {
    if (const auto duration = parse_duration(shown)) again = static_cast<double>(duration->count());
  } else if (condition.unit == MetricUnit::kRequests) {
    if (const auto count = parse_count(shown)) again = static_cast<double>(*count);
  } else if (condition.unit == MetricUnit::kPerSecond) {
    if (shown.contains('e')) return;  // less than one in hours
    if (const auto rate = parse_rate(shown)) again = *rate;
  } else {
    return;
  }
  require(again && std::abs(*again - limit) <= limit / 100, "a limit is shown as what it is");
}

}  // namespace

void gates(Input input) {
  const auto condition = parse_condition(input.text());
  if (!condition) {
    require(!condition.error().empty(), "a refusal says why");
    return;
  }
  require(condition->limit >= 0, "no limit is negative");
  const auto again = parse_condition(condition->text);
  require(again.has_value(), "a condition that was printed can be read");
  require(again->text == condition->text && again->limit == condition->limit &&
              again->unit == condition->unit && again->comparison == condition->comparison &&
              again->metric.name == condition->metric.name,
          "... as the same");
  check_shown(*condition);
}

}  // namespace suite::fuzz
