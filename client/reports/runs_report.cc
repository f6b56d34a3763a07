// What several runs of the same load say together.
#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <iterator>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "client/reports/figures.h"
#include "client/reports/report.h"
#include "common/base/units.h"
#include "common/stats/summary.h"

namespace suite {
namespace {

using Text = std::back_insert_iterator<std::string>;
using RunList = std::vector<const LoadResult*>;
using RunFigure = std::function<std::optional<double>(const LoadResult&)>;
using FigureText = std::function<std::string(double)>;

// "245,388 req/s (231,001 to 250,112)"; nothing where a run lacks the figure.
std::optional<std::string> spread(const RunList& runs, const RunFigure& figure, const FigureText& written,
                                  std::string_view unit = {}) {
  std::vector<double> values;
  for (const LoadResult* run : runs) {
    const auto value = figure(*run);
    if (!value) return std::nullopt;
    values.push_back(*value);
  }
  const auto [least, greatest] = std::ranges::minmax(values);
  return fmt::format("{}{} ({} to {})", written(median(values)), unit, written(least), written(greatest));
}

std::string duration_text(double nanoseconds) {
  return format_duration(std::chrono::nanoseconds(static_cast<std::int64_t>(nanoseconds)));
}

void add_row(Text out, std::string_view label, const std::optional<std::string>& text) {
  if (text) fmt::format_to(out, "  {:<13} {}\n", label, *text);
}

void add_latencies(Text out, const RunList& runs) {
  for (const Quantile& quantile : kQuantiles) {
    const auto figure = [&](const LoadResult& run) -> std::optional<double> {
      const auto value = run.latency.percentile(quantile.share);
      return value ? std::optional(static_cast<double>(value->count())) : std::nullopt;
    };
    add_row(out, quantile.name, spread(runs, figure, duration_text));
  }
}

void add_errors(Text out, const RunList& runs) {
  std::uint64_t errors = 0;
  for (const LoadResult* run : runs) errors += run->counts.errors.total();
  const auto with_errors =
      std::ranges::count_if(runs, [](const LoadResult* run) { return run->counts.errors.total() > 0; });
  if (errors == 0) return add_row(out, "errors", "0");
  add_row(out, "errors", fmt::format("{} in {} of {} runs", format_count(errors), with_errors, runs.size()));
}

// What it warns of, without the run's own figures: "the rate could not be met".
std::string_view subject_of(std::string_view warning) {
  constexpr std::size_t kShortestSubject = 12;  // below that it is no more than an article or two
  const std::size_t end = warning.find_first_of(":0123456789");
  return end == std::string_view::npos || end < kShortestSubject ? warning : warning.substr(0, end);
}

/// The runs in which a warning came up, and what the first of them said.
struct RunsWarning {
  std::string text;
  std::vector<std::size_t> runs;
  bool varies = false;  // its figures differ from run to run
};

// Each once, in the order in which they came up, with the runs that it is about.
void add_warnings(Text out, std::span<const LoadResult> results) {
  std::vector<RunsWarning> warnings;
  for (std::size_t run = 0; run < results.size(); ++run) {
    for (const std::string& warning : results[run].warnings) {
      auto known = std::ranges::find(warnings, subject_of(warning),
                                     [](const RunsWarning& entry) { return subject_of(entry.text); });
      if (known == warnings.end()) known = warnings.insert(known, {.text = warning, .runs = {}});
      if (known->runs.empty() || known->runs.back() != run + 1) known->runs.push_back(run + 1);
      known->varies |= known->text != warning;
    }
  }
  for (const auto& [warning, runs, varies] : warnings) {
    const bool all = runs.size() == results.size();
    fmt::format_to(out, "  warning ({}{}): {}\n",
                   all ? "all runs" : fmt::format("run {}", fmt::join(runs, ", ")),
                   varies ? fmt::format("; figures of run {}", runs.front()) : "", warning);
  }
}

}  // namespace

std::string runs_report(std::span<const LoadResult> results) {
  RunList whole;
  for (const LoadResult& result : results) {
    if (!result.interrupted) whole.push_back(&result);
  }
  std::string text;
  const Text out(text);
  if (whole.size() > 1) {
    fmt::format_to(out, "{} runs, median (least to greatest):\n", whole.size());
    add_row(out, "throughput",
            spread(whole, [](const LoadResult& run) { return run.rps(); }, format_rate, " requests/s"));
    add_latencies(out, whole);
    add_row(out, "client CPU", spread(whole, client_cpu_per_request, cpu_text, " per request"));
    add_row(out, "server CPU", spread(whole, server_cpu_per_request, cpu_text, " per request"));
    add_errors(out, whole);
  }
  add_warnings(out, results);
  return text;
}

}  // namespace suite
