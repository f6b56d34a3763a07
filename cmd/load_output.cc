#include "cmd/load_output.h"

#include <unistd.h>
#include <fmt/format.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <string>
#include <string_view>
#include <nlohmann/json.hpp>

#include "client/gates/gates.h"
#include "client/reports/distribution_report.h"
#include "client/reports/report.h"
#include "client/search/search_report.h"
#include "cmd/find_max.h"
#include "cmd/load_progress.h"
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

// A terminal's reader gets the latencies as bars, unless the flag says otherwise.
bool draws_distribution(const std::string& when) {
  return when == "on" || (when == "auto" && ::isatty(STDERR_FILENO) == 1);
}

// For people. Warnings of one of several runs come at their end, each once.
std::string text_of_run(const LoadOptions& options, const LoadResult& result) {
  std::string text = summary_report(result);
  if (draws_distribution(options.output.histogram)) {
    const TerminalStyle style = terminal_style();
    text += distribution_report(result.latency, {.columns = style.columns, .unicode = style.unicode});
  }
  if (options.settings.runs == 1) text += warnings_report(result);
  return text + passed_text(options.settings.gates, result);
}

bool write(std::string_view flag, const std::string& path, const std::string& text) {
  const auto written = write_file(path, text);
  if (!written) fmt::print(stderr, "suite load: {}: cannot write '{}': {}\n", flag, path, written.error());
  return written.has_value();
}

}  // namespace

bool print_run(const LoadOptions& options, const LoadResult& result) {
  if (!options.output.quiet) fmt::print(stderr, "{}", text_of_run(options, result));
  if (options.output.format == LoadFormat::kLine) return print(line_report(result) + "\n");
  if (options.output.format == LoadFormat::kAb) return print(ab_report(options.settings, result));
  return true;
}

void print_end_of_runs(const LoadOptions& options, const std::vector<LoadResult>& results) {
  if (options.settings.runs == 1 || options.output.quiet) return;
  fmt::print(stderr, "{}", runs_report(results));
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
