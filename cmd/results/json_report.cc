#include "cmd/results/json_report.h"

#include <utility>

#include "client/gates/gates.h"
#include "cmd/results/run_of.h"

namespace suite::results {

LoadDocument json_report(const LoadSettings& settings, Json config, const Environment& environment,
                         std::span<const LoadResult> results) {
  LoadDocument document{.suite = environment.suite,
                        .config = std::move(config),
                        .environment = environment,
                        .gates = gates_json(judge(settings.gates, results)),
                        .find_max = nullptr,
                        .runs = {}};
  for (const LoadResult& result : results) document.runs.push_back(run_of(settings.plan, result));
  return document;
}

}  // namespace suite::results
