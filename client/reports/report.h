// A LoadResult as text. A report knows nothing of how the result was measured, and prints nothing itself.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <nlohmann/json_fwd.hpp>

#include "client/load_plan.h"
#include "client/load_result.h"
#include "client/reports/environment.h"

namespace suite {

/// What a user asked for beyond one run's plan.
struct LoadSettings {
  LoadPlan plan;
  std::string target;   // as given; the address that answered is in the plan
  std::string payload;  // where the payload comes from, as flags: "--size 64", "--file body.bin"
  std::string driver = "auto";
  std::uint64_t runs = 1;
};

/// "Throughput: 220318.51 [reqests/sec], errors: 0": the documented line, spelling included, without its
/// newline.
std::string line_report(const LoadResult& result);

/// The schema-1 document of CLI.md and docs/load.md.
nlohmann::ordered_json json_report(const LoadSettings& settings, const Environment& environment,
                                   std::span<const LoadResult> runs);

/// All effective settings as a command that repeats the run, in two lines.
std::string settings_report(const LoadSettings& settings);

/// For people: percentiles, bytes, errors by kind, CPU per request on both sides, warnings. Whole lines.
std::string summary_report(const LoadResult& result);

}  // namespace suite
