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
  std::optional<std::string> json_file, hdr_file;
  std::string progress = "auto";   // --progress
  std::string histogram = "auto";  // --histogram
  bool quiet = false;
};

void declare_output(CommandLine& line, LoadOutput& output);

/// Whether the files can be written, and all that is to be written is measured: `latency`, unless it is
/// switched off. What is wrong, as a line for the user.
std::optional<std::string> check_output(const LoadOutput& output, bool latency);

}  // namespace suite
