#include "cmd/report/wording.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <span>

#include "common/base/units.h"

namespace suite::report {

using results::Metric;

namespace {

bool is_cpu(Metric metric) { return metric == Metric::kServerCpu || metric == Metric::kClientCpu; }

}  // namespace

double in_unit(Metric metric, double value) {
  if (metric == Metric::kThroughput) return value;
  return value * (is_cpu(metric) ? 1e6 : 1e3);
}

std::string unit_of(Metric metric) {
  if (metric == Metric::kThroughput) return "requests/s";
  return is_cpu(metric) ? "µs" : "ms";
}

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
