#include "cmd/load_output.h"

#include <fmt/format.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
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

bool print(const std::string& text) {
  if (std::fputs(text.c_str(), stdout) >= 0 && std::fflush(stdout) == 0) return true;
  fmt::print(stderr, "suite load: cannot write to standard output: {}\n", std::strerror(errno));
  return false;
}

bool write(std::string_view flag, const std::string& path, const std::string& text) {
  const auto written = write_file(path, text);
  if (!written) fmt::print(stderr, "suite load: {}: cannot write '{}': {}\n", flag, path, written.error());
  return written.has_value();
}

}  // namespace

bool print_run(const LoadOptions& options, const LoadResult& result) {
  if (!options.output.quiet) {
    fmt::print(stderr, "{}{}", summary_report(result), passed_text(options.settings.gates, result));
  }
  if (options.output.format == LoadFormat::kLine) return print(line_report(result) + "\n");
  if (options.output.format == LoadFormat::kAb) return print(ab_report(options.settings, result));
  return true;
}

bool write_results(const LoadOptions& options, const LoadOutcome& outcome) {
  const LoadOutput& output = options.output;
  const std::vector<LoadResult>& results = outcome.results;
  const bool json_on_stdout = output.format == LoadFormat::kJson;
  const std::string json = json_on_stdout || output.json_file ? json_text(options, outcome) : "";
  bool written = !json_on_stdout || print(json);
  if (outcome.search && !json_on_stdout) {
    written = print(find_max_line(find_max_plan(options.settings), *outcome.search) + "\n");
  }
  if (output.format == LoadFormat::kTable) written = print(table_report(options.settings.plan, results));
  if (output.format == LoadFormat::kCsv) written = print(csv_report(results));
  if (output.json_file) written &= write("--json", *output.json_file, json);
  if (output.hdr_file) written &= write("--hdr", *output.hdr_file, hdr_text(results));
  return written;
}

}  // namespace suite
