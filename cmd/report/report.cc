// suite report: a result as a page to send around, or as Markdown, CSV, or github-action-benchmark's JSON.
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <string>
#include <system_error>
#include <vector>

#include "cmd/cli/early_end.h"
#include "cmd/cli/exit_code.h"
#include "cmd/cli/option_parser.h"
#include "cmd/cli/output.h"
#include "cmd/cli/write_file.h"
#include "cmd/report/content.h"
#include "cmd/report/formats.h"
#include "cmd/report/report_options.h"
#include "cmd/report/source.h"
#include "cmd/verbs.h"

namespace suite::report {
namespace {

int refuse(std::string_view message) { return finish("report", usage_error("report", message)); }

// Nothing: neither --format nor the extension says which.
const Format* format_of(const ReportFlags& options) {
  const std::string extension = std::filesystem::path(options.file).extension().string();
  const auto found = std::ranges::find_if(formats(), [&](const Format& format) {
    return options.format.empty() ? format.extension == extension : format.name == options.format;
  });
  return found == formats().end() ? nullptr : &*found;
}

// A report over the result that it is made of would be the end of that.
bool is_a_result(const ReportFlags& options) {
  return std::ranges::any_of(options.results, [&](const std::string& path) {
    std::error_code unknown;
    return std::filesystem::equivalent(path, options.file, unknown);
  });
}

bool to_stdout(const ReportFlags& options) { return options.file.empty() || options.file == "-"; }

int write(const ReportFlags& options, const std::string& text) {
  if (to_stdout(options)) return print_result("suite report", text) ? kExitOk : kExitFailed;
  const auto written = write_file(options.file, text);
  if (written) return kExitOk;
  print_stderr("suite report: cannot write {}: {}\n", options.file, written.error());
  return kExitFailed;
}

// A label for each that is told from the others': the file's name, with its number where two are called the
// same.
void tell_apart(std::vector<Source>& sources) {
  for (std::size_t i = 0; i < sources.size(); ++i) {
    const auto same = std::ranges::count(sources, sources[i].label, &Source::label);
    if (same > 1) sources[i].label += fmt::format(" #{}", i + 1);
  }
}

// The page says so too; who makes a CSV of it would not know otherwise.
void note_incomplete(const std::vector<Source>& sources) {
  for (const Source& source : sources) {
    const auto* bench = std::get_if<results::BenchDocument>(&source.document);
    if (bench == nullptr || bench->complete) continue;
    print_stderr("suite report: '{}' is incomplete: bench still runs, or did not come to its end\n",
                 source.file);
  }
}

int run(const ReportFlags& options) {
  if (options.results.empty()) return refuse("RESULT: give a file of suite bench -o or of suite load --json");
  const Format* const format = format_of(options);
  if (format == nullptr) {
    return refuse(fmt::format("-o: the extension of FILE chooses the format: give one, or --format ({})",
                              format_names()));
  }
  std::vector<Source> sources;
  for (const std::string& path : options.results) {
    auto source = read_source(path);
    if (!source) return refuse(source.error());
    sources.push_back(std::move(*source));
  }
  if (!to_stdout(options)) {
    if (is_a_result(options)) {
      return refuse(fmt::format("-o: '{}' is one of the results: give another file", options.file));
    }
    if (const auto possible = try_to_write(options.file); !possible) {
      return refuse(fmt::format("-o: '{}' cannot be written: {}", options.file, possible.error()));
    }
  }
  note_incomplete(sources);
  tell_apart(sources);
  const Content content = content_of(sources);
  if (content.tables.empty()) return refuse("RESULT: nothing was measured yet");
  return write(options, format->render(content, sources));
}

}  // namespace
}  // namespace suite::report

namespace suite {

int run_report(int argc, const char* const* argv) {
  report::ReportFlags flags;
  const OptionTable table = report::report_table(flags);
  const auto given = parse_options(table, arguments_of(argc, argv));
  if (!given) return finish(table.verb, given.error());
  return report::run(flags);
}

}  // namespace suite
