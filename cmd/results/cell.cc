#include "cmd/results/cell.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "cmd/results/bench_document.h"
#include "common/base/units.h"

namespace suite::results {
namespace {

struct AxisWords {
  std::string_view name, title, item;
};

// In the order of Axis.
constexpr std::array kAxes{
    AxisWords{.name = "conns", .title = "connections", .item = "connection"},
    AxisWords{.name = "depth", .title = "requests in flight per connection", .item = "request"},
    AxisWords{.name = "size", .title = "bytes", .item = "byte"},
    AxisWords{.name = "workers", .title = "workers", .item = "worker"},
};

const AxisWords& words_of(Axis axis) { return kAxes[static_cast<std::size_t>(axis)]; }

}  // namespace

std::string_view name_of(Axis axis) { return words_of(axis).name; }
std::string_view title_of(Axis axis) { return words_of(axis).title; }

std::optional<Axis> find_axis(std::string_view name) {
  const auto found = std::ranges::find(kAxes, name, &AxisWords::name);
  if (found == kAxes.end()) return std::nullopt;
  return static_cast<Axis>(found - kAxes.begin());
}

std::string value_text(Axis axis, std::uint64_t value) {
  const std::string text = format_items(value, words_of(axis).item);
  return axis == Axis::kDepth ? text + " in flight per connection" : text;
}

std::string level_text(const LoadLevel& level) {
  if (level.share) return fmt::format("{:.4g} % of its own maximum", *level.share * 100);
  return fmt::format("{} requests/s", format_rate(level.rate.value_or(0)));
}

std::string cell_name(const BenchSection& section) {
  std::string name = fmt::format("{}, {}", section.workload, format_items(section.conns, "connection"));
  if (section.point && section.point->axis != Axis::kConns) {
    name += ", " + value_text(section.point->axis, section.point->value);
  }
  if (section.level) name += ", " + level_text(*section.level);
  return name;
}

}  // namespace suite::results
