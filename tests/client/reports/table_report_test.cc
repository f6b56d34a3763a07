#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/client/reports/samples.h"

namespace suite {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::Not;

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  for (std::size_t at = 0; at < text.size(); at = text.find('\n', at) + 1) {
    lines.push_back(text.substr(at, text.find('\n', at) - at));
  }
  return lines;
}

// 100 requests of `latency` each, in a second.
LoadResult run(std::chrono::nanoseconds latency, std::uint64_t completed = 100) {
  LoadResult result{.measured = 1s, .client_cpu = 1ms};
  result.counts.completed = completed;
  result.latency.record(latency, completed);
  return result;
}

TEST(TableReport, HasARowPerRunAndARowOfMedians) {
  std::vector<LoadResult> runs{run(1us), run(5us, 2000), run(3us)};
  runs[1].counts.errors[ErrorKind::kReset] = 1234;
  for (LoadResult& each : runs) each.server_cpu = 100us;
  EXPECT_EQ(
      table_report({}, runs),
      "run     req/s     p50     p90     p99    p99.9     max  errors  client CPU/req  server CPU/req\n"
      "1         100  1.00us  1.00us  1.00us  too few  1.00us       0          10.0us          1.00us\n"
      "2       2,000  5.00us  5.00us  5.00us   5.00us  5.00us   1,234         500.0ns          50.0ns\n"
      "3         100  3.00us  3.00us  3.00us  too few  3.00us       0          10.0us          1.00us\n"
      "median    100  3.00us  3.00us  3.00us  too few  3.00us       0          10.0us          1.00us\n");
}

TEST(TableReport, TakesTheMeanOfTheTwoInTheMiddle) {
  std::vector<LoadResult> runs{run(1us), run(2us)};
  runs[1].counts.errors[ErrorKind::kReset] = 3;
  const std::string last = lines_of(table_report({}, runs)).back();
  EXPECT_THAT(last, HasSubstr(" 1.50us "));
  EXPECT_THAT(last, HasSubstr(" 1.5 ")) << "errors";
}

TEST(TableReport, HasNoMediansOfOneRun) {
  EXPECT_EQ(lines_of(table_report({}, std::vector{run(1us)})).size(), 2U);
}

TEST(TableReport, SaysWhereThereIsNothing) {
  const std::string row = lines_of(table_report({}, std::vector{LoadResult{}})).back();
  EXPECT_EQ(std::ranges::count(row, '-'), 3) << row;  // the maximum and both sides' CPU time
  EXPECT_THAT(row, HasSubstr("too few  too few  too few  too few"));
}

TEST(TableReport, ShowsThePaceOfAnOpenLoop) {
  const auto lines = lines_of(table_report(test::open_settings().plan, std::vector{test::open_result()}));
  EXPECT_THAT(lines[0], HasSubstr("errors  asked/s  achieved/s  missed  shed  p99 lag  client CPU/req"));
  EXPECT_THAT(lines[1], HasSubstr("     5    667.5         666      12     1    990ns          20.0us"));
}

TEST(TableReport, HasNoLatencyWhereNoneWasMeasured) {
  LoadPlan plan;
  plan.latency = false;
  const std::string text = table_report(plan, std::vector{run(1us)});
  EXPECT_THAT(text, Not(HasSubstr("p50")));
  EXPECT_THAT(text, Not(HasSubstr("max")));
  EXPECT_THAT(text, Not(HasSubstr("too few")));
}

TEST(TableReport, KeepsItsColumnsAligned) {
  const auto lines = lines_of(table_report(
      test::open_settings().plan, std::vector{test::open_result(), LoadResult{}, run(3s, 5'000'000)}));
  for (const std::string& line : lines) EXPECT_EQ(line.size(), lines.front().size()) << line;
}

}  // namespace
}  // namespace suite
