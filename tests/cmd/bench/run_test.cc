#include "cmd/bench/run.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "tests/cmd/bench/samples.h"

namespace suite::bench {
namespace {

class Silence : public RunObserver {
 public:
  void round_begins(const RoundId& id) override { begun.push_back(id); }
  void round_repeats(const RoundId& id, const RoundResult&) override { repeated.push_back(id.round); }
  void round_ended(const RoundId&, const RoundResult&) override {}
  void round_failed(const RoundId&, const RoundFailure& failure) override { failures.push_back(failure.why); }
  void section_ended(std::size_t section, const SectionResult&) override { ended.push_back(section); }

  std::vector<RoundId> begun;
  std::vector<std::uint64_t> repeated;
  std::vector<std::string> failures;
  std::vector<std::size_t> ended;
};

// Three servers, echo at two depths.
Plan small_plan() {
  Plan plan{.rounds = 3};
  for (const BenchWorkload& workload : workloads().first(2)) {
    plan.sections.push_back({.workload = workload, .conns = 1});
  }
  for (const char* name : {"a", "b", "c"}) plan.contestants.push_back({.name = name, .first_port = 1});
  return plan;
}

std::expected<RoundResult, RoundFailure> succeeds(const Section&, const Contestant&, int&) {
  return RoundResult{.run = run_at(1)};
}

TEST(RunPlan, LetsEveryContestantHaveItsTurnInEveryRound) {
  Silence observer;
  const BenchResult result = run_plan(small_plan(), succeeds, observer);
  ASSERT_EQ(observer.begun.size(), 18U);
  for (std::size_t at = 0; at < 18; at += 3) {
    std::vector<std::size_t> turn;
    for (std::size_t i = at; i < at + 3; ++i) {
      EXPECT_EQ(observer.begun[i].round, at / 3 % 3 + 1);
      turn.push_back(observer.begun[i].contestant);
    }
    EXPECT_THAT(turn, testing::UnorderedElementsAre(0, 1, 2));
  }
  EXPECT_THAT(observer.ended, testing::ElementsAre(0, 1));
  ASSERT_EQ(result.sections.size(), 2U);
  EXPECT_EQ(result.sections[1][2].rounds.back().round, 3U);
  EXPECT_FALSE(result.any_failed());
}

TEST(RunPlan, BeginsNoRoundThatItsObserverDoesNotWant) {
  class Weary : public Silence {
   public:
    bool goes_on() override { return begun.size() < 4; }
  } observer;
  const BenchResult result = run_plan(small_plan(), succeeds, observer);
  EXPECT_EQ(observer.begun.size(), 4U);
  EXPECT_THAT(observer.ended, testing::ElementsAre(0)) << "what there is of the section is logged";
  EXPECT_EQ(result.sections.size(), 1U);
}

TEST(RunPlan, DrawsTheSameOrderFromTheSameSeed) {
  const auto order = [](std::uint64_t seed) {
    Silence observer;
    Plan plan = small_plan();
    plan.rounds = 20;
    plan.seed = seed;
    run_plan(plan, succeeds, observer);
    std::string names;
    for (const RoundId& id : observer.begun) names += std::to_string(id.contestant);
    return names;
  };
  EXPECT_EQ(order(1), order(1));
  EXPECT_NE(order(1), order(2));
}

TEST(RunPlan, LeavesOutWhoFailedAndGoesOnWithTheOthers) {
  Silence observer;
  const auto b_fails = [](const Section& section, const Contestant& contestant,
                          int&) -> std::expected<RoundResult, RoundFailure> {
    if (contestant.name == "b" && section.workload.depth == 1) {
      return std::unexpected(RoundFailure{.why = "it broke"});
    }
    return RoundResult{.run = run_at(1)};
  };
  const BenchResult result = run_plan(small_plan(), b_fails, observer);
  EXPECT_THAT(observer.failures, testing::ElementsAre("it broke"));
  EXPECT_TRUE(result.any_failed());
  EXPECT_EQ(result.sections[0][1].failed_round, 1U);
  EXPECT_EQ(result.sections[0][1].failure, "it broke");
  EXPECT_EQ(result.sections[0][2].rounds.size(), 3U);
  EXPECT_EQ(result.sections[1][1].rounds.size(), 3U) << "the next section is a new chance";
}

TEST(RunPlan, KeepsWhatWasMeasuredBeforeAnInterruption) {
  Silence observer;
  int rounds = 0;
  const auto stops_after_four = [&](const Section&, const Contestant&,
                                    int&) -> std::expected<RoundResult, RoundFailure> {
    if (++rounds > 4) return std::unexpected(RoundFailure{.why = "interrupted", .interrupted = true});
    return RoundResult{.run = run_at(1)};
  };
  const BenchResult result = run_plan(small_plan(), stops_after_four, observer);
  ASSERT_EQ(result.sections.size(), 1U);
  std::size_t kept = 0;
  for (const ContestantResult& contestant : result.sections[0]) kept += contestant.rounds.size();
  EXPECT_EQ(kept, 4U);
  EXPECT_THAT(observer.ended, testing::ElementsAre(0));
  EXPECT_FALSE(result.any_failed());
}

TEST(RunPlan, LetsOnlyThoseTakeTurnsWhoAreOfTheSectionsKind) {
  Silence observer;
  Plan plan = small_plan();
  plan.contestants[1].kind = ServerKind::kHttp;
  plan.sections[1].workload = *find_workload("http-404");
  const BenchResult result = run_plan(plan, succeeds, observer);
  EXPECT_EQ(observer.begun.size(), 9U);
  for (const RoundId& id : observer.begun) EXPECT_EQ(id.contestant == 1, id.section == 1);
  ASSERT_EQ(result.sections[1].size(), 3U);
  EXPECT_TRUE(result.sections[1][0].rounds.empty());
  EXPECT_EQ(result.sections[1][1].rounds.size(), 3U);
}

TEST(RunPlan, RemembersWhereAContestantHadToMoveTo) {
  Silence observer;
  const auto moves_once = [](const Section&, const Contestant&,
                             int& port) -> std::expected<RoundResult, RoundFailure> {
    port = std::max(port, 5);
    return RoundResult{.run = run_at(1)};
  };
  const BenchResult result = run_plan(small_plan(), moves_once, observer);
  EXPECT_EQ(result.sections[1][0].port, 5);
}

// A server that does not hold a point holds none behind it either.
TEST(RunPlan, LeavesOutOfTheRestOfASweepWhoStopped) {
  Silence observer;
  Plan plan = small_plan();
  plan.sections.assign(3, plan.sections[0]);
  plan.sections[0].series = plan.sections[1].series = 1;
  plan.sections[2].series = 2;
  const auto b_fails = [&](const Section& section, const Contestant& contestant,
                           int&) -> std::expected<RoundResult, RoundFailure> {
    if (contestant.name == "b" && section.series == 1)
      return std::unexpected(RoundFailure{.why = "it broke"});
    return RoundResult{.run = run_at(1)};
  };
  const BenchResult result = run_plan(plan, b_fails, observer);
  EXPECT_THAT(observer.failures, testing::ElementsAre("it broke"));
  EXPECT_EQ(result.sections[0][1].failure, "it broke");
  EXPECT_TRUE(result.sections[1][1].rounds.empty());
  EXPECT_FALSE(result.sections[1][1].failed()) << "it is said once";
  EXPECT_EQ(result.sections[1][2].rounds.size(), 3U) << "others go on";
  EXPECT_EQ(result.sections[2][1].rounds.size(), 3U) << "another sweep is a new chance";
}

TEST(RunPlan, TakesTheMaximumOfTheSameWorkload) {
  Silence observer;
  Plan plan = small_plan();
  plan.sections.assign(4, plan.sections[0]);
  for (std::size_t i = 0; i < 4; ++i) plan.sections[i].series = 1 + i / 2;
  plan.sections[1].level = plan.sections[3].level = results::LoadLevel{.share = 0.5, .rate = {}};
  const auto measure = [](const Section& section, const Contestant&,
                          int&) -> std::expected<RoundResult, RoundFailure> {
    return RoundResult{.run = run_at(section.series == 1 ? 100 : 300)};
  };
  const BenchResult result = run_plan(plan, measure, observer);
  EXPECT_EQ(result.sections[1][0].rate, 50);
  EXPECT_EQ(result.sections[3][0].rate, 150);
}

TEST(RunPlan, AsksEachForItsShareOfItsOwnMaximumAndAllForTheSameRate) {
  Silence observer;
  Plan plan = small_plan();
  plan.sections.assign(3, plan.sections[0]);
  for (Section& section : plan.sections) section.series = 1;
  plan.sections[1].level = results::LoadLevel{.share = 0.5, .rate = {}};
  plan.sections[2].level = results::LoadLevel{.share = {}, .rate = 70};
  std::vector<std::string> asked;
  int round = 0;
  const auto measure = [&](const Section& section, const Contestant& contestant,
                           int&) -> std::expected<RoundResult, RoundFailure> {
    EXPECT_EQ(contestant.rate.has_value(), section.level.has_value());
    if (contestant.rate) asked.push_back(contestant.name + std::to_string(std::lround(*contestant.rate)));
    // Medians of 100 for a, 200 for b; c has none.
    if (contestant.name == "c") return std::unexpected(RoundFailure{.why = "it broke"});
    const double spread = ++round % 3 - 1;
    return RoundResult{.run = run_at((contestant.name == "a" ? 100 : 200) + spread * 0.001)};
  };
  const BenchResult result = run_plan(plan, measure, observer);
  EXPECT_THAT(asked, testing::UnorderedElementsAre("a50", "a50", "a50", "b100", "b100", "b100", "a70", "a70",
                                                   "a70", "b70", "b70", "b70"));
  EXPECT_NEAR(result.sections[1][1].rate.value_or(0), 100, 0.01);
  EXPECT_EQ(result.sections[2][0].rounds[0].rate, 70);
}

// One server and one section, whose rounds are measured as `attempts` says, one after the other.
class DisturbedRounds : public testing::Test {
 protected:
  using Attempt = std::expected<RoundResult, RoundFailure>;

