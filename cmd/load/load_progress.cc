#include "cmd/load/load_progress.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>

#include "common/base/units.h"

namespace suite {
namespace {

constexpr std::size_t kWidestChart = 60;  // seconds
constexpr std::size_t kNarrowestChart = 8;
constexpr std::string_view kEmptyLine = "\r\033[K";

void add_chart(TerminalLine& line, const std::deque<double>& rates, const TerminalStyle& style) {
  constexpr std::array<std::string_view, 8> kBlocks{"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
  constexpr std::array<std::string_view, 8> kLetters{"_", ".", "-", "~", "=", "+", "*", "#"};
  constexpr std::size_t kGap = 2;
  if (rates.empty() || line.room() < kNarrowestChart + kGap) return;
  const std::size_t shown = std::min({rates.size(), kWidestChart, line.room() - kGap});
  const auto first = rates.end() - static_cast<std::ptrdiff_t>(shown);
  const double most = *std::max_element(first, rates.end());
  std::string chart;
  for (auto rate = first; rate != rates.end(); ++rate) {
    const auto height = most > 0 ? static_cast<std::size_t>(std::lround(*rate / most * 7)) : 0;
    chart += (style.unicode ? kBlocks : kLetters)[height];
  }
  line.add(chart, shown, kCyan);
}

std::string run_text(const LoadMoment& moment) {
  return fmt::format("run {} of {}", moment.run, moment.runs);
}

}  // namespace

std::string progress_line(const LoadMoment& moment, const TerminalStyle& style) {
  TerminalLine line(style);
  if (moment.runs > 1) line.add(run_text(moment));
  // The last second of a window may be a part of one.
  const std::string elapsed =
      duration_argument(std::chrono::round<std::chrono::milliseconds>(moment.elapsed));
  line.add(moment.duration ? fmt::format("{} of {}", elapsed, duration_argument(*moment.duration)) : elapsed);
  line.add(
      fmt::format("{} req/s", format_count(static_cast<std::uint64_t>(std::llround(moment.second.rate())))));
  if (moment.second.p99) line.add("p99 " + format_duration(*moment.second.p99));
  line.add("errors " + format_count(moment.errors), moment.errors > 0 ? kRed : std::string_view());
  add_chart(line, moment.rates, style);
  return line.take();
}

void LoadProgress::begin_run() {
  ++moment_.run;
  moment_.errors = 0;
  moment_.rates.clear();
  show_phase("connecting");
}

void LoadProgress::on_start(std::chrono::nanoseconds warmup) {
  if (warmup.count() > 0) show_phase("warming up for " + duration_argument(warmup));
}

// Only where it can be overwritten: a second later it says nothing to anybody.
void LoadProgress::show_phase(const std::string& what) {
  if (progress_ != Progress::kOverwrite) return;
  TerminalLine line(terminal_style());
  if (moment_.runs > 1) line.add(run_text(moment_));
  line.add(what);
  overwrite(line.take());
}

void LoadProgress::overwrite(const std::string& line) {
  out_(std::string(kEmptyLine) + line);
  shown_ = true;
}

void LoadProgress::on_second(const SeriesPoint& second, std::chrono::nanoseconds elapsed) {
  moment_.second = second;
  moment_.elapsed = elapsed;
  moment_.errors += second.errors;
  moment_.rates.push_back(second.rate());
  if (moment_.rates.size() > kWidestChart) moment_.rates.pop_front();
  if (progress_ == Progress::kOverwrite) overwrite(progress_line(moment_, terminal_style()));
  if (progress_ == Progress::kLines) {
    constexpr TerminalStyle kNoTerminal{.columns = 200};
    LoadMoment plain = moment_;
    plain.rates.clear();  // the lines before are the chart
    out_(progress_line(plain, kNoTerminal) + "\n");
  }
}

void LoadProgress::end_run() {
  if (!shown_) return;
  out_(kEmptyLine);
  shown_ = false;
}

}  // namespace suite
