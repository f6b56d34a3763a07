#include "cmd/report/wording.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <span>

#include "common/base/units.h"

namespace suite::report {

using results::Metric;

namespace {

// How a metric is shown: its value is multiplied by this.
struct Unit {
  std::string_view name;
  double factor;
};

Unit shown_in(Metric metric) {
  switch (metric) {
    case Metric::kThroughput:
      return {.name = "requests/s", .factor = 1};
    case Metric::kServerCpu:
    case Metric::kClientCpu:
      return {.name = "µs", .factor = 1e6};
    case Metric::kServerSwitches:
    case Metric::kClientSwitches:
      return {.name = "", .factor = 1};
    case Metric::kServerMemory:
      return {.name = "KiB", .factor = 1.0 / 1024};
    default:
      return {.name = "ms", .factor = 1e3};
  }
}

}  // namespace

double in_unit(Metric metric, double value) { return value * shown_in(metric).factor; }

std::string unit_of(Metric metric) { return std::string(shown_in(metric).name); }

std::string three_digits(double value) {
  if (std::abs(value) >= 999.5)
    return format_count(static_cast<std::uint64_t>(std::llround(std::abs(value))));
  if (value == 0) return "0";
  const int before_point = std::max(0, static_cast<int>(std::floor(std::log10(std::abs(value)))) + 1);
  const int decimals = std::abs(value) < 1 ? 2 - static_cast<int>(std::floor(std::log10(std::abs(value)))) - 0
                                           : std::max(0, 3 - before_point);
  return fmt::format("{:.{}f}", value, std::min(decimals, 6));
}

std::string figure_text(Metric metric, std::optional<double> value) {
  if (!value) return "-";
  if (metric == Metric::kThroughput) return format_rate(*value);
  return three_digits(in_unit(metric, *value));
}

std::string ratio_text(const std::optional<PairedRatio>& ratio) {
  if (!ratio) return "-";
  if (!ratio->interval) return fmt::format("{:.3f} (too few rounds)", ratio->value);
  return fmt::format("{:.3f} [{:.3f}, {:.3f}]", ratio->value, ratio->interval->low, ratio->interval->high);
}

std::string listed(const std::vector<std::string>& names) {
  if (names.empty()) return {};
  if (names.size() == 1) return names.front();
  const std::span all(names);
  return fmt::format("{} and {}", fmt::join(all.first(all.size() - 1), ", "), all.back());
}

std::string percent_text(double share) {
  const double percent = std::abs(share) * 100;
  return percent < 9.95 ? fmt::format("{:.2g}", percent) : fmt::format("{:.0f}", percent);
}

}  // namespace suite::report
