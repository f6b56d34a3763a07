// A report as CSV (RFC 4180), for spreadsheets.
#include <fmt/format.h>

#include <array>
#include <optional>

#include "cmd/report/formats.h"
#include "cmd/results/measures.h"

namespace suite::report {
namespace {

std::string csv_field(std::string_view text) {
  if (text.find_first_of(",\"\r\n") == std::string_view::npos) return std::string(text);
  std::string out = "\"";
  for (const char letter : text) out += letter == '"' ? std::string("\"\"") : std::string(1, letter);
  return out + "\"";
}

// The shortest text that reads back as the same value; empty: none.
std::string exact(std::optional<double> value) { return value ? fmt::format("{}", *value) : ""; }

// The unit of the exact figures, as their columns name it.
std::string_view unit_of_column(Metric metric) {
  switch (metric) {
    case Metric::kThroughput:
    case Metric::kServerSwitches:
    case Metric::kClientSwitches:
      return "";
    case Metric::kServerMemory:
      return "_bytes";
    default:
      return "_seconds";
  }
}

std::string csv_header() {
  std::string line =
      "source,workload,conns,depth,contestant,rank,rounds,ranked_by,ratio,ratio_low,ratio_high";
  for (const Metric metric : kMetrics) {
    line += fmt::format(",{0}{1},{0}{1}_low,{0}{1}_high", results::name_of(metric), unit_of_column(metric));
  }
  return line +
         ",errors,client_bound_rounds,failure,sweep,sweep_value,load_share,load_rate,disturbed_rounds\r\n";
}

std::string csv_line(const Table& table, const Row& row, std::span<const Source> sources) {
  const auto interval = row.ratio ? row.ratio->interval : std::nullopt;
  std::string line = fmt::format("{},{},{},{},{},{},{},{},{},{},{}", csv_field(sources[row.source].file),
                                 csv_field(table.workload), table.conns, table.depth, csv_field(row.name),
                                 row.numbers.empty() ? "" : fmt::format("{}", row.rank), row.numbers.size(),
                                 results::name_of(table.ranked_by), row.ratio ? exact(row.ratio->value) : "",
                                 interval ? exact(interval->low) : "", interval ? exact(interval->high) : "");
  for (const Metric metric : kMetrics) {
    const Measured& figure = row.of(metric);
    line += fmt::format(",{},{},{}", exact(figure.median), figure.interval ? exact(figure.interval->low) : "",
                        figure.interval ? exact(figure.interval->high) : "");
  }
  const results::LoadLevel level = table.level.value_or(results::LoadLevel{});
  return line + fmt::format(",{},{},{},{},{},{},{},{}\r\n", row.errors, row.limited.by_client,
                            csv_field(row.failure.value_or("")),
                            table.point ? name_of(table.point->axis) : "",
                            table.point ? fmt::format("{}", table.point->value) : "", exact(level.share),
                            exact(level.rate), row.disturbed);
}

}  // namespace

std::string csv_report(const Content& content, std::span<const Source> sources) {
  std::string text = csv_header();
  for (const Table& table : content.tables) {
    for (const Row& row : table.rows) text += csv_line(table, row, sources);
  }
  return text;
}

}  // namespace suite::report
