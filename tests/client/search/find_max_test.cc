// The search with runs that are made up: what makes a step pass, how it starts, and how it ends early.
#include "client/search/find_max.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace suite {
namespace {

using namespace std::chrono_literals;
using End = FindMaxResult::End;
using testing::HasSubstr;

// Takes 1 ms below `knee` and 50 ms above it; keeps every rate.
struct Server {
  double knee = 100'000;
  double closed_loop = 120'000;

  LoadResult operator()(const LoadPlan& plan) const {
    LoadResult result{
        .connections_asked = plan.connections, .connections_opened = plan.connections, .threads = 1};
    result.measured = *plan.duration;
    const double rate = plan.rate ? plan.rate->per_second : closed_loop;
    result.counts.completed = static_cast<std::uint64_t>(rate * result.seconds());
    result.latency.record(rate <= knee ? 1ms : 50ms, std::max<std::uint64_t>(result.counts.completed, 1));
    if (plan.rate) {
      result.rate.emplace();
      result.rate->asked = result.rate->achieved = rate;
      result.rate->due = result.rate->sent = result.counts.completed;
    }
    return result;
  }
};

FindMaxPlan plan_with(std::initializer_list<const char*> conditions, std::optional<double> start = {}) {
  FindMaxPlan plan;
  plan.load.duration = 2s;
  if (start) plan.load.rate = RatePlan{.per_second = *start};
  for (const char* text : conditions) plan.conditions.push_back(*parse_condition(text));
  return plan;
}

FindMaxResult search(const FindMaxPlan& plan, const RunLoad& run) {
  std::size_t told = 0;
  FindMaxResult result = find_max(plan, run, [&](const SearchStep&) { ++told; });
  EXPECT_EQ(told, result.steps.size());
  return result;
}

// A search in which every step but the closed loop is what `spoil` makes of a good one.
FindMaxResult search_spoilt(const FindMaxPlan& plan, const std::function<void(LoadResult&)>& spoil) {
  return search(plan, [&](const LoadPlan& load) {
    LoadResult result = Server{}(load);
    if (load.rate && load.rate->per_second > 50'000) spoil(result);
    return result;
  });
}

TEST(FindMax, FindsWhereTheConditionCeasesToHold) {
  const FindMaxResult result = search(plan_with({"p99<5ms"}), Server{});
  EXPECT_EQ(result.end, End::kFound);
  EXPECT_LE(*result.low, 100'000);
  EXPECT_GT(*result.high, 100'000);
  EXPECT_LE(*result.high - *result.low, 2'000);
  ASSERT_TRUE(result.best);
  EXPECT_EQ(result.best->rate->asked, *result.low);
}

TEST(FindMax, StartsAtHalfOfAClosedLoopsThroughput) {
  const FindMaxResult result = search(plan_with({"p99<5ms"}), Server{});
  EXPECT_EQ(result.steps[0].rate, std::nullopt);
  EXPECT_EQ(result.steps[0].achieved, 120'000);
  EXPECT_EQ(result.steps[1].rate, 60'000);
}

TEST(FindMax, StartsAtTheRateThatIsGivenWithItsArrivals) {
  FindMaxPlan plan = plan_with({"p99<5ms"}, 30'000);
  plan.load.rate->arrivals = RatePlan::Arrivals::kPoisson;
  const FindMaxResult result = search(plan, [](const LoadPlan& load) {
    EXPECT_EQ(load.rate->arrivals, RatePlan::Arrivals::kPoisson);
    return Server{}(load);
  });
  EXPECT_EQ(result.steps[0].rate, 30'000);
}

TEST(FindMax, NeedsEveryCondition) {
  const auto fails = search_spoilt(plan_with({"p99<5ms", "max<10ms"}),
                                   [](LoadResult& result) { result.latency.record(20ms); });
  EXPECT_NEAR(*fails.high, 50'000, 1'500);
  EXPECT_THAT(fails.steps.back().failure, HasSubstr("max is 20"));
}

TEST(FindMax, FailsAStepThatDidNotKeepItsRate) {
  const auto spoil = [](LoadResult& result) {
    result.rate->achieved *= 0.98;
    result.rate->sent = result.rate->sent * 98 / 100;
  };
  const auto fails = search_spoilt(plan_with({"p99<5ms"}), spoil);
  EXPECT_NEAR(*fails.high, 50'000, 1'500);
  EXPECT_EQ(fails.steps.back().failure, "achieved 98.0% of the rate");
  EXPECT_NEAR(*search_spoilt(plan_with({"p99<5ms", "achieved>97%"}), spoil).high, 100'000, 3'000)
      << "a condition of the user's replaces ours";
}

TEST(FindMax, FailsAStepWithErrors) {
  const auto spoil = [](LoadResult& result) { result.counts.errors[ErrorKind::kTimeout] = 3; };
  const auto fails = search_spoilt(plan_with({"p99<5ms"}), spoil);
  EXPECT_NEAR(*fails.high, 50'000, 1'500);
  EXPECT_EQ(fails.steps.back().failure, "3 errors");
  EXPECT_NEAR(*search_spoilt(plan_with({"p99<5ms", "errors<1%"}), spoil).high, 100'000, 3'000);
}

TEST(FindMax, FailsAStepWhoseConnectionsDidNotStand) {
  const auto fails =
      search_spoilt(plan_with({"p99<5ms"}), [](LoadResult& result) { --result.connections_opened; });
  EXPECT_NEAR(*fails.high, 50'000, 1'500);
  EXPECT_EQ(fails.steps.back().failure, "connected 99 of 100");
}

TEST(FindMax, SaysWhenTheClientIsTheLimit) {
  const auto spoil_with = [](std::optional<std::chrono::nanoseconds> server) {
    return [server](LoadResult& result) {
      result.rate->achieved *= 0.9;
      result.rate->sent = result.rate->sent * 9 / 10;
      result.client_cpu = result.measured * 97 / 100;
      result.server_cpu = server;
    };
  };
  const auto bound = search_spoilt(plan_with({"p99<5ms"}), spoil_with({}));
  EXPECT_TRUE(bound.client_bound);
  EXPECT_EQ(bound.steps.back().failure, "achieved 90.0% of the rate, client-bound");
  EXPECT_TRUE(search_spoilt(plan_with({"p99<5ms"}), spoil_with(1s)).client_bound);
  EXPECT_FALSE(search_spoilt(plan_with({"p99<5ms"}), spoil_with(1900ms)).client_bound)
      << "the server is, too";
  FindMaxPlan spinning = plan_with({"p99<5ms"});
  spinning.load.busy_poll = true;
  EXPECT_FALSE(search_spoilt(spinning, spoil_with({})).client_bound) << "it always uses all there is";
}

TEST(FindMax, TriesNoRateThatHasTooFewSamplesForItsPercentile) {
  EXPECT_EQ(least_rate(plan_with({"p99.9<5ms"})), 550);
  EXPECT_EQ(least_rate(plan_with({"max<5ms"})), 1);
  const FindMaxResult result = search(plan_with({"p99.9<5ms", "p50<1s"}), Server{.knee = 0});
  EXPECT_EQ(result.end, End::kNonePassed);
  EXPECT_EQ(result.steps.back().rate, 550);
  EXPECT_FALSE(result.best);
}

TEST(FindMax, TriesNoRateWhereNothingIsEverCompleted) {
  const FindMaxResult result = search(plan_with({"p99<5ms"}), [](const LoadPlan& load) {
    LoadResult nothing = Server{}(load);
    nothing.counts.completed = 0;
    return nothing;
  });
  EXPECT_EQ(result.end, End::kNonePassed);
  EXPECT_EQ(result.steps.size(), 1U);
}

TEST(FindMax, KeepsTheBracketWhenItIsInterrupted) {
  int runs = 0;
  const FindMaxResult result = search(plan_with({"p99<5ms"}), [&](const LoadPlan& load) {
    LoadResult one = Server{}(load);
    one.interrupted = ++runs == 4;
    return one;
  });
  EXPECT_EQ(result.end, End::kStopped);
  EXPECT_FALSE(result.failure);
  EXPECT_EQ(result.steps.size(), 3U) << "what was interrupted is no step";
  EXPECT_EQ(result.low, 60'000);
  EXPECT_EQ(result.high, 120'000);
}

TEST(FindMax, KeepsTheBracketWhenARunCannotStart) {
  int runs = 0;
  const FindMaxResult result =
      search(plan_with({"p99<5ms"}), [&](const LoadPlan& load) -> std::expected<LoadResult, Error> {
        if (++runs == 3) return std::unexpected(Error{.what = "run", .why = "no memory", .advice = {}});
        return Server{}(load);
      });
  EXPECT_EQ(result.end, End::kStopped);
  ASSERT_TRUE(result.failure);
  EXPECT_EQ(result.low, 60'000);
}

TEST(FindMax, HasNoBestRunWhereTheBestOneWasRefuted) {
  // Every rate passes once and never again.
  std::vector<double> seen;
  const FindMaxResult result = search(plan_with({"p99<5ms"}), [&](const LoadPlan& load) {
    const double rate = load.rate ? load.rate->per_second : 0;
    const bool again = std::ranges::find(seen, rate) != seen.end();
    seen.push_back(rate);
    return Server{.knee = again ? 0.0 : 100'000.0}(load);
  });
  EXPECT_EQ(result.best.has_value(), result.low.has_value());
  if (result.best) {
    EXPECT_EQ(result.best->rate->asked, *result.low);
  }
}

TEST(FindMax, KnowsHowLongItTakes) {
  FindMaxPlan plan = plan_with({"p99<5ms"});
  plan.load.warmup = 500ms;
  plan.load.timeout = 5s;
  EXPECT_EQ(search_time(plan).usual, 2500ms * 13);
  EXPECT_EQ(search_time(plan).most, 7500ms * 31);
}

}  // namespace
}  // namespace suite
