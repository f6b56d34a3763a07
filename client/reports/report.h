// A LoadResult as text. A report knows nothing of how the result was measured, and prints nothing itself.
#pragma once

#include <span>
#include <string>

#include "client/load_plan.h"
#include "client/load_result.h"
#include "client/load_settings.h"

namespace suite {

/// "Throughput: 220318.51 [reqests/sec], errors: 0": the documented line, spelling included, without its
/// newline.
std::string line_report(const LoadResult& result);

/// ApacheBench 2.3's report, from "Server Software:" on, label for label, behind one line that names suite
/// and `settings.command`. Whole lines. `settings.http` is set.
std::string ab_report(const LoadSettings& settings, const LoadResult& result);

/// A row per run under a row of titles, aligned, and with several runs a last row of medians. Whole lines.
std::string table_report(const LoadPlan& plan, std::span<const LoadResult> runs);

/// RFC 4180: a line of column names, then one per run; empty where there is no figure. The columns are the
/// same for every kind of run; docs/load-output.md has them.
std::string csv_report(std::span<const LoadResult> runs);

/// A percentile file (.hgrm) as HdrHistogram writes it and its plotter reads it: values in ms, five rows per
/// halving of the distance to 100 %.
std::string hdr_report(const LatencyHistogram& latency);

/// For people: percentiles, bytes, errors by kind, CPU per request on both sides. Whole lines.
std::string summary_report(const LoadResult& result);

/// The warnings of a run. Whole lines.
std::string warnings_report(const LoadResult& result);

/// For people: what several runs say together, medians with the least and the greatest, and each of their
/// warnings once. A run that was interrupted counts for its warnings alone. Whole lines.
std::string runs_report(std::span<const LoadResult> runs);

}  // namespace suite
