#include "cmd/load/report_formats.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "client/reports/report.h"
#include "client/search/search_report.h"
#include "cmd/load/find_max.h"
#include "cmd/load/load_options.h"
#include "cmd/load/load_output.h"
#include "cmd/load/load_settings_report.h"
#include "cmd/results/json_report.h"
#include "cmd/version.h"

namespace suite {
namespace {

std::string line_of_run(const LoadSettings&, const LoadResult& result) { return line_report(result) + "\n"; }

std::string line_of_search(const LoadOptions& options, const LoadOutcome& outcome) {
  if (!outcome.search) return {};
  return find_max_line(find_max_plan(options.settings), *outcome.search) + "\n";
}

std::string table_of_all(const LoadOptions& options, const LoadOutcome& outcome) {
  return table_report(options.settings.plan, outcome.results);
}

std::string csv_of_all(const LoadOptions&, const LoadOutcome& outcome) { return csv_report(outcome.results); }

constexpr std::array kFormats{
    ReportFormat{.name = "line", .of_a_search = true, .of_run = &line_of_run, .of_all = &line_of_search},
    ReportFormat{.name = "table", .of_all = &table_of_all},
    ReportFormat{.name = "json", .of_a_search = true, .of_all = &json_text},
    ReportFormat{.name = "csv", .of_all = &csv_of_all},
    ReportFormat{.name = "ab",
                 .meaning = "ApacheBench's report",
                 .needs_http = true,
                 .needs_latency = true,
                 .takes_every_status = true,
                 .of_run = &ab_report},
};

}  // namespace

std::span<const ReportFormat> report_formats() { return kFormats; }

const ReportFormat* find_report_format(std::string_view name) {
  const auto found = std::ranges::find(kFormats, name, &ReportFormat::name);
  return found == kFormats.end() ? nullptr : &*found;
}

std::string report_format_names() {
  std::string names;
  for (const ReportFormat& format : kFormats) names += (names.empty() ? "" : ", ") + std::string(format.name);
  return names;
}

std::string json_text(const LoadOptions& options, const LoadOutcome& outcome) {
  results::LoadDocument document = results::json_report(options.settings, load_config(options.settings),
                                                        this_environment(), outcome.results);
  if (outcome.search) document.find_max = find_max_json(find_max_plan(options.settings), *outcome.search);
  return load_document_text(document);
}

}  // namespace suite
