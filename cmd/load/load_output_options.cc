#include "cmd/load/load_output_options.h"

#include <fmt/format.h>

#include <expected>
#include <filesystem>
#include <initializer_list>
#include <ranges>
#include <string_view>
#include <vector>

#include "cmd/cli/of_names.h"
#include "cmd/cli/write_file.h"
#include "cmd/load/load_needs.h"

namespace suite {
namespace {

using namespace load_needs;

std::expected<const ReportFormat*, std::string> read_format(const std::string& name) {
  if (const ReportFormat* const format = find_report_format(name)) return format;
  return std::unexpected(fmt::format("'{}' is not one of: {}", name, report_format_names()));
}

std::vector<std::string_view> format_names() {
  const auto names = report_formats() | std::views::transform(&ReportFormat::name);
  return {names.begin(), names.end()};
}

// "what stdout gets: line, ab = ApacheBench's report"
std::string format_help() {
  std::string help;
  for (const ReportFormat& format : report_formats()) {
    help += fmt::format("{}{}{}{}", help.empty() ? "what stdout gets: " : ", ", format.name,
                        format.meaning.empty() ? "" : " = ", format.meaning);
  }
  return help;
}

Complaint check_file(std::string_view flag, const std::optional<std::string>& path) {
  if (!path) return std::nullopt;
  if (*path == "-") return fmt::format("{}: only --json writes to stdout: give a file", flag);
  if (const auto possible = try_to_write(*path); !possible) {
    return fmt::format("{}: cannot write '{}': {}", flag, *path, possible.error());
  }
  return std::nullopt;
}

// As far as the names tell: neither file need exist.
bool is_same_file(const std::string& one, const std::string& other) {
  const auto plain = [](const std::string& path) {
    return std::filesystem::absolute(path).lexically_normal();
  };
  return plain(one) == plain(other);
}

struct NamedFile {
  std::string_view flag;
  const std::optional<std::string>& path;
};

// Each is another one, and none that is read; and can be written.
Complaint check_files(std::initializer_list<NamedFile> files, const Written& written) {
  for (const NamedFile& one : files) {
    for (const auto& [flag, path] : written.inputs) {
      if (!one.path || !is_same_file(*one.path, path)) continue;
      return fmt::format("{} would overwrite '{}', which {} reads: give another file", one.flag, *one.path,
                         flag);
    }
  }
  for (const NamedFile& one : files) {
    for (const NamedFile& other : files) {
      if (&one <= &other || !one.path || !other.path || !is_same_file(*one.path, *other.path)) continue;
      return fmt::format("{} and {} both name '{}': give each a file of its own", one.flag, other.flag,
                         *one.path);
    }
  }
  for (const NamedFile& file : files) {
    if (auto complaint = check_file(file.flag, file.path)) return complaint;
  }
  return std::nullopt;
}

}  // namespace

OptionGroup output_group(LoadOutput& output) {
  constexpr std::string_view kNotMeasured = "says what is written, not what is measured";
  return {.title = "Output",
          .options = {
              {.name = "--format",
               .takes = "FORM",
               .value = values::of_names(
                   values::read_by(&read_format, output.format, std::string(output.format->name)),
                   format_names()),
               .help = format_help(),
               .no_config = kNotMeasured},
              {.name = "--json",
               .takes = "FILE",
               .value = values::text(output.json_file),
               .help = "the full result as well, whatever the format; -: alone, on stdout",
               .no_config = kNotMeasured},
              {.name = "--hdr",
               .takes = "FILE",
               .value = values::text(output.hdr_file),
               .help = "latencies as a .hgrm percentile file, for HdrHistogram's plotter",
               .rare = true,
               .needs = {&kLatency},
               .no_config = kNotMeasured},
              {.name = "--junit",
               .takes = "FILE",
               .value = values::text(output.junit_file),
               .help = "the gates as a JUnit report, which CI shows beside tests",
               .rare = true,
               .no_config = kNotMeasured},
              {.name = "--progress",
               .takes = "WHEN",
               .value = values::when(output.progress),
               .help = "show progress every second: auto (on a terminal), on or off",
               .rare = true,
               .no_config = kNotMeasured},
              {.name = "--histogram",
               .takes = "WHEN",
               .value = values::when(output.histogram),
               .help = "latencies drawn as bars: auto (on a terminal), on or off",
               .rare = true,
               .no_config = kNotMeasured},
              {.name = "--quiet",
               .letter = 'q',
               .value = values::toggle(output.quiet),
               .help = "nothing on stderr but errors",
               .no_config = kNotMeasured},
          }};
}

Complaint settle_output(LoadOutput& output, bool format_given) {
  if (output.json_file != "-") return std::nullopt;
  const ReportFormat* const json = find_report_format("json");
  if (format_given && output.format != json)
    return "--json - and --format both write to stdout: give --json a file, or leave out --format";
  output.format = json;
  output.json_file.reset();
  return std::nullopt;
}

Complaint check_output(const LoadOutput& output, const Written& written) {
  if (output.format->needs_latency && !written.latency) {
    return fmt::format("--format {} and --latency off exclude each other: that report is made of times",
                       output.format->name);
  }
  if (output.histogram == When::kOn && !written.latency)
    return "--histogram on and --latency off exclude each other: there would be nothing to draw";
  if (output.junit_file && !written.gates) return "--junit is a report of gates: give --fail-if or --require";
  return check_files({NamedFile{"--json", output.json_file}, NamedFile{"--hdr", output.hdr_file},
                      NamedFile{"--junit", output.junit_file}},
                     written);
}

}  // namespace suite
