#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <vector>

#include "client/reports/figures.h"
#include "client/reports/report.h"
#include "common/base/units.h"
#include "common/stats/summary.h"

namespace suite {
namespace {

/// A column: which figure of a run it shows, and how. Medians are taken of the figures.
struct Column {
  std::string_view title;
  std::function<std::optional<double>(const LoadResult&)> figure;
  std::string (*text)(double);
  std::string_view without;  // in the place of a figure that there is not
};

constexpr std::string_view kNone = "-", kTooFew = "too few";

// A median of counts may end in a half.
std::string count_text(double count) {
  const double whole = std::floor(count);
  return format_count(static_cast<std::uint64_t>(whole)) + (count > whole ? ".5" : "");
}

std::string time_text(double nanoseconds) {
  return format_duration(std::chrono::nanoseconds(std::llround(nanoseconds)));
}

std::optional<double> nanoseconds_of(const std::optional<std::chrono::nanoseconds>& value) {
  return value ? std::optional(static_cast<double>(value->count())) : std::nullopt;
}

Column percentile_column(const Quantile& quantile) {
  return {.title = quantile.name,
          .figure = [share = quantile.share](
                        const LoadResult& run) { return nanoseconds_of(run.latency.percentile(share)); },
          .text = time_text,
          .without = kTooFew};
}

void add_latency(std::vector<Column>& columns) {
  for (const std::string_view name : {"p50", "p90", "p99", "p99.9"}) {
    columns.push_back(percentile_column(*std::ranges::find(kQuantiles, name, &Quantile::name)));
  }
  columns.push_back(
      {"max", [](const LoadResult& run) { return nanoseconds_of(run.latency.max()); }, time_text, kNone});
}

void add_rate(std::vector<Column>& columns) {
  const auto add = [&columns](std::string_view title, auto figure_of_rate, std::string (*text)(double),
                              std::string_view without) {
    columns.push_back({title,
                       [figure_of_rate](const LoadResult& run) -> std::optional<double> {
                         return run.rate ? figure_of_rate(*run.rate) : std::nullopt;
                       },
                       text, without});
  };
  using Figure = std::optional<double>;
  add("asked/s", [](const RateResult& rate) -> Figure { return rate.asked; }, format_rate, kNone);
  add("achieved/s", [](const RateResult& rate) -> Figure { return rate.achieved; }, format_rate, kNone);
  add("missed", [](const RateResult& rate) -> Figure { return rate.missed; }, count_text, kNone);
  add("shed", [](const RateResult& rate) -> Figure { return rate.shed; }, count_text, kNone);
  add(
      "p99 lag", [](const RateResult& rate) { return nanoseconds_of(rate.lag.percentile(0.99)); }, time_text,
      kTooFew);
}

std::vector<Column> columns_for(const LoadPlan& plan) {
  std::vector<Column> columns{{"req/s", &LoadResult::rps, format_rate, kNone}};
  if (plan.latency) add_latency(columns);
  columns.push_back({"errors",
                     [](const LoadResult& run) { return static_cast<double>(run.counts.errors.total()); },
                     count_text, kNone});
  if (plan.rate) add_rate(columns);
  columns.push_back({"client CPU/req", client_cpu_per_request, cpu_text, kNone});
  columns.push_back({"server CPU/req", server_cpu_per_request, cpu_text, kNone});
  return columns;
}

using Cells = std::vector<std::string>;

Cells title_row(const std::vector<Column>& columns) {
  Cells row{"run"};
  for (const Column& column : columns) row.emplace_back(column.title);
  return row;
}

std::string cell(const Column& column, const std::optional<double>& figure) {
  return figure ? column.text(*figure) : std::string(column.without);
}

Cells run_row(const std::vector<Column>& columns, const LoadResult& run, std::size_t number) {
  Cells row{std::to_string(number)};
  for (const Column& column : columns) row.push_back(cell(column, column.figure(run)));
  return row;
}

// A figure that one run lacks has no median: that of the others would be of a selection.
Cells median_row(const std::vector<Column>& columns, std::span<const LoadResult> runs) {
  Cells row{"median"};
  for (const Column& column : columns) {
    std::vector<double> figures;
    for (const LoadResult& run : runs) {
      if (const auto figure = column.figure(run)) figures.push_back(*figure);
    }
    row.push_back(
        cell(column, figures.size() == runs.size() ? std::optional(median(figures)) : std::nullopt));
  }
  return row;
}

std::string aligned(const std::vector<Cells>& rows) {
  std::vector<std::size_t> widths(rows.front().size());
  for (const Cells& row : rows) {
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], row[i].size());
  }
  std::string text;
  for (const Cells& row : rows) {
    text += fmt::format("{:<{}}", row.front(), widths.front());
    for (std::size_t i = 1; i < row.size(); ++i) text += fmt::format("  {:>{}}", row[i], widths[i]);
    text += "\n";
  }
  return text;
}

}  // namespace

std::string table_report(const LoadPlan& plan, std::span<const LoadResult> runs) {
  const std::vector<Column> columns = columns_for(plan);
  std::vector<Cells> rows{title_row(columns)};
  for (std::size_t i = 0; i < runs.size(); ++i) rows.push_back(run_row(columns, runs[i], i + 1));
  if (runs.size() > 1) rows.push_back(median_row(columns, runs));
  return aligned(rows);
}

}  // namespace suite
