#include "client/gates/gates.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace suite {
namespace {

using namespace std::chrono_literals;

LoadResult result_with(std::chrono::nanoseconds latency, std::uint64_t count = 100) {
  LoadResult result;
  result.latency.record(latency, count);
  result.counts.completed = count;
  result.measured = 1s;
  return result;
}

std::vector<Gate> gates(std::initializer_list<const char*> texts, Demand demand = Demand::kMustNotHold) {
  std::vector<Gate> parsed;
  for (const char* text : texts) parsed.push_back({.condition = *parse_condition(text), .demand = demand});
  return parsed;
}

TEST(Gates, JudgeEveryRunByEveryGate) {
  const std::vector<LoadResult> runs{result_with(1ms), result_with(9ms)};
  const auto verdicts = judge(gates({"p99>5ms", "rps<50"}), runs);
  ASSERT_EQ(verdicts.size(), 4U);
  EXPECT_FALSE(verdicts[0].breached);
  EXPECT_EQ(verdicts[0].run, 1U);
  EXPECT_FALSE(verdicts[1].breached);
  EXPECT_TRUE(verdicts[2].breached);
  EXPECT_EQ(verdicts[2].run, 2U);
  EXPECT_EQ(verdicts[2].gate.condition.text, "p99>5ms");
  EXPECT_FALSE(verdicts[3].breached);
}

TEST(Gates, AreBreachedWhereNothingCanBeTold) {
  const std::vector<LoadResult> runs{result_with(1ms, 99)};
  const auto verdicts = judge(gates({"p99>5ms", "max>5ms"}), runs);
  EXPECT_TRUE(verdicts[0].breached);
  EXPECT_FALSE(verdicts[1].breached);
  EXPECT_EQ(breach_text(verdicts[0], 1),
            "--fail-if 'p99>5ms' cannot be evaluated: too few samples to tell p99: 99 of 100");
}

TEST(Gates, DoNotJudgeARunThatWasInterrupted) {
  std::vector<LoadResult> runs{result_with(9ms), result_with(9ms)};
  runs[1].interrupted = true;
  EXPECT_EQ(judge(gates({"p99>5ms"}), runs).size(), 1U);
}

TEST(Gates, SayWhichOneWasBreachedByHowMuchAndWhen) {
  const std::vector<LoadResult> runs{result_with(1ms), result_with(7'310us)};
  const auto verdicts = judge(gates({"max>5ms"}), runs);
  EXPECT_EQ(breach_text(verdicts[1], 2),
            "--fail-if 'max>5ms' is breached in run 2 of 2: max is 7.31ms, above 5ms");
  EXPECT_EQ(breach_text(verdicts[1], 1), "--fail-if 'max>5ms' is breached: max is 7.31ms, above 5ms");
}

TEST(Gates, SayWhichSideOfTheLimitAValueIsOn) {
  const std::vector<LoadResult> runs{result_with(1ms)};
  EXPECT_EQ(breach_text(judge(gates({"max<5ms"}), runs)[0], 1),
            "--fail-if 'max<5ms' is breached: max is 1.00ms, below 5ms")
      << "somebody who means --require sees it here";
  EXPECT_EQ(breach_text(judge(gates({"max<=1ms"}), runs)[0], 1),
            "--fail-if 'max<=1ms' is breached: max is 1.00ms");
}

TEST(Gates, ThatAreRequiredAreBreachedWhereTheyDoNotHold) {
  const std::vector<LoadResult> runs{result_with(1ms), result_with(9ms)};
  const auto verdicts = judge(gates({"max<5ms", "p99.9<5ms"}, Demand::kMustHold), runs);
  ASSERT_EQ(verdicts.size(), 4U);
  EXPECT_FALSE(verdicts[0].breached);
  EXPECT_TRUE(verdicts[1].breached) << "100 samples cannot tell it";
  EXPECT_TRUE(verdicts[2].breached);
  EXPECT_EQ(breach_text(verdicts[2], 1), "--require 'max<5ms' does not hold: max is 9.00ms, above 5ms");
  EXPECT_EQ(breach_text(verdicts[1], 1),
            "--require 'p99.9<5ms' cannot be evaluated: too few samples to tell p99.9: 100 of 1,000");
  EXPECT_EQ(passed_text(gates({"max<5ms"}, Demand::kMustHold), result_with(1ms)),
            "  gate          max<5ms required: passed, max is 1.00ms\n");
}

TEST(Gates, NameThoseThatAreNotBreachedInTheSummary) {
  const auto both = gates({"max>5ms", "errors>0"});
  EXPECT_EQ(
      passed_text(both, result_with(1ms)),
      "  gate          max>5ms: passed, max is 1.00ms\n  gate          errors>0: passed, errors is 0\n");
  EXPECT_EQ(passed_text(both, result_with(9ms)), "  gate          errors>0: passed, errors is 0\n");
}

TEST(Gates, StandInTheJsonDocument) {
  const std::vector<LoadResult> runs{result_with(9ms, 50)};
  const auto json = gates_json(judge(gates({"max>5ms", "p99>5ms", "errors>1%"}), runs));
  ASSERT_EQ(json.size(), 3U);
  EXPECT_EQ(
      json[0].dump(),
      R"({"flag":"--fail-if","expr":"max>5ms","run":1,"breached":true,"value":9000000.0,"limit":5000000.0,)"
      R"("unit":"ns","why":null})");
  EXPECT_TRUE(json[1]["value"].is_null());
  EXPECT_EQ(json[1]["why"], "too few samples to tell p99: 50 of 100");
  EXPECT_EQ(json[2]["unit"], "%");
  EXPECT_EQ(json[2]["breached"], false);
  EXPECT_EQ(gates_json({}).dump(), "[]");
}

}  // namespace
}  // namespace suite
