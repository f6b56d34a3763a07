#include "cmd/load/load_output.h"

#include <unistd.h>
#include <fmt/format.h>

#include <string>
#include <string_view>

#include "client/gates/gates.h"
#include "client/gates/junit_report.h"
#include "client/reports/distribution_report.h"
#include "client/reports/report.h"
#include "cmd/cli/output.h"
#include "cmd/cli/write_file.h"
#include "cmd/load/load_progress.h"
#include "cmd/load/report_formats.h"

namespace suite {
namespace {

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
bool draws_distribution(When when) { return applies(when, ::isatty(STDERR_FILENO) == 1); }

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

}  // namespace

void print_run(const LoadOptions& options, LoadOutcome& outcome, const EventFd& interrupt) {
  const LoadResult& result = outcome.results.back();
  if (!options.output.quiet) write_stderr(text_of_run(options, result));
  const ReportFormat& format = *options.output.format;
  const std::string text = format.of_run != nullptr ? format.of_run(options.settings, result) : "";
  outcome.printed = outcome.printed && print(text, interrupt);
}

void print_end_of_runs(const LoadOptions& options, const std::vector<LoadResult>& results) {
  if (options.settings.runs == 1 || options.output.quiet) return;
  write_stderr(runs_report(results));
}

// Files first: a reader that does not read cannot keep them from being written.
bool write_results(const LoadOptions& options, const LoadOutcome& outcome, const EventFd& interrupt) {
  const LoadOutput& output = options.output;
  bool written = true;
  if (output.json_file) written &= write("--json", *output.json_file, json_text(options, outcome));
  if (output.hdr_file) written &= write("--hdr", *output.hdr_file, hdr_text(outcome.results));
  const std::string text = output.format->of_all != nullptr ? output.format->of_all(options, outcome) : "";
  return (!outcome.printed || print(text, interrupt)) && written;
}

bool write_junit(const LoadOptions& options, const std::vector<LoadResult>& results,
                 const std::optional<std::string>& trouble) {
  const auto& file = options.output.junit_file;
  if (!file) return true;
  JUnitInput input{.command = options.settings.command,
                   .gates = options.settings.gates,
                   .verdicts = judge(options.settings.gates, results),
                   .runs = results.size(),
                   .measured = {},
                   .trouble = trouble};
  for (const LoadResult& result : results) input.measured += result.measured;
  return write("--junit", *file, junit_report(input));
}

}  // namespace suite
