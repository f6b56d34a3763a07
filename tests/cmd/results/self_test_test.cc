#include "cmd/results/self_test.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/cmd/results/sections.h"

namespace suite::results {
namespace {

using samples::contestant_at;
using samples::rounds_around;
using samples::section_of;
using testing::HasSubstr;

// Rounds of a server and of the same once more, which seems to be that much faster.
BenchSection twins(double factor) {
  std::vector<double> rounds = rounds_around(100), again = rounds;
  std::swap(again.front(), again.back());
  for (double& rps : again) rps *= factor;
  BenchContestant twin = contestant_at("a-again", again);
  twin.twin_of = "a";
  return section_of({contestant_at("a", rounds), twin});
}

BenchDocument of_sections(std::size_t equal, std::size_t different) {
  BenchDocument document;
  for (std::size_t i = 0; i < equal; ++i) document.sections.push_back(twins(1));
  for (std::size_t i = 0; i < different; ++i) document.sections.push_back(twins(1.1));
  return document;
}

TEST(SelfTest, CountsHowOftenEqualsWouldHaveBeenCalledDifferent) {
  const auto test = self_test_of(of_sections(9, 1));
  ASSERT_TRUE(test);
  EXPECT_EQ(test->throughput.compared, 10U);
  EXPECT_EQ(test->throughput.claimed, 1U);
  EXPECT_EQ(test->server_cpu.compared, 10U);
  EXPECT_EQ(test->server_cpu.claimed, 0U);
  EXPECT_FALSE(test->failed());
  EXPECT_THAT(
      sentence_of(*test),
      HasSubstr("different in 1 of 10 comparisons by throughput and in none of 10 comparisons by server "
                "CPU per request (chance alone: 5 %, about 0.5); differences in throughput from about "));
}

TEST(SelfTest, FailsWhereChanceDoesNotExplainTheClaims) {
  const auto test = self_test_of(of_sections(7, 3));
  ASSERT_TRUE(test);
  EXPECT_TRUE(test->failed());
  EXPECT_THAT(sentence_of(*test), HasSubstr("more than chance, so do not believe small differences here"));
}

// P(X >= k) of a binomial distribution with p = 0.05: 0.0861 for 2 of 10, 0.0115 for 3 of 10.
TEST(SelfTest, KnowsHowManyClaimsAreTooMany) {
  const auto too_many = [](std::size_t compared, std::size_t claimed) {
    return ClaimedOfEquals{.compared = compared, .claimed = claimed}.too_many();
  };
  EXPECT_FALSE(too_many(10, 2));
  EXPECT_TRUE(too_many(10, 3));
  EXPECT_FALSE(too_many(100, 9));
  EXPECT_TRUE(too_many(100, 11));
  EXPECT_FALSE(too_many(0, 0));
}

TEST(SelfTest, IsNothingWithoutTwinsOrWithTooFewRounds) {
  BenchDocument document = of_sections(1, 0);
  document.sections[0].contestants[1].twin_of.clear();
  EXPECT_FALSE(self_test_of(document));
  document = of_sections(1, 0);
  for (BenchContestant& one : document.sections[0].contestants) one.rounds.resize(5);
  EXPECT_FALSE(self_test_of(document));
}

// Asked for the same, equals and others have the same throughput.
TEST(SelfTest, LeavesOutOpenLoops) {
  BenchDocument document = of_sections(1, 0);
  document.sections[0].level = LoadLevel{.share = 0.5, .rate = {}};
  EXPECT_FALSE(self_test_of(document));
}

}  // namespace
}  // namespace suite::results