  static Attempt calm(double rps) { return RoundResult{.run = run_at(rps)}; }
  static Attempt disturbed(double rps) {
    return RoundResult{.run = disturbed_run_at(rps, std::chrono::milliseconds(500))};
  }
  const ContestantResult& run(const std::vector<Attempt>& attempts, std::uint64_t rounds) {
    Plan plan = small_plan();
    plan.rounds = rounds;
    plan.repeats_disturbed = repeats_;
    plan.sections.resize(1);
    plan.contestants.resize(1);
    result_ = run_plan(
        plan, [&](const Section&, const Contestant&, int&) { return attempts.at(measured_++); }, observer_);
    return result_.sections.at(0).at(0);
  }
  std::vector<double> rates() const {
    std::vector<double> rates;
    for (const RoundResult& round : result_.sections[0][0].rounds) rates.push_back(round.run.rps());
    return rates;
  }

  Silence observer_;
  BenchResult result_;
  std::size_t measured_ = 0;
  bool repeats_ = true;
};

TEST_F(DisturbedRounds, AreMeasuredOnceMoreAndTheCalmerOneCounts) {
  const ContestantResult& result = run({calm(1), disturbed(2), calm(3), calm(4)}, 3);
  EXPECT_THAT(rates(), testing::ElementsAre(1, 3, 4));
  EXPECT_THAT(observer_.repeated, testing::ElementsAre(2));
  EXPECT_EQ(result.rounds[1].round, 2U);
  EXPECT_EQ(result.rounds[1].discarded->rps, 2);
  EXPECT_FALSE(result.rounds[0].discarded);
}

TEST_F(DisturbedRounds, AreMeasuredNoThirdTime) {
  run({disturbed(1), disturbed(2), calm(3)}, 2);
  EXPECT_THAT(rates(), testing::ElementsAre(2, 3));
  EXPECT_TRUE(result_.sections[0][0].rounds[0].run.is_disturbed());
}

// A machine that is always disturbed does not become calm by measuring everything twice.
TEST_F(DisturbedRounds, AreNotRepeatedAnyMoreWhereThatWasInVain) {
  std::vector<Attempt> attempts;
  for (int i = 1; i <= 8; ++i) attempts.push_back(disturbed(i));
  run(attempts, 5);
  EXPECT_THAT(observer_.repeated, testing::ElementsAre(1, 2, 3));
  EXPECT_THAT(rates(), testing::ElementsAre(2, 4, 6, 7, 8));
}

// --quick promises to be over in three minutes.
TEST_F(DisturbedRounds, AreNotRepeatedWhereThePlanHasNoTimeForIt) {
  repeats_ = false;
  run({disturbed(1), disturbed(2)}, 2);
  EXPECT_THAT(rates(), testing::ElementsAre(1, 2));
  EXPECT_THAT(observer_.repeated, testing::IsEmpty());
}

TEST_F(DisturbedRounds, CountAsTheyAreWhereTheRepeatIsInterrupted) {
  const auto interrupt = RoundFailure{.why = "interrupted", .interrupted = true};
  run({disturbed(1), std::unexpected(interrupt)}, 5);
  EXPECT_THAT(rates(), testing::ElementsAre(1));
  EXPECT_FALSE(result_.any_failed());
}

TEST_F(DisturbedRounds, FailWhereTheRepeatFails) {
  const ContestantResult& result = run({disturbed(1), std::unexpected(RoundFailure{.why = "it died"})}, 5);
  EXPECT_THAT(rates(), testing::IsEmpty());
  EXPECT_EQ(result.failure, "it died");
}

}  // namespace
}  // namespace suite::bench
