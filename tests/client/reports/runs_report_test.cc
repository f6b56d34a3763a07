#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <vector>

#include "client/reports/report.h"

namespace suite {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::Not;

LoadResult run_with(std::uint64_t completed, std::chrono::nanoseconds latency) {
  LoadResult result;
  result.counts.completed = completed;
  result.latency.record(latency, completed);
  result.measured = 1s;
  result.client_cpu = std::chrono::microseconds(4 * completed);
  return result;
}

TEST(RunsReport, GivesMediansAndExtremesOfWhatAllRunsHave) {
  const std::vector<LoadResult> runs{run_with(500, 30us), run_with(2000, 20us), run_with(1500, 10us)};
  EXPECT_EQ(runs_report(runs),
            "3 runs, median (least to greatest):\n"
            "  throughput    1,500 requests/s (500 to 2,000)\n"
            "  p50           20.0us (10.0us to 30.0us)\n"
            "  p75           20.0us (10.0us to 30.0us)\n"
            "  p90           20.0us (10.0us to 30.0us)\n"
            "  p95           20.0us (10.0us to 30.0us)\n"
            "  p99           20.0us (10.0us to 30.0us)\n"
            "  client CPU    4.00us per request (4.00us to 4.00us)\n"
            "  errors        0\n")
      << "one run has too few samples for p99.9, and none has the server's CPU time";
}

TEST(RunsReport, SaysInHowManyRunsThereWereErrors) {
  std::vector<LoadResult> runs{run_with(500, 30us), run_with(500, 30us)};
  runs[1].counts.errors[ErrorKind::kReset] = 1200;
  EXPECT_THAT(runs_report(runs), HasSubstr("  errors        1,200 in 1 of 2 runs\n"));
}

TEST(RunsReport, SaysAWarningOnceWithTheRunsThatItIsAbout) {
  std::vector<LoadResult> runs(3, run_with(500, 30us));
  for (LoadResult& run : runs) run.warnings = {"client-bound"};
  runs[0].warnings.emplace_back("mind the gap");
  runs[2].warnings.emplace_back("mind the gap");
  EXPECT_THAT(runs_report(runs), testing::EndsWith("  errors        0\n"
                                                   "  warning (all runs): client-bound\n"
                                                   "  warning (run 1, 3): mind the gap\n"));
}

TEST(RunsReport, SaysAWarningOnceWhoseFiguresDifferFromRunToRun) {
  std::vector<LoadResult> runs(2, run_with(500, 30us));
  runs[0].warnings = {"the rate could not be met: 10000/s asked for, 9000/s achieved"};
  runs[1].warnings = {"the rate could not be met: 10000/s asked for, 8000/s achieved"};
  EXPECT_THAT(runs_report(runs),
              testing::EndsWith("  errors        0\n"
                                "  warning (all runs; figures of run 1): the rate could not "
                                "be met: 10000/s asked for, 9000/s achieved\n"));
}

TEST(RunsReport, LeavesAnInterruptedRunOutOfTheMedians) {
  std::vector<LoadResult> runs{run_with(500, 30us), run_with(500, 30us), run_with(5, 30us)};
  runs[2].interrupted = true;
  EXPECT_THAT(runs_report(runs), HasSubstr("2 runs, median (least to greatest):\n"
                                           "  throughput    500 requests/s (500 to 500)\n"));
  EXPECT_EQ(runs_report(std::span(runs).last(1)), "");
}

}  // namespace
}  // namespace suite
