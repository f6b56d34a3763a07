#include "cmd/bench/result.h"

#include <gtest/gtest.h>

namespace suite::bench {
namespace {

TEST(ParseLoadResult, ReadsTheFirstRunAndSumsItsErrors) {
  const auto result = parse_load_result(
      R"({"schema": 1, "runs": [{"completed": 10, "rps": 5.25, "client_cpu_seconds": 0.5,
          "server_cpu_seconds": 0.25, "errors": {"connect": 1, "mismatch": 4}}]})");
  ASSERT_TRUE(result) << result.error();
  EXPECT_EQ(result->completed, 10U);
  EXPECT_EQ(result->errors, 5U);
  EXPECT_EQ(result->rps, 5.25);
  EXPECT_EQ(result->server_cpu_seconds, 0.25);
}

TEST(ParseLoadResult, TakesANullForServerCpuThatCouldNotBeRead) {
  const auto result = parse_load_result(
      R"({"runs": [{"completed": 10, "rps": 5, "client_cpu_seconds": 0.5,
          "server_cpu_seconds": null, "errors": {}}]})");
  ASSERT_TRUE(result) << result.error();
  EXPECT_EQ(result->server_cpu_seconds, std::nullopt);
}

TEST(ParseLoadResult, SaysWhatIsWrong) {
  EXPECT_EQ(parse_load_result("").error(), "it printed no JSON object");
  EXPECT_EQ(parse_load_result("[1]").error(), "it printed no JSON object");
  EXPECT_EQ(parse_load_result(R"({"runs": 3})").error(), "its JSON holds no run");
  EXPECT_EQ(parse_load_result(R"({"runs": [{"completed": "many"}]})").error(),
            "its run lacks completed, rps, client_cpu_seconds or errors");
}

TEST(MedianRound, IsTheOneInTheMiddleOrTheSlowerOfTwo) {
  ContestantResult result;
  EXPECT_EQ(result.median_round(), nullptr);
  for (const double rps : {30.0, 10.0, 20.0, 40.0}) {
    result.rounds.push_back({.round = result.rounds.size() + 1, .rps = rps});
  }
  EXPECT_EQ(result.median_round()->round, 3U);
  result.rounds.push_back({.round = 5, .rps = 50});
  EXPECT_EQ(result.median_round()->round, 1U);
}

}  // namespace
}  // namespace suite::bench
