// The result as tables on standard output, in place of the log: for people, and for issues and summaries.
#pragma once

#include <string>

#include "cmd/results/bench_document.h"

namespace suite::bench {

/// What standard output gets.
enum class BenchFormat {
  kLog,       // see log.h
  kTable,     // in columns, for a terminal
  kMarkdown,  // of GitHub's kind
};

/// A table for each section that has a result, in the order of the ranking: medians of rounds, and the marks
/// of the ranking. `format` is not kLog.
std::string result_tables(const results::BenchDocument& document, BenchFormat format);

}  // namespace suite::bench
