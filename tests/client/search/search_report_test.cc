#include "client/search/search_report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace suite {
namespace {

using namespace std::chrono_literals;
using End = FindMaxResult::End;
using testing::HasSubstr;

FindMaxPlan plan() {
  FindMaxPlan plan;
  plan.load.duration = 2s;
  plan.load.warmup = 200ms;
  plan.conditions = {*parse_condition("p99<5ms"), *parse_condition("errors<1%")};
  return plan;
}

FindMaxResult found(End end = End::kFound) {
  FindMaxResult result{.end = end, .low = 118'000, .high = 120'000};
  result.steps = {{.achieved = 245'388.4, .measured = {{.value = 412e3}, {.value = 0}}},
                  {.rate = 118'000,
                   .part = RateSearch::Part::kConfirm,
                   .achieved = 117'998,
                   .measured = {{.value = 1.25e6}, {.value = 0.5}}},
                  {.rate = 120'000,
                   .achieved = 120'000,
                   .measured = {{.why = "too few"}, {.value = 2}},
                   .failure = "errors is 2%"}};
  return result;
}

TEST(FindMaxLine, IsTheDocumentedLine) {
  EXPECT_EQ(find_max_line(plan(), found()),
            "Max rate: 118000 [reqests/sec], bracket: 118000..120000, p99<5ms and errors<1%");
}

TEST(FindMaxLine, RemarksWhatTheFigureIsNot) {
  const auto ends_with = [](FindMaxResult result, const char* remark) {
    const std::string line = find_max_line(plan(), result);
    EXPECT_TRUE(line.ends_with(std::string("errors<1%, ") + remark)) << line;
    EXPECT_FALSE(result.failure.has_value() || find_max_advice(plan(), result).empty()) << remark;
  };
  FindMaxResult client_bound = found();
  client_bound.client_bound = true;
  ends_with(client_bound, "client-bound");
  ends_with(found(End::kOutOfSteps), "not confirmed");
  ends_with(found(End::kStopped), "interrupted");
  FindMaxResult none = found(End::kNonePassed);
  none.low.reset();
  none.high = 61;
  ends_with(none, "no rate passed");
  EXPECT_THAT(find_max_line(plan(), none), HasSubstr("Max rate: 0 [reqests/sec], bracket: 0..61,"));
  FindMaxResult all = found(End::kAllPassed);
  all.high.reset();
  ends_with(all, "no rate failed");
  EXPECT_THAT(find_max_line(plan(), all), HasSubstr("bracket: 118000..inf,"));
  EXPECT_EQ(find_max_advice(plan(), found()), "") << "of a good one";
  FindMaxResult broken = found(End::kStopped);
  broken.failure = Error{.what = "run", .why = "no memory", .advice = {}};
  EXPECT_TRUE(find_max_line(plan(), broken).ends_with(", broken off"));
}

TEST(FindMaxAdvice, SaysWhyNoLowerRateWasTried) {
  FindMaxResult none{.end = End::kNonePassed};
  none.steps = {{.rate = 55, .failure = "p99 is 8.00ms"}};
  EXPECT_EQ(
      find_max_advice(plan(), none),
      "  warning: not even 55 requests/s passed: p99 is 8.00ms; a step of 2s at a lower rate has too few "
      "samples for the percentile asked for (give a longer --secs)\n");
}

TEST(SearchTable, HasItsColumnsBelowTheirHeads) {
  const FindMaxResult result = found();
  EXPECT_EQ(
      search_headline(plan()) + step_line(plan(), result.steps[0]) + "\n" +
          step_line(plan(), result.steps[1]) + "\n" + step_line(plan(), result.steps[2]) + "\n",
      "The highest rate with p99<5ms and errors<1%: some 13 steps of 2.20s, 28.6s; at most 31 steps, 223s.\n"
      "  step               rate    achieved  p99<5ms   errors<1%  result\n"
      "  closed loop           -     245,388  412us     0%         where to start\n"
      "  confirm         118,000     117,998  1.25ms    0.5%       pass\n"
      "  bracket         120,000     120,000  -         2%         fail: errors is 2%\n");
}

TEST(FindMaxJson, HoldsTheBracketAndEveryStep) {
  const auto json = find_max_json(plan(), found());
  EXPECT_EQ(json["expr"], "p99<5ms and errors<1%");
  EXPECT_EQ(json["end"], "found");
  EXPECT_EQ(json["rate"], 118'000);
  EXPECT_EQ(json["low"], 118'000);
  EXPECT_EQ(json["high"], 120'000);
  EXPECT_EQ(json["client_bound"], false);
  ASSERT_EQ(json["steps"].size(), 3U);
  EXPECT_TRUE(json["steps"][0]["rate"].is_null());
  EXPECT_EQ(json["steps"][0]["part"], "closed loop");
  EXPECT_EQ(json["steps"][1].dump(), R"({"part":"confirm","rate":118000,"achieved":117998.0,)"
                                     R"("values":[1250000.0,0.5],"passed":true,"why":null})");
  EXPECT_EQ(json["steps"][2]["why"], "errors is 2%");
  EXPECT_TRUE(json["steps"][2]["values"][0].is_null());
}

}  // namespace
}  // namespace suite
