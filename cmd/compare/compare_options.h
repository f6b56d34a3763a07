// The flags of `suite compare`.
#pragma once

#include <optional>
#include <string>

#include "cmd/cli/option.h"
#include "cmd/results/verdict.h"

namespace suite::compare {

/// What stdout gets.
enum class Format { kTable, kMarkdown, kJson };

struct CompareFlags {
  std::optional<std::string> before, after;  // each one or more files with commas between
  bool paired = false;
  bool anyway = false;
  std::optional<double> fail_on_regression;  // percent
  std::optional<results::Metric> metric;  // nothing: throughput, or server CPU where the client was the limit
  Format format = Format::kTable;
  bool quiet = false;
};

OptionTable compare_table(CompareFlags& flags);

}  // namespace suite::compare
