// The flags of `suite load` that say what it prints and writes.
#pragma once

#include <optional>
#include <string>

#include "cmd/cli/command_line.h"

namespace suite {

/// What stdout gets.
enum class LoadFormat : unsigned char { kLine, kTable, kAb, kJson, kCsv };

struct LoadOutput {
  LoadFormat format = LoadFormat::kLine;
  bool format_given = false;
  std::optional<std::string> json_file, hdr_file;
  std::string progress = "auto";   // --progress
  std::string histogram = "auto";  // --histogram
  bool quiet = false;

  /// Whether the result is kept where standard output does not take it.
  bool has_file() const { return json_file || hdr_file; }
};

void declare_output(CommandLine& line, LoadOutput& output);

/// Makes --json - what it means: the JSON is what stdout gets, and nothing else. What is wrong, as a line for
/// the user: another --format was given, which stdout would have to hold as well.
std::optional<std::string> settle_output(LoadOutput& output);

/// Whether the files can be written, and all that is to be written is measured: `latency`, unless it is
/// switched off. What is wrong, as a line for the user.
std::optional<std::string> check_output(const LoadOutput& output, bool latency);

}  // namespace suite
