#include "client/gates/condition.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

namespace suite {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

// 1,000 latencies of 10 us to 10 ms, 20 errors beside 1,980 completed, a rate of which 95 % was kept.
LoadResult result() {
  LoadResult result{.threads = 1};
  for (int i = 1; i <= 1000; ++i) result.latency.record(i * 10us);
  result.connect.record(3ms, 100);
  result.http_times.first_byte.record(40us, 100);
  result.http_times.total.record(50us, 100);
  result.counts = {.completed = 1980};
  result.counts.errors[ErrorKind::kTimeout] = 15;
  result.counts.errors[ErrorKind::kConnect] = 5;
  result.rate.emplace();
  result.rate->asked = 1000;
  result.rate->achieved = 950;
  result.rate->due = 4000;
  result.rate->missed = 6;
  result.rate->shed = 2;
  result.rate->lag.record(7us, 100);
  result.rate->service.record(30us, 100);
  result.measured = 2s;
  result.client_cpu = 1980 * 4us;
  result.server_cpu = 1980 * 5us;
  return result;
}

Condition parsed(const std::string& text) {
  auto condition = parse_condition(text);
  EXPECT_TRUE(condition) << text << ": " << (condition ? "" : condition.error());
  return condition ? std::move(*condition) : Condition{};
}

std::string complaint_about(const std::string& text) {
  const auto condition = parse_condition(text);
  EXPECT_FALSE(condition) << text;
  return condition ? "" : condition.error();
}

double measured(const std::string& metric) {
  const Reading reading = read(parsed(metric + ">0"), result());
  EXPECT_TRUE(reading.measured.value) << metric << ": " << reading.measured.why;
  return reading.measured.value.value_or(std::nan(""));
}

double percent_of(const std::string& metric) {
  return read(parsed(metric + ">0%"), result()).measured.value.value_or(std::nan(""));
}

TEST(Condition, ReadsEveryTimeInNanoseconds) {
  EXPECT_NEAR(measured("p50"), 5e6, 5e3);
  EXPECT_NEAR(measured("p99"), 9.9e6, 1e4);
  EXPECT_NEAR(measured("p99.9"), 9.99e6, 1e4);
  EXPECT_EQ(measured("min"), 1e4);
  EXPECT_EQ(measured("max"), 1e7);
  EXPECT_EQ(measured("mean"), 5.005e6);
  EXPECT_NEAR(measured("stddev"), 2.887e6, 1e4);
  EXPECT_EQ(measured("connect_p50"), 3e6);
  EXPECT_EQ(measured("first_byte_p99"), 4e4);
  EXPECT_EQ(measured("total_max"), 5e4);
  EXPECT_EQ(measured("lag_p99"), 7e3);
  EXPECT_EQ(measured("service_mean"), 3e4);
  EXPECT_EQ(measured("client_cpu"), 4e3);
  EXPECT_EQ(measured("server_cpu"), 5e3);
}

TEST(Condition, ReadsEveryCountAndRate) {
  EXPECT_EQ(measured("errors"), 20);
  EXPECT_EQ(measured("timeout"), 15);
  EXPECT_EQ(measured("connect"), 5);
  EXPECT_EQ(measured("reset"), 0);
  EXPECT_EQ(measured("missed"), 6);
  EXPECT_EQ(measured("shed"), 2);
  EXPECT_EQ(measured("rps"), 990);
  EXPECT_EQ(measured("achieved"), 950);
}

TEST(Condition, TakesAPercentageOfWhatItIsAShareOf) {
  EXPECT_DOUBLE_EQ(percent_of("errors"), 1);
  EXPECT_DOUBLE_EQ(percent_of("timeout"), 0.75);
  EXPECT_DOUBLE_EQ(percent_of("missed"), 0.15);
  EXPECT_DOUBLE_EQ(percent_of("shed"), 0.05);
  EXPECT_DOUBLE_EQ(percent_of("achieved"), 95);
}

TEST(Condition, HoldsAsItsComparisonSays) {
  const auto holds = [](const char* text) { return read(parsed(text), result()).holds; };
  EXPECT_TRUE(holds("max>9.9ms"));
  EXPECT_FALSE(holds("max>10ms"));
  EXPECT_TRUE(holds("max>=10ms"));
  EXPECT_FALSE(holds("max>=10.1ms"));
  EXPECT_TRUE(holds("max<10.1ms"));
  EXPECT_FALSE(holds("max<10ms"));
  EXPECT_TRUE(holds("max<=10ms"));
  EXPECT_FALSE(holds("max<=9.9ms"));
}

TEST(Condition, KnowsTheUnitsOfTheCommandLine) {
  EXPECT_EQ(parsed("p99>5ms").limit, 5e6);
  EXPECT_EQ(parsed("p99>5").limit, 5e9) << "a bare number is seconds";
  EXPECT_EQ(parsed("client_cpu>5us").limit, 5e3);
  EXPECT_EQ(parsed("rps<100k").limit, 100e3);
  EXPECT_EQ(parsed("achieved<0.5").limit, 0.5);
  EXPECT_EQ(parsed("rps<30/m").limit, 0.5);
  EXPECT_EQ(parsed("errors>=1.5M").limit, 1.5e6);
  EXPECT_EQ(parsed("errors>0.5%").limit, 0.5);
  EXPECT_EQ(parsed("errors>0.5%").unit, MetricUnit::kPercent);
  EXPECT_EQ(parsed(" p99.9  >=  10ms ").text, "p99.9>=10ms") << "without its blanks";
  EXPECT_EQ(parsed("p99 < 5 ms").text, "p99<5ms");
  EXPECT_EQ(parsed("rps < 100 /s").text, "rps<100/s");
  for (const char* cut : {"errors>1 0", "errors>1 .5%", "rps<100 000"}) {
    EXPECT_FALSE(parse_condition(cut)) << cut << ": a number that is cut in two";
  }
  EXPECT_EQ(parsed("errors < 1 %").unit, MetricUnit::kPercent);
}

TEST(Condition, ShowsTheGrammarWhereItIsNotKept) {
  for (const char* text : {"p99=5ms", "p99==5ms", "p99!=5ms", "p99>", "p99", "", "p99>5ms>4ms",
                           "p99<5ms&&max<1s", "slow", "p99=>5ms"}) {
    EXPECT_THAT(complaint_about(text), HasSubstr("such as p99>5ms, errors>1% or rps<100k")) << text;
    EXPECT_THAT(complaint_about(text), HasSubstr(std::string("'") + text + "'"));
  }
  EXPECT_THAT(complaint_about("p99"), HasSubstr("in quotes")) << "what a shell leaves of it without";
  EXPECT_THAT(complaint_about("slow"), testing::Not(HasSubstr("in quotes")));
}

TEST(Condition, NamesTheMetricThatDoesNotExistAndOneThatDoes) {
  EXPECT_THAT(complaint_about("eror>0"), HasSubstr("there is no metric 'eror'; did you mean errors?"));
  EXPECT_THAT(complaint_about("med<5ms"), HasSubstr("there is no metric 'med'; did you mean p50?"));
  EXPECT_THAT(complaint_about("avg<5ms"), HasSubstr("did you mean mean?"));
  EXPECT_THAT(complaint_about("p100<5ms"), HasSubstr("did you mean max?"));
  EXPECT_THAT(complaint_about("timeouts>0"), HasSubstr("did you mean timeout?"));
  EXPECT_THAT(complaint_about("p999>5ms"), HasSubstr("did you mean p99.9?"));
  EXPECT_THAT(complaint_about("throughput>5"), HasSubstr("errors, connect, reset, "));
  for (const char* name :
       {"p0", "p100", "p101", "p", "p9.9.9", "p-5", "p099", "p00.5", "lag_", "lag_errors", "P99", ""}) {
    EXPECT_THAT(complaint_about(std::string(name) + ">5ms"), HasSubstr("there is no metric")) << name;
  }
}

TEST(Condition, RefusesAValueThatItsMetricCannotHave) {
  EXPECT_THAT(complaint_about("p99>5%"), HasSubstr("p99 is no share"));
  EXPECT_THAT(complaint_about("rps<5%"), HasSubstr("rps is no share"));
  EXPECT_THAT(complaint_about("p99>5 parsecs"), HasSubstr("'5 parsecs' is not a duration"));
  EXPECT_THAT(complaint_about("p99>-5ms"), HasSubstr("'-5ms' is not a duration"));
  EXPECT_THAT(complaint_about("errors>5ms"), HasSubstr("'5ms' is not a count"));
  EXPECT_THAT(complaint_about("errors>0.5"), HasSubstr("'0.5' is not a whole number"));
  for (const char* percentage : {"101%", "-1%", "%", "x%", "1%%", "nan%"}) {
    EXPECT_THAT(complaint_about(std::string("errors>") + percentage), HasSubstr("0% to 100%")) << percentage;
  }
}

TEST(Condition, SaysWhenThereAreTooFewSamplesToTell) {
  LoadResult few;
  few.latency.record(1ms, 312);
  const Reading reading = read(parsed("p99.9>10s"), few);
  EXPECT_FALSE(reading.measured.value);
  EXPECT_FALSE(reading.holds);
  EXPECT_EQ(reading.measured.why, "too few samples to tell p99.9: 312 of 1,000");
  EXPECT_TRUE(read(parsed("p99>10us"), few).holds) << "for which 100 do";
  EXPECT_EQ(read(parsed("max<1s"), LoadResult{}).measured.why, "too few samples to tell max: 0 of 1");
}

TEST(Condition, NeverHoldsOfWhatWasNotMeasured) {
  const LoadResult nothing;
  for (const char* text : {"errors<1%", "errors>=0%", "missed<=0", "achieved<=100%", "client_cpu<1s",
                           "server_cpu<1s", "lag_p99<1s", "min>=0"}) {
    const Reading reading = read(parsed(text), nothing);
    EXPECT_FALSE(reading.holds) << text;
    EXPECT_FALSE(reading.measured.why.empty()) << text;
  }
}

TEST(Condition, TellsAValueFromALimitThatLooksTheSame) {
  const Condition limit = parsed("p99>5ms");
  EXPECT_EQ(value_text(limit, 5e6), "5.00ms");
  EXPECT_EQ(value_text(limit, 5'000'001), "5000001ns");
  EXPECT_EQ(value_text(limit, 7.31e6), "7.31ms");
  EXPECT_EQ(value_text(parsed("rps<100k"), 98'211.3), "98,211");
  EXPECT_EQ(value_text(parsed("rps<100k"), 99'999.75), "99999.75");
  EXPECT_EQ(value_text(parsed("rps<0.5"), 0.25), "0.25");
  EXPECT_EQ(value_text(parsed("errors>1%"), 1.25), "1.25%");
  EXPECT_EQ(value_text(parsed("client_cpu>5us"), 4.25), "4.2ns");
}

TEST(Metric, SaysWhatItLacksOfAPlan) {
  const auto lacking = [](const char* name, const LoadPlan& plan) {
    return lacks(*find_metric(name), plan).value_or("nothing");
  };
  const LoadPlan plain;
  EXPECT_EQ(lacking("p99", plain), "nothing");
  EXPECT_EQ(lacking("connect_p99", plain), "nothing");
  EXPECT_EQ(lacking("server_cpu", plain), "server_cpu needs --server-pid");
  for (const char* name : {"missed", "shed", "achieved", "lag_p99", "service_p50"}) {
    EXPECT_THAT(lacking(name, plain), HasSubstr("give --rate")) << name;
  }
  EXPECT_THAT(lacking("first_byte_p99", plain), HasSubstr("is of HTTP"));
  LoadPlan all = plain;
  all.rate.emplace();
  all.protocol = HttpPlan{};
  all.server_pid = 1;
  for (const char* name : {"server_cpu", "missed", "lag_p99", "service_p50", "total_p99"}) {
    EXPECT_EQ(lacking(name, all), "nothing") << name;
  }
  all.latency = false;
  for (const char* name : {"p99", "max", "service_p50", "first_byte_p99"}) {
    EXPECT_THAT(lacking(name, all), HasSubstr("--latency off")) << name;
  }
  EXPECT_EQ(lacking("errors", all), "nothing");
}

TEST(Metric, OfAnErrorThatCannotHappenIsRefused) {
  const auto lacking = [](const char* name, const LoadPlan& plan) {
    return lacks(*find_metric(name), plan).value_or("nothing");
  };
  LoadPlan echo;
  EXPECT_THAT(lacking("status", echo), HasSubstr("is of HTTP"));
  EXPECT_THAT(lacking("malformed", echo), HasSubstr("is of HTTP"));
  EXPECT_EQ(lacking("mismatch", echo), "nothing");
  echo.verify = Verify::kLength;  // a reply that is too long is one
  EXPECT_EQ(lacking("mismatch", echo), "nothing");
  echo.verify = Verify::kNone;
  EXPECT_THAT(lacking("mismatch", echo), HasSubstr("--verify full"));
  LoadPlan http;
  http.protocol = HttpPlan{};
  http.verify = Verify::kLength;
  EXPECT_EQ(lacking("status", http), "nothing");
  EXPECT_EQ(lacking("malformed", http), "nothing");
  EXPECT_THAT(lacking("mismatch", http), HasSubstr("--verify full"));
  http.verify = Verify::kFull;
  EXPECT_EQ(lacking("mismatch", http), "nothing");
}

// What is above 2^53 was shown as something else, and above 2^63 as a negative number.
TEST(Condition, RefusesALimitThatIsTooLargeToBeShown) {
  for (const char* text : {"errors>99999999999999999999", "rps<9007199254740993000"}) {
    EXPECT_FALSE(parse_condition(text)) << text;
  }
  EXPECT_EQ(parse_condition("errors>99999999999999999999").error(), "'99999999999999999999' is too large");
  EXPECT_EQ(value_text(parsed("errors>9007199254740992"), 9007199254740992.0), "9,007,199,254,740,992");
}

// Who brings p99<500 along from a tool that counts milliseconds sees what it means here.
TEST(Condition, ShowsThatABareNumberOfALatencyIsSeconds) {
  EXPECT_EQ(parsed("p99<500").text, "p99<500s");
  EXPECT_EQ(parsed("p99 < 0.5").limit_text, "0.5s");
  EXPECT_EQ(parsed("p99<500ms").text, "p99<500ms");
  EXPECT_EQ(parsed("rps>500").text, "rps>500");
}

}  // namespace
}  // namespace suite
