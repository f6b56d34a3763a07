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

TEST(CalmerRound, IsTheOneThatLostLessToOthersAndRemembersTheOther) {
  using std::chrono::milliseconds;
  const RoundResult calm{.round = 3, .run = run_at(10)},
      little{.round = 3, .run = disturbed_run_at(20, milliseconds(100))},
      much{.round = 3, .run = disturbed_run_at(30, milliseconds(900))};
  EXPECT_EQ(calmer_of(much, little).run.rps(), 20);
  EXPECT_EQ(calmer_of(much, little).discarded->rps, 30);
  EXPECT_EQ(calmer_of(little, much).run.rps(), 20) << "whichever was first";
  EXPECT_EQ(calmer_of(little, much).discarded->disturbance.others, milliseconds(900));
  EXPECT_EQ(calmer_of(much, calm).run.rps(), 10) << "whatever it found";
  EXPECT_EQ(record_of(calmer_of(much, calm)).discarded->rps, 30);
}

}  // namespace
}  // namespace suite::bench
