#include "cmd/load/load_output_options.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <utility>

#include "cmd/cli/write_file.h"

namespace suite {
namespace {

using Complaint = std::optional<std::string>;

constexpr std::array<std::pair<std::string_view, LoadFormat>, 5> kFormats{{{"line", LoadFormat::kLine},
                                                                           {"table", LoadFormat::kTable},
                                                                           {"ab", LoadFormat::kAb},
                                                                           {"json", LoadFormat::kJson},
                                                                           {"csv", LoadFormat::kCsv}}};

Complaint apply_format(const std::string& name, LoadFormat& format) {
  const auto found = std::ranges::find(kFormats, name, [](const auto& entry) { return entry.first; });
  if (found == kFormats.end()) return fmt::format("'{}' is not one of: line, table, ab, json, csv", name);
  format = found->second;
  return std::nullopt;
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

}  // namespace

void declare_output(CommandLine& line, LoadOutput& output) {
  line.custom(
      {"--format", "FORM", "what stdout gets: line, table, json, csv, ab = ApacheBench's report (line)"},
      [&output](const std::string& name) {
        output.format_given = true;
        return apply_format(name, output.format);
      });
  line.text({"--json", "FILE", "the full result as well, whatever the format; -: alone, on stdout"},
            output.json_file);
  line.text({"--hdr", "FILE", "latencies as a .hgrm percentile file, for HdrHistogram's plotter"},
            output.hdr_file);
  line.choice({"--progress", "WHEN", "show progress every second: auto (on a terminal), on or off (auto)"},
              output.progress, {"auto", "on", "off"});
  line.choice({"--histogram", "WHEN", "latencies drawn as bars: auto (on a terminal), on or off (auto)"},
              output.histogram, {"auto", "on", "off"});
  line.toggle("-q,--quiet", "nothing on stderr but errors", output.quiet);
}

std::optional<std::string> settle_output(LoadOutput& output) {
  if (output.json_file != "-") return std::nullopt;
  if (output.format_given && output.format != LoadFormat::kJson)
    return "--json - and --format both write to stdout: give --json a file, or leave out --format";
  output.format = LoadFormat::kJson;
  output.json_file.reset();
  return std::nullopt;
}

std::optional<std::string> check_output(const LoadOutput& output, bool latency) {
  if (output.format == LoadFormat::kAb && !latency)
    return "--format ab and --latency off exclude each other: that report is made of times";
  if (output.hdr_file && !latency)
    return "--hdr and --latency off exclude each other: there would be nothing to write";
  if (output.histogram == "on" && !latency)
    return "--histogram on and --latency off exclude each other: there would be nothing to draw";
  if (output.hdr_file && output.json_file && is_same_file(*output.hdr_file, *output.json_file)) {
    return fmt::format("--hdr and --json both name '{}': give each a file of its own", *output.hdr_file);
  }
  if (auto complaint = check_file("--json", output.json_file)) return complaint;
  return check_file("--hdr", output.hdr_file);
}

}  // namespace suite
