#include "cmd/bench/before_after.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <utility>

#include "tests/cmd/bench/samples.h"

namespace suite::bench {
namespace {

using results::BenchContestant;
using results::BenchDocument;

BenchContestant rounds_at(std::string name, double rps) {
  BenchContestant one{.name = std::move(name), .serve = {}, .load = {}, .failure = {}, .rounds = {}};
  for (std::uint64_t round = 1; round <= 6; ++round) {
    one.rounds.push_back({.round = round, .run = run_at(rps * static_cast<double>(round))});
  }
  return one;
}

BenchDocument document_of_versions() {
  BenchDocument document;
  document.sections.push_back(
      {.workload = "GET /",
       .conns = 7,
       .depth = 1,
       .contestants = {rounds_at("other", 1), rounds_at("after", 80), rounds_at("before", 100)}});
  return document;
}

TEST(JudgeVersions, PairsTheRoundsOfOneNumber) {
  const auto verdicts = judge_versions(document_of_versions(), {});
  ASSERT_EQ(verdicts.size(), 1U);
  EXPECT_THAT(verdicts[0].sentence,
              testing::StartsWith("after is 20 % slower than before (95 %: 20 to 20 %"));
  EXPECT_EQ(verdicts[0].regression, std::nullopt) << "nobody asked";
}

TEST(JudgeVersions, LooksAtTheMetricAndThePercentageThatWereAskedFor) {
  EXPECT_TRUE(judge_versions(document_of_versions(), {.percent = 15})[0].regression);
  EXPECT_FALSE(judge_versions(document_of_versions(), {.percent = 25})[0].regression);
  EXPECT_FALSE(
      judge_versions(document_of_versions(), {.metric = results::Metric::kServerCpu, .percent = 15})[0]
          .regression);
}

// A gate that cannot be judged does not pass.
TEST(JudgeVersions, JudgeNothingWhereOnlyTheClientIsSeen) {
  BenchDocument document = document_of_versions();
  for (auto& round : document.sections[0].contestants[1].rounds) round.run.limit = Limit::kClient;
  const auto verdict = judge_versions(document, {.percent = 15})[0];
  EXPECT_THAT(verdict.sentence, testing::StartsWith("not comparable: the client was the limit in 6 of 6 "));
  EXPECT_THAT(verdict.unjudged.value_or(""), testing::StartsWith("the client was the limit in 6 of 6 "));
  EXPECT_EQ(verdict.regression, std::nullopt);
  EXPECT_EQ(judge_versions(document, {})[0].unjudged, std::nullopt) << "nobody asked";
}

TEST(JudgeVersions, NamesTheSectionWhereThereAreSeveral) {
  BenchDocument document = document_of_versions();
  document.sections.push_back(document.sections[0]);
  document.sections[1].contestants.pop_back();
  const auto verdicts = judge_versions(document, {});
  ASSERT_EQ(verdicts.size(), 1U) << "the second has no round of one of them";
  EXPECT_THAT(verdicts[0].sentence, testing::StartsWith("GET /, 7 connections: after is "));
}

TEST(JudgeVersions, SaysWhichOneFailedAndWhatTheOtherDid) {
  BenchDocument document = document_of_versions();
  BenchContestant& after = document.sections[0].contestants[1];
  after.failure = results::BenchFailure{.round = 1, .why = "it died"};
  after.rounds.clear();
  const auto verdicts = judge_versions(document, {.percent = 0});
  EXPECT_EQ(verdicts[0].sentence,
            "no verdict: before did 350 req/s, the median of 6 rounds; after failed in round 1 (it died)");
  EXPECT_FALSE(verdicts[0].regression);
}

TEST(JudgeVersions, StillComparesTheRoundsBeforeAFailureWhereTheseSuffice) {
  BenchDocument document = document_of_versions();
  document.sections[0].contestants[1].failure = results::BenchFailure{.round = 7, .why = "it died"};
  EXPECT_THAT(
      judge_versions(document, {})[0].sentence,
      testing::AllOf(testing::StartsWith("after is 20 % slower than before (95 %: 20 to 20 %"),
                     testing::EndsWith("), from the 6 rounds before a failure: before did 350 req/s, the "
                                       "median of 6 rounds; after failed in round 7 (it died)")));
}

TEST(JudgeVersions, HasNothingToCompareWhereOneFailedAtOnce) {
  BenchDocument document = document_of_versions();
  document.sections[0].contestants[1].rounds.clear();
  EXPECT_THAT(judge_versions(document, {.percent = 0})[0].sentence,
              testing::StartsWith("nothing to compare"));
}

}  // namespace
}  // namespace suite::bench
