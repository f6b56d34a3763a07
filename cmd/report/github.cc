// A report as github-action-benchmark reads it (its README, "customBiggerIsBetter").
#include <fmt/format.h>

#include "cmd/report/formats.h"
#include "cmd/report/wording.h"
#include "cmd/results/fields.h"

namespace suite::report {
namespace {

using results::Json;

std::string extra_of(const Row& row, const Content& content) {
  std::string text =
      fmt::format("{} rounds\nserver CPU per request: {} µs\np99: {} ms\nerrors: {}", row.numbers.size(),
                  figure_text(Metric::kServerCpu, row.of(Metric::kServerCpu).median),
                  figure_text(Metric::kP99, row.of(Metric::kP99).median), row.errors);
  if (row.limited.by_client > 0) text += fmt::format("\nclient-bound in {} rounds", row.limited.by_client);
  return text + "\n" + content.machine;
}

Json entry_of(const Table& table, const Row& row, const Content& content) {
  const Measured& figure = row.of(Metric::kThroughput);
  Json entry{{"name", fmt::format("{}: {}", table.title, row.name)},
             {"unit", "requests/s"},
             {"value", *figure.median}};
  if (figure.interval) {
    entry["range"] = fmt::format("{} to {}", figure_text(Metric::kThroughput, figure.interval->low),
                                 figure_text(Metric::kThroughput, figure.interval->high));
  }
  entry["extra"] = extra_of(row, content);
  return entry;
}

}  // namespace

std::string github_report(const Content& content, std::span<const Source> /*sources*/) {
  Json entries = Json::array();
  for (const Table& table : content.tables) {
    if (table.level) continue;  // as many requests as were asked for
    for (const Row& row : table.rows) {
      if (row.of(Metric::kThroughput).median) entries.push_back(entry_of(table, row, content));
    }
  }
  return entries.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace suite::report
