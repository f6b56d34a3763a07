#include "cmd/find_max.h"

#include <fmt/format.h>

#include <cstdio>

#include "client/load_run.h"
#include "client/reports/report.h"
#include "client/search/search_report.h"
#include "common/base/units.h"

namespace suite {
namespace {

void print_summary(const LoadOptions& options, const FindMaxPlan& plan, const FindMaxResult& result) {
  if (result.failure && result.steps.empty()) return;  // nothing was found out
  if (options.output.quiet) return;
  if (result.best) {
    fmt::print(stderr, "At {} requests/s:\n{}{}", format_rate(*result.low), summary_report(*result.best),
               warnings_report(*result.best));
  }
  fmt::print(stderr, "{}", find_max_advice(plan, result));
}

}  // namespace

FindMaxPlan find_max_plan(const LoadSettings& settings) {
  return {.load = settings.plan, .conditions = settings.find_max};
}

FindMaxResult search_and_print(const LoadOptions& options, const EventFd& interrupt) {
  const FindMaxPlan plan = find_max_plan(options.settings);
  if (!options.output.quiet) fmt::print(stderr, "{}", search_headline(plan));
  FindMaxResult result = find_max(
      plan, [&](const LoadPlan& load) { return run_load(load, interrupt); },
      [&](const SearchStep& step) {
        if (!options.output.quiet) fmt::print(stderr, "{}\n", step_line(plan, step));
      });
  print_summary(options, plan, result);
  return result;
}

}  // namespace suite
