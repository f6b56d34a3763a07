#include "cmd/report/columns.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

#include "cmd/report/wording.h"

namespace suite::report {
namespace {

template <Metric metric>
Column column(std::string_view header) {
  return {.header = std::string(header),
          .text = [](const Row& row) { return figure_text(metric, row.of(metric).median); },
          .value = [](const Row& row) { return row.of(metric).median; }};
}

Column ratio_column(std::string_view header) {
  return {.header = std::string(header),
          .text =
              [](const Row& row) {
                return row.ratio ? ratio_text(row.ratio) : row.numbers.empty() ? "-" : "1";
              },
          .value =
              [](const Row& row) {
                if (row.numbers.empty()) return std::optional<double>();
                return std::optional(row.ratio ? row.ratio->value : 1);
              }};
}

Column share_column() {
  return {.header = "of the limit",
          .text = [](const Row& row) { return row.share ? fmt::format("{:.0f} %", *row.share * 100) : "-"; },
          .value = [](const Row& row) { return row.share; }};
}

bool has_shares(const Table& table) {
  return std::ranges::any_of(table.rows, [](const Row& row) { return row.share.has_value(); });
}

}  // namespace

std::vector<Column> columns_of(const Table& table) {
  if (table.is_load) {
    return {column<Metric::kThroughput>("requests/s"), column<Metric::kP50>("p50, ms"),
            column<Metric::kP99>("p99, ms"), column<Metric::kMax>("max, ms")};
  }
  const std::string_view ratio = table.ranked_by == Metric::kServerCpu ? "CPU ratio"
                                 : table.ranked_by == Metric::kP99     ? "p99 ratio"
                                                                       : "ratio";
  std::vector<Column> columns{column<Metric::kThroughput>("requests/s"), ratio_column(ratio),
                              column<Metric::kServerCpu>("server CPU, µs"), column<Metric::kP99>("p99, ms")};
  if (has_shares(table)) columns.push_back(share_column());
  return columns;
}

std::vector<std::string> marks_of(const Row& row) {
  std::vector<std::string> marks;
  if (row.limited.by_client > 0)
    marks.push_back(fmt::format("client-bound in {} of {}", row.limited.by_client, row.limited.rounds));
  if (row.limited.by_shared_cores > 0)
    marks.push_back(
        fmt::format("shared cores full in {} of {}", row.limited.by_shared_cores, row.limited.rounds));
  if (row.disturbed > 0)
    marks.push_back(fmt::format("disturbed in {} of {}", row.disturbed, row.limited.rounds));
  if (row.uneven) marks.emplace_back("uneven: the busiest worker has over 1.5 times the mean of requests");
  if (row.errors > 0) marks.push_back(fmt::format("errors: {}", row.errors));
  if (row.failure) marks.push_back(*row.failure);
  return marks;
}

std::string footnote_of(const Table& table) {
  if (table.is_load) return "Medians of runs.";
  const std::string_view name = results::title_of(table.ranked_by);
  std::string note =
      table.is_overlaid
          ? fmt::format(
                "Medians of rounds; server CPU per request; the ratio is of {} to the best of the same "
                "result, "
                "with its 95 % interval; ranks are by the medians alone.",
                name)
          : fmt::format(
                "Medians of rounds; server CPU per request; the ratio is of {} to the first, with its 95 % "
                "interval. Equal ranks: no difference to the first is shown.",
                name);
  if (has_shares(table)) {
    note +=
        fmt::format(" Of the limit: {} as a share of what this machine's TCP can do (suite limits).", name);
  }
  return note;
}

}  // namespace suite::report
