#include "cmd/load_output.h"

#include <fmt/format.h>

#include <cstdio>
#include <string>
#include <string_view>
#include <nlohmann/json.hpp>

#include "client/gates/gates.h"
#include "client/reports/report.h"
#include "client/search/search_report.h"
#include "cmd/find_max.h"
#include "cmd/version.h"
#include "cmd/write_file.h"

namespace suite {
namespace {

Environment environment() {
  Environment here = local_environment();
  here.compiler = compiler_text();
  here.suite = version_number();
  return here;
}

std::string json_text(const LoadOptions& options, const LoadOutcome& outcome) {
  auto document = json_report(options.settings, environment(), outcome.results);
  if (outcome.search) {
    document["find_max"] = find_max_json(find_max_plan(options.settings), *outcome.search);
  }
  return document.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
}

// Histograms add up, so several runs are one distribution.
std::string hdr_text(const std::vector<LoadResult>& results) {
  LatencyHistogram all;
  for (const LoadResult& result : results) all.merge(result.latency);
  return hdr_report(all);
}

bool write(std::string_view flag, const std::string& path, const std::string& text) {
  const auto written = write_file(path, text);
  if (!written) fmt::print(stderr, "suite load: {}: cannot write '{}': {}\n", flag, path, written.error());
  return written.has_value();
}

}  // namespace

void print_run(const LoadOptions& options, const LoadResult& result) {
  if (!options.output.quiet) {
    fmt::print(stderr, "{}{}", summary_report(result), passed_text(options.settings.fail_if, result));
  }
  if (options.output.format == LoadFormat::kLine) fmt::print("{}\n", line_report(result));
  if (options.output.format == LoadFormat::kAb) fmt::print("{}", ab_report(options.settings, result));
  std::fflush(stdout);
}

bool write_results(const LoadOptions& options, const LoadOutcome& outcome) {
  const LoadOutput& output = options.output;
  const std::vector<LoadResult>& results = outcome.results;
  const bool json_on_stdout = output.format == LoadFormat::kJson;
  const std::string json = json_on_stdout || output.json_file ? json_text(options, outcome) : "";
  if (json_on_stdout) fmt::print("{}", json);
  if (output.format == LoadFormat::kTable) fmt::print("{}", table_report(options.settings.plan, results));
  if (output.format == LoadFormat::kCsv) fmt::print("{}", csv_report(results));
  std::fflush(stdout);
  const bool json_written = !output.json_file || write("--json", *output.json_file, json);
  const bool hdr_written = !output.hdr_file || write("--hdr", *output.hdr_file, hdr_text(results));
  return json_written && hdr_written;
}

}  // namespace suite
