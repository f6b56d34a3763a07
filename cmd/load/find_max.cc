#include "cmd/load/find_max.h"

#include <fmt/format.h>

#include "client/reports/report.h"
#include "client/search/search_report.h"
#include "cmd/cli/output.h"
#include "common/base/units.h"

namespace suite {
namespace {

void print_summary(const LoadOptions& options, const FindMaxPlan& plan, const FindMaxResult& result) {
  if (result.failure && result.steps.empty()) return;  // nothing was found out
  if (options.output.quiet) return;
  if (result.best) {
    print_stderr("At {} requests/s:\n{}{}", format_rate(*result.low), summary_report(*result.best),
                 warnings_report(*result.best));
  }
  write_stderr(find_max_advice(plan, result));
}

}  // namespace

FindMaxPlan find_max_plan(const LoadSettings& settings) {
  return {.load = settings.plan, .conditions = settings.find_max};
}

FindMaxResult search_and_print(const LoadOptions& options, const RunLoad& run) {
  const FindMaxPlan plan = find_max_plan(options.settings);
  if (!options.output.quiet) write_stderr(search_headline(plan));
  FindMaxResult result = find_max(
      plan,
      [&](const LoadPlan& load) -> std::expected<LoadResult, Error> {
        if (!options.output.has_file() && stdout_reader_is_gone()) {
          return std::unexpected(Error{.what = "go on", .why = "nobody reads standard output", .advice = {}});
        }
        return run(load);
      },
      [&](const SearchStep& step) {
        if (!options.output.quiet) print_stderr("{}\n", step_line(plan, step));
      });
  print_summary(options, plan, result);
  return result;
}

}  // namespace suite
