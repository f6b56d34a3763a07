#include "cmd/load/load_output.h"

#include <unistd.h>
#include <fmt/format.h>

#include <string>
#include <string_view>

#include "client/gates/gates.h"
#include "client/reports/distribution_report.h"
#include "client/reports/report.h"
#include "client/search/search_report.h"
#include "cmd/cli/output.h"
#include "cmd/cli/write_file.h"
#include "cmd/load/find_max.h"
#include "cmd/load/load_progress.h"
#include "cmd/load/load_settings_report.h"
#include "cmd/results/json_report.h"
#include "cmd/version.h"

namespace suite {
namespace {

std::string json_text(const LoadOptions& options, const LoadOutcome& outcome) {
  results::LoadDocument document = results::json_report(options.settings, load_config(options.settings),
                                                        this_environment(), outcome.results);
  if (outcome.search) document.find_max = find_max_json(find_max_plan(options.settings), *outcome.search);
  return load_document_text(document);
}

// Histograms add up, so several runs are one distribution.
std::string hdr_text(const std::vector<LoadResult>& results) {
  LatencyHistogram all;
  for (const LoadResult& result : results) all.merge(result.latency);
  return hdr_report(all);
}

bool print(const std::string& text, const EventFd& interrupt) {
  return print_result("suite load", text, interrupt.fd());
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
  if (!written) print_stderr("suite load: {}: cannot write '{}': {}\n", flag, path, written.error());
  return written.has_value();
}

// What stdout gets of all runs together, where that is no JSON.
std::string text_of_all(const LoadOptions& options, const LoadOutcome& outcome) {
  std::string text;
  if (outcome.search) text = find_max_line(find_max_plan(options.settings), *outcome.search) + "\n";
  if (options.output.format == LoadFormat::kTable) {
    text += table_report(options.settings.plan, outcome.results);
  }
  if (options.output.format == LoadFormat::kCsv) text += csv_report(outcome.results);
  return text;
}

}  // namespace

void print_run(const LoadOptions& options, LoadOutcome& outcome, const EventFd& interrupt) {
  const LoadResult& result = outcome.results.back();
  if (!options.output.quiet) write_stderr(text_of_run(options, result));
  std::string text;
  if (options.output.format == LoadFormat::kLine) text = line_report(result) + "\n";
  if (options.output.format == LoadFormat::kAb) text = ab_report(options.settings, result);
  outcome.printed = outcome.printed && print(text, interrupt);
}

void print_end_of_runs(const LoadOptions& options, const std::vector<LoadResult>& results) {
  if (options.settings.runs == 1 || options.output.quiet) return;
  write_stderr(runs_report(results));
}

// Files first: a reader that does not read cannot keep them from being written.
bool write_results(const LoadOptions& options, const LoadOutcome& outcome, const EventFd& interrupt) {
  const LoadOutput& output = options.output;
  const bool json_on_stdout = output.format == LoadFormat::kJson;
  const std::string json = json_on_stdout || output.json_file ? json_text(options, outcome) : "";
  bool written = true;
  if (output.json_file) written &= write("--json", *output.json_file, json);
  if (output.hdr_file) written &= write("--hdr", *output.hdr_file, hdr_text(outcome.results));
  const std::string text = json_on_stdout ? json : text_of_all(options, outcome);
  return (!outcome.printed || print(text, interrupt)) && written;
}

}  // namespace suite
