// The flags of `suite report`.
#pragma once

#include <string>
#include <vector>

#include "cmd/cli/option.h"

namespace suite::report {

struct ReportFlags {
  std::vector<std::string> results;
  std::string file;    // empty or "-": standard output
  std::string format;  // empty: by the extension of `file`
};

OptionTable report_table(ReportFlags& flags);

/// "html, md, csv, github"
std::string format_names();

}  // namespace suite::report
