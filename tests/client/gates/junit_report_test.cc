#include "client/gates/junit_report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace suite {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

class JUnitReport : public testing::Test {
 protected:
  // Two gates, judged over runs with these latencies.
  std::string report(std::initializer_list<std::chrono::nanoseconds> latencies,
                     std::optional<std::string> trouble = std::nullopt) {
    std::vector<LoadResult> results;
    for (const auto latency : latencies) {
      LoadResult& result = results.emplace_back();
      result.latency.record(latency, 100);
      result.counts.completed = 100;
    }
    return junit_report({.command = "suite load --fail-if 'max>5ms'",
                         .gates = gates_,
                         .verdicts = judge(gates_, results),
                         .runs = results.size(),
                         .measured = 1500ms,
                         .trouble = std::move(trouble)});
  }

  std::vector<Gate> gates_{{.condition = *parse_condition("max>5ms")},
                           {.condition = *parse_condition("p99<5ms"), .demand = Demand::kMustHold}};
};

TEST_F(JUnitReport, HasATestCaseForEachGate) {
  EXPECT_EQ(report({1ms}),
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
            "<testsuites tests=\"2\" failures=\"0\" errors=\"0\" skipped=\"0\" time=\"1.500\">\n"
            "  <testsuite name=\"suite load --fail-if 'max&gt;5ms'\" tests=\"2\" failures=\"0\" errors=\"0\" "
            "skipped=\"0\" time=\"1.500\">\n"
            "    <testcase classname=\"suite load\" name=\"--fail-if max&gt;5ms\"/>\n"
            "    <testcase classname=\"suite load\" name=\"--require p99&lt;5ms\"/>\n"
            "  </testsuite>\n"
            "</testsuites>\n");
}

TEST_F(JUnitReport, SaysByHowMuchAGateFailedAndInWhichRuns) {
  const std::string text = report({9ms, 1ms, 8ms});
  EXPECT_THAT(text, HasSubstr("tests=\"2\" failures=\"2\" errors=\"0\""));
  EXPECT_THAT(text,
              HasSubstr("<failure type=\"gate\" message=\"--fail-if 'max&gt;5ms' is breached in run 1 of 3: "
                        "max is 9.00ms, above 5ms&#10;--fail-if 'max&gt;5ms' is breached in run 3 of 3: "));
  EXPECT_THAT(text,
              HasSubstr("--require 'p99&lt;5ms' does not hold in run 1 of 3: p99 is 9.00ms, above 5ms"));
}

TEST_F(JUnitReport, HasAnErrorAndSkipsGatesWhereNothingCouldBeJudged) {
  const std::string text = report({}, "cannot connect to <here>: Connection refused");
  EXPECT_THAT(text, HasSubstr("tests=\"3\" failures=\"0\" errors=\"1\" skipped=\"2\""));
  EXPECT_THAT(
      text,
      HasSubstr("<error type=\"run\" message=\"cannot connect to &lt;here&gt;: Connection refused\"/>"));
  EXPECT_THAT(text, HasSubstr("<skipped message=\"no run was judged\"/>"));
}

// XML 1.0, 2.2: no control characters but three, which an attribute's value loses unless they are references
// (3.3.3); 4.3.3: bytes that are no UTF-8 are a fatal error.
TEST_F(JUnitReport, IsWellFormedWhateverStandsInIt) {
  const std::string text = report({}, "a\x01\x1b[0m\xff&\"'\t\r\n\xc3\xa4]]>");
  EXPECT_THAT(
      text,
      HasSubstr("\"a\xef\xbf\xbd\xef\xbf\xbd[0m\xef\xbf\xbd&amp;&quot;'&#9;&#13;&#10;\xc3\xa4]]&gt;\""));
}

}  // namespace
}  // namespace suite
