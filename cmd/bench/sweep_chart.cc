#include "cmd/bench/sweep_chart.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <span>
#include <string_view>

#include "cmd/cli/text_lines.h"
#include "common/base/units.h"
#include "common/stats/summary.h"

namespace suite::bench {

/// Where everything stands.
struct SweepChartLayout {
  std::size_t name = 0, cell = 1;  // columns
  std::vector<std::size_t> sections;
  bool has_figures = false;
};

namespace {

constexpr std::size_t kNarrowestWithFigures = 7;  // columns of a point: a bar and "221k"
constexpr std::size_t kWidest = 10;
constexpr std::size_t kLongestName = 16;
constexpr std::size_t kLatestColumns = 6;  // behind the bars, where there are no figures beside them

// At most four letters: "950", "9.8k", "221k", "1.2M".
std::string brief(double value) {
  if (value < 999.5) return fmt::format("{:.0f}", value);
  if (value < 9950) return fmt::format("{:.1f}k", value / 1e3);
  if (value < 999.5e3) return fmt::format("{:.0f}k", value / 1e3);
  return value < 9.95e6 ? fmt::format("{:.1f}M", value / 1e6) : fmt::format("{:.0f}M", value / 1e6);
}

// Of eight heights, from zero.
std::string_view bar_of(double share, bool unicode) {
  constexpr std::array<std::string_view, 8> kBlocks{"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
  constexpr std::array<std::string_view, 8> kSigns{".", ":", "-", "=", "+", "*", "#", "@"};
  const auto height = static_cast<std::size_t>(std::clamp(std::ceil(share * 8), 1.0, 8.0)) - 1;
  return unicode ? kBlocks[height] : kSigns[height];
}

// Of more points than there are columns those up to the one that is measured.
SweepChartLayout layout_of(std::vector<std::size_t> sections, std::size_t name, std::size_t now,
                           std::size_t columns) {
  SweepChartLayout layout{.name = name, .sections = std::move(sections)};
  const std::size_t room = columns - std::min(columns, name + 1);
  const std::size_t wide = room / layout.sections.size();
  layout.has_figures = wide >= kNarrowestWithFigures;
  if (layout.has_figures) {
    layout.cell = std::min(wide, kWidest);
    return layout;
  }
  const std::size_t bars = std::max<std::size_t>(1, room - std::min(room, kLatestColumns));
  layout.cell = std::max<std::size_t>(1, bars / layout.sections.size());
  if (layout.sections.size() <= bars) return layout;
  const auto at = static_cast<std::size_t>(std::ranges::find(layout.sections, now) - layout.sections.begin());
  const std::size_t first = at < bars ? 0 : at + 1 - bars;
  const std::span shown = std::span(layout.sections).subspan(first, bars);
  layout.sections = std::vector(shown.begin(), shown.end());
  return layout;
}

std::string padded(std::string text, std::size_t used, std::size_t columns) {
  text.append(columns - std::min(columns, used), ' ');
  return text;
}

// The bar as wide as its cell, but for a column between two; with its figure where that fits.
std::string cell_text(std::string_view bar, std::string_view figure, const SweepChartLayout& layout) {
  if (layout.has_figures) return padded(fmt::format("{} {}", bar, figure), 2 + figure.size(), layout.cell);
  std::string text;
  const std::size_t width = layout.cell == 1 ? 1 : layout.cell - 1;
  for (std::size_t i = 0; i < width; ++i) text += bar;
  return padded(std::move(text), width, layout.cell);
}

std::string label_of(std::uint64_t value, std::size_t columns) {
  std::string whole = std::to_string(value);
  return whole.size() < columns ? whole : brief(static_cast<double>(value));
}

std::string head(const Plan& plan, const SweepChartLayout& layout, double most, std::size_t columns) {
  const auto value = [&plan](std::size_t section) { return plan.sections[section].point->value; };
  const auto axis = plan.sections[layout.sections.front()].point->axis;
  if (!layout.has_figures) {
    std::string text =
        fmt::format("req/s over {}, {} to {}; a full bar: {}", name_of(axis), value(layout.sections.front()),
                    value(layout.sections.back()), brief(most));
    return text.substr(0, columns);
  }
  std::string text = padded(std::string(name_of(axis)), name_of(axis).size(), layout.name + 1);
  for (const std::size_t section : layout.sections) {
    const std::string label = label_of(value(section), layout.cell);
    text += padded(label, label.size(), layout.cell);
  }
  return without_trailing_blanks(text);
}

}  // namespace

void SweepChart::round_ended(const RoundId& id, double rps) {
  rounds_[{id.section, id.contestant}].push_back(rps);
}

void SweepChart::round_failed(const RoundId& id) { stopped_.emplace(id.section, id.contestant); }

std::optional<double> SweepChart::median_of(const Cell& cell) const {
  const auto found = rounds_.find(cell);
  if (found == rounds_.end()) return std::nullopt;
  return median(found->second);
}

double SweepChart::most(const std::vector<std::size_t>& sections) const {
  double most = 0;
  for (const auto& [cell, rounds] : rounds_) {
    const bool is_of_it = std::ranges::find(sections, cell.first) != sections.end();
    if (is_of_it) most = std::max(most, median(rounds));
  }
  return most;
}

std::vector<std::string> SweepChart::lines(const TerminalStyle& style) const {
  if (section_ >= plan_.sections.size() || !plan_.sections[section_].point) return {};
  std::vector<std::size_t> sections;
  for (std::size_t i = 0; i < plan_.sections.size(); ++i) {
    if (plan_.sections[i].series == plan_.sections[section_].series) sections.push_back(i);
  }
  const std::vector<std::size_t> places = plan_.contestants_of(plan_.sections[section_]);
  std::size_t name = std::string_view("workers").size();
  for (const std::size_t place : places) name = std::max(name, plan_.contestants[place].name.size());
  const double full = most(sections);
  const std::size_t columns = std::max<std::size_t>(style.columns, 1) - 1;
  const SweepChartLayout layout =
      layout_of(std::move(sections), std::min(name, kLongestName), section_, columns);
  // The line of progress stands below, and the terminal keeps one.
  const std::size_t room = std::min(kMostLines, style.rows - std::min<std::size_t>(style.rows, 2));
  if (room < 2 || columns < layout.name + 1 + layout.cell + kLatestColumns) return {};

  std::vector<std::string> lines{head(plan_, layout, full, columns)};
  for (const std::size_t place : places) {
    if (lines.size() + 1 == room && &place != &places.back()) {
      lines.push_back(fmt::format("and {} more", places.size() - (lines.size() - 1)));
      break;
    }
    lines.push_back(row(place, layout, full, style.unicode));
  }
  return lines;
}

std::string SweepChart::row(std::size_t place, const SweepChartLayout& layout, double full,
                            bool unicode) const {
  const std::string shown = plan_.contestants[place].name.substr(0, layout.name);
  std::string line = padded(shown, shown.size(), layout.name + 1);
  std::string latest;
  for (const std::size_t section : layout.sections) {
    const auto value = median_of({section, place});
    if (stopped_.contains({section, place})) {
      line += cell_text("x", "stop", layout);
      latest = "stop";
    } else if (value) {
      line += cell_text(bar_of(full > 0 ? *value / full : 0, unicode), brief(*value), layout);
      latest = brief(*value);
    } else {
      line += cell_text(" ", "", layout);
    }
  }
  if (!layout.has_figures) line += " " + latest;
  return without_trailing_blanks(line);
}

}  // namespace suite::bench
