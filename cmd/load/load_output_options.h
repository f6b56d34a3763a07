// The flags of `suite load` that say what it prints and writes.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cmd/cli/option.h"
#include "cmd/cli/when.h"
#include "cmd/load/report_formats.h"

namespace suite {

struct LoadOutput {
  const ReportFormat* format = &report_formats().front();  // what stdout gets
  std::optional<std::string> json_file, hdr_file, junit_file;
  When progress = When::kAuto;
  When histogram = When::kAuto;
  bool quiet = false;

  /// Whether the result is kept where standard output does not take it.
  bool has_file() const { return json_file || hdr_file || junit_file; }
};

OptionGroup output_group(LoadOutput& output);

/// Makes --json - what it means: the JSON is what stdout gets, and nothing else. `format_given`: stdout would
/// have to hold that as well.
Complaint settle_output(LoadOutput& output, bool format_given);

/// What there will be to write.
struct Written {
  bool latency = true;                                                // unless it is switched off
  bool gates = true;                                                  // there is one, at least
  std::vector<std::pair<std::string_view, std::string>> inputs = {};  // flags, and the files they read
};

/// Whether the files can be written, and there is what is to be written.
Complaint check_output(const LoadOutput& output, const Written& written);

}  // namespace suite
