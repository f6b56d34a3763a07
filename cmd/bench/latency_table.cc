#include "cmd/bench/latency_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>

#include "cmd/cli/text_lines.h"
#include "cmd/cli/time_text.h"
#include "cmd/results/load_levels.h"
#include "common/base/units.h"

namespace suite::bench {
namespace {

using results::LevelFigures;
using results::LoadedContestant;
using results::LoadedWorkload;

std::string rate_text(const std::optional<double>& rate) {
  return rate ? format_rate(std::round(*rate)) : "-";
}

std::string line(std::string_view name, std::size_t width, std::string_view at, std::string_view rate,
                 const LevelFigures* figures, std::string_view mark = {}) {
  std::string text = fmt::format("  {:<{}}  {:>9}  {:>11}", name.substr(0, width), width, at, rate);
  if (figures != nullptr) {
    text += fmt::format("  {:>8}  {:>8}  {:>8}  {}", time_text(figures->p50), time_text(figures->p99),
                        time_text(figures->p999), mark);
  }
  return without_trailing_blanks(text) + "\n";
}

std::string at_text(const results::LoadLevel& level) {
  return level.share ? fmt::format("{:.4g} %", *level.share * 100) : "same rate";
}

std::string rows_of(const LoadedContestant& one, std::size_t width) {
  std::string text = line(one.name, width, "maximum", rate_text(one.maximum), nullptr);
  for (std::size_t i = 0; i < one.levels.size(); ++i) {
    const LevelFigures& figures = one.levels[i];
    text += line("", width, at_text(figures.level), rate_text(figures.asked), &figures,
                 one.knee == i ? "knee" : "");
  }
  if (one.stopped) text += fmt::format("    stopped: {}\n", *one.stopped);
  return text;
}

std::string table_of(const LoadedWorkload& workload) {
  constexpr std::size_t kWidest = 24;
  std::size_t width = std::string_view("server").size();
  for (const LoadedContestant& one : workload.contestants) width = std::max(width, one.name.size());
  width = std::min(width, kWidest);
  std::string text = fmt::format("{}: latency under load, medians\n", workload.name);
  text += fmt::format("  {:<{}}  {:>9}  {:>11}  {:>8}  {:>8}  {:>8}\n", "server", width, "at", "req/s", "p50",
                      "p99", "p99.9");
  for (const LoadedContestant& one : workload.contestants) text += rows_of(one, width);
  return text + "\n";
}

}  // namespace

std::string latency_tables(std::span<const results::BenchSection> sections) {
  std::string text;
  for (const LoadedWorkload& workload : results::loaded_workloads(sections)) text += table_of(workload);
  if (text.empty()) return text;
  return text +
         "Shares are of each server's own maximum; latency runs from when a request was due.\n"
         "        knee  the first share at which p99 is more than twice that at the lowest\n";
}

}  // namespace suite::bench
