#include "cmd/bench/result.h"

#include <gtest/gtest.h>

#include "tests/cmd/bench/samples.h"

namespace suite::bench {
namespace {

TEST(MedianRound, IsTheOneInTheMiddleOrTheSlowerOfTwo) {
  ContestantResult result;
  EXPECT_EQ(result.median_round(), nullptr);
  for (const double rps : {30.0, 10.0, 20.0, 40.0}) {
    result.rounds.push_back(next_round(result, rps));
  }
  EXPECT_EQ(result.median_round()->round, 3U);
  result.rounds.push_back(next_round(result, 50));
  EXPECT_EQ(result.median_round()->round, 1U);
}

}  // namespace
}  // namespace suite::bench
