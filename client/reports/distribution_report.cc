#include "client/reports/distribution_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace suite {
namespace {

constexpr std::size_t kMostRows = 14;
constexpr std::size_t kWidestBar = 40;     // columns
constexpr std::size_t kWideTerminal = 50;  // has room for the whole label

// Round values of one decade, times ten; each list is evenly spaced on a logarithmic scale (IEC 60063's E24,
// E12 and E6; 1-2-5).
constexpr std::array<int, 24> kE24{10, 11, 12, 13, 15, 16, 18, 20, 22, 24, 27, 30,
                                   33, 36, 39, 43, 47, 51, 56, 62, 68, 75, 82, 91};
constexpr std::array<int, 12> kE12{10, 12, 15, 18, 22, 27, 33, 39, 47, 56, 68, 82};
constexpr std::array<int, 6> kE6{10, 15, 22, 33, 47, 68};
constexpr std::array<int, 3> kOneTwoFive{10, 20, 50};
constexpr std::array<int, 1> kDecades{10};
constexpr std::array<std::span<const int>, 5> kScales{kE24, kE12, kE6, kOneTwoFive, kDecades};

/// Up to `to`, which is included, from the row before.
struct BarRow {
  double to;  // ns
  std::uint64_t count = 0;
};

// The rows of a scale between two latencies; none where there would be too many.
std::vector<BarRow> rows_of(std::span<const int> decade, double least, double greatest) {
  std::vector<BarRow> rows;
  for (double power = 0.1; rows.empty() || rows.back().to < greatest; power *= 10) {
    for (const int step : decade) {
      const double to = step * power;
      if (to < least) continue;
      rows.push_back({.to = to});
      if (to >= greatest) break;
      if (rows.size() == kMostRows) return {};
    }
  }
  return rows;
}

// The finest scale that has few enough rows.
std::vector<BarRow> rows_between(double least, double greatest) {
  for (const auto scale : kScales) {
    if (auto rows = rows_of(scale, least, greatest); !rows.empty()) return rows;
  }
  return {{.to = greatest}};
}

std::vector<BarRow> rows_of(const LatencyHistogram& latencies) {
  const auto ns = [](std::chrono::nanoseconds time) { return static_cast<double>(time.count()); };
  auto rows = rows_between(std::max(ns(*latencies.min()), 1.0), ns(*latencies.max()));
  auto row = rows.begin();
  for (const auto& bucket : latencies.buckets()) {
    while (row + 1 != rows.end() && static_cast<double>(bucket.lowest) > row->to) ++row;
    row->count += bucket.count;
  }
  return rows;
}

// Round values have two digits that mean something: "33us", "1.5ms", "470ns".
std::string round_duration(double nanoseconds) {
  constexpr std::array<std::string_view, 4> kUnits{"ns", "us", "ms", "s"};
  std::size_t unit = 0;
  while (nanoseconds >= 999.5 && unit + 1 < kUnits.size()) {
    nanoseconds /= 1000;
    ++unit;
  }
  return fmt::format("{:.5g}{}", nanoseconds, kUnits[unit]);
}

// What is there is seen: at least the smallest mark, where a row is not empty.
std::string bar(double length, bool unicode) {
  constexpr std::array<std::string_view, 8> kEighths{"▏", "▏", "▎", "▍", "▌", "▋", "▊", "▉"};
  std::string text;
  const auto whole = static_cast<std::size_t>(length);
  if (!unicode)
    return std::string(std::max<std::size_t>(static_cast<std::size_t>(std::lround(length)), 1), '#');
  for (std::size_t i = 0; i < whole; ++i) text += "█";
  const auto eighths = static_cast<std::size_t>((length - static_cast<double>(whole)) * 8);
  if (eighths > 0 || whole == 0) text += kEighths[eighths];
  return text;
}

// "100 %", "2.1 %", "<0.1 %".
std::string percentage(std::uint64_t count, std::uint64_t whole) {
  const double percent = 100.0 * static_cast<double>(count) / static_cast<double>(whole);
  if (count == 0) return "0 %";
  if (percent < 0.05) return "<0.1 %";
  return fmt::format("{:.1f} %", percent);
}

}  // namespace

std::string distribution_report(const LatencyHistogram& latencies, const BarStyle& style) {
  if (latencies.count() == 0) return {};
  const std::vector<BarRow> rows = rows_of(latencies);
  const std::uint64_t most = std::ranges::max(rows, {}, &BarRow::count).count;
  std::string text;
  const bool is_wide = style.columns >= kWideTerminal;
  const std::size_t label_width = is_wide ? 19 : 5;
  std::string_view label = is_wide ? "distribution  up to" : "up to";
  for (const BarRow& row : rows) {
    const std::string left = fmt::format("  {:<{}} {:>6} {:>8}", label, label_width, round_duration(row.to),
                                         percentage(row.count, latencies.count()));
    text += left;
    label = "";
    constexpr std::size_t kGap = 2;
    // The last column stays free: a terminal may go on to the next line after it.
    const std::size_t room =
        style.columns > left.size() + kGap + 1 ? style.columns - left.size() - kGap - 1 : 0;
    if (row.count > 0 && room > 0) {
      const auto widest = static_cast<double>(std::min(room, kWidestBar));
      text += "  " + bar(widest * static_cast<double>(row.count) / static_cast<double>(most), style.unicode);
    }
    text += '\n';
  }
  return text;
}

}  // namespace suite
