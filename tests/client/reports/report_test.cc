#include "client/reports/report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/client/reports/samples.h"

namespace suite {
namespace {

using namespace std::chrono_literals;

using test::echo_result;
using test::http_result;
using test::open_result;
using testing::HasSubstr;
using testing::Not;

TEST(LineReport, IsTheDocumentedLine) {
  EXPECT_EQ(line_report(echo_result()), "Throughput: 666.67 [reqests/sec], errors: 5");
  EXPECT_EQ(line_report(LoadResult{}), "Throughput: 0.00 [reqests/sec], errors: 0");
}

TEST(SummaryReport, SaysWhatWasMeasured) {
  LoadResult all = echo_result();
  all.server_cpu = 30ms;
  all.warnings = {"mind the gap"};
  const std::string text = summary_report(all) + warnings_report(all);
  for (const char* part :
       {"1,000 completed in 1.50s", "5 in flight", "loop          closed", "p99 ",
        "errors        5: 3 reset, 2 timed out", "client 20.0us", "server 30.0us",
        "1 to 50 % of a core each; slept 1,234 times, preempted 7", "warning: mind the gap"}) {
    EXPECT_THAT(text, HasSubstr(part));
  }
  EXPECT_THAT(text, Not(HasSubstr("service")));
  EXPECT_FALSE(summary_report(LoadResult{}).empty());
}

TEST(SummaryReport, SaysHowAnOpenLoopKeptItsPace) {
  const std::string text = summary_report(open_result());
  for (const char* part :
       {"5 in flight or due but not sent at the end, 4 of them answered later",
        "loop          open: 667.5/s asked, 666/s achieved; 1,001 due, 12 missed (over 1 ms late), 1 shed",
        "lag           p50 500ns, p99 990ns, max 1.00us", "service       p50 250us, p99 495us, max 500us"}) {
    EXPECT_THAT(text, HasSubstr(part));
  }
}

TEST(SummaryReport, SaysWhereRanksAreAndHowFarApartTheyBegan) {
  LoadResult result = echo_result();
  EXPECT_THAT(summary_report(result), Not(HasSubstr("ranks")));
  result.ranks = {{.rank = 0, .host = "a"},
                  {.rank = 1, .host = "b", .clock_bound = 20us},
                  {.rank = 2, .host = "b", .clock_bound = 10us, .late = 1ms}};
  EXPECT_THAT(summary_report(result),
              HasSubstr("\n  ranks         3 on 2 hosts, begun within 1.01ms of rank 0\n"));
}

TEST(SummaryReport, BeginsWithTheOverloadWhereThereWasOne) {
  LoadResult result = open_result();
  result.rate = RateResult{.asked = 1000, .achieved = 440, .sent = 440, .due = 1000};
  EXPECT_THAT(summary_report(result),
              testing::StartsWith("  OVERLOADED: 44 % of the rate was reached; latencies grow "
                                  "with the length of the run\n  requests "));
  result.rate->sent = 1000;
  EXPECT_THAT(summary_report(result), testing::StartsWith("  requests "));
}

TEST(SummaryReport, NamesThePercentilesThatTheSamplesAreTooFewFor) {
  LoadResult few;
  for (int i = 1; i <= 15; ++i) few.latency.record(std::chrono::microseconds(i));
  EXPECT_THAT(summary_report(few),
              HasSubstr("p50 8.00us, p75 12.0us, p90 14.0us; too few samples for p95, p99, p99.9\n"));
  LoadResult one;
  one.connect.record(7us);
  EXPECT_THAT(summary_report(one), HasSubstr("  connect       max 7.00us; too few samples for p50\n"));
  one.latency.record(5us);
  EXPECT_THAT(summary_report(one), HasSubstr("    too few samples for p50, p75, p90, p95, p99, p99.9\n"));
}

TEST(SummaryReport, SaysNothingOfLatencyWhereNoneWasMeasured) {
  LoadResult untimed = http_result();
  untimed.latency = {};
  untimed.http_times = {};
  const std::string text = summary_report(untimed);
  EXPECT_THAT(text, Not(HasSubstr("p50")));
  EXPECT_THAT(text, Not(HasSubstr("too few")));
  EXPECT_THAT(text, HasSubstr("1,000 completed"));
}

}  // namespace
}  // namespace suite
