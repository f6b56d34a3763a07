#include "cmd/bench/ranking.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <initializer_list>
#include <ranges>
#include <string>
#include <utility>
#include <vector>

#include "tests/cmd/bench/samples.h"

namespace suite::bench {
namespace {

using namespace std::chrono_literals;

using results::BenchContestant;
using results::BenchSection;
using results::LoadRun;
using testing::HasSubstr;

BenchContestant measured_at(std::initializer_list<double> rps) {
  BenchContestant one;
  for (const double each : rps) {
    one.rounds.push_back({.round = one.rounds.size() + 1, .run = run_at(each)});
    LoadRun& run = one.rounds.back().run;
    run.server_cpu = std::chrono::microseconds(4) * run.counts.completed;
  }
  return one;
}

BenchSection section_of(std::vector<BenchContestant> contestants) {
  return {.workload = "echo-d1", .conns = 1, .depth = 1, .contestants = std::move(contestants)};
}

class RankingText : public testing::Test {
 protected:
  static BenchSection section(std::vector<BenchContestant> contestants) {
    contestants.at(0).name = "epoll";
    if (contestants.size() > 1) contestants.at(1).name = "libuv";
    return section_of(std::move(contestants));
  }
  static std::string text_of(std::vector<BenchSection> sections) {
    return ranking_text({.config = {.server_cpus = {0}, .load_cpus = {1}}, .sections = std::move(sections)});
  }
  static std::string text(std::vector<BenchContestant> contestants) {
    return text_of({section(std::move(contestants))});
  }
};

TEST_F(RankingText, ClaimsADifferenceOnlyWhereTheIntervalExcludesNone) {
  EXPECT_THAT(text({measured_at({100, 101, 99, 100, 102, 100}), measured_at({90, 91, 89, 90, 92, 91})}),
              HasSubstr("  slower\n"));
  EXPECT_THAT(text({measured_at({100, 101, 99, 100, 102, 100}), measured_at({99, 102, 98, 101, 99, 100})}),
              HasSubstr("  tie\n"));
}

TEST_F(RankingText, SaysWhatShareOfTheMachinesLimitARowReached) {
  results::BenchDocument document{
      .config = {.server_cpus = {0}, .load_cpus = {1}},
      .limits =
          results::MachineLimits{
              .figures = {{.figure = limits::Figure::kEcho, .per_second = {200}, .server_cpu_ns = {3000}}}},
      .sections = {
          section({measured_at({100, 100, 100, 100, 100, 100}), measured_at({50, 50, 50, 50, 50, 50})})}};
  EXPECT_THAT(ranking_text(document), testing::Not(HasSubstr("limit")));
  document.sections[0].ceiling = limits::Figure::kEcho;
  const std::string text = ranking_text(document);
  EXPECT_THAT(text, HasSubstr("CPU ratio limit\n"));
  EXPECT_THAT(text, HasSubstr("   50%\n"));
  EXPECT_THAT(text, HasSubstr("   25%  slower\n"));
  EXPECT_THAT(text, HasSubstr("limit: the share of what this machine's TCP can do"));
}

TEST_F(RankingText, TellsThePointsOfASweepApart) {
  const auto title = [](results::SweepPoint point, std::uint64_t depth, std::uint64_t size) {
    BenchSection one = section({measured_at({100})});
    one.point = point;
    one.depth = depth;
    one.size = size;
    return text_of({one});
  };
  EXPECT_THAT(title({.axis = results::Axis::kDepth, .value = 4}, 4, 0),
              testing::StartsWith("Echo, 1 connection, 4 requests in flight on each: "));
  EXPECT_THAT(title({.axis = results::Axis::kSize, .value = 64}, 1, 64),
              HasSubstr(", messages of 64 bytes: "));
  EXPECT_THAT(title({.axis = results::Axis::kWorkers, .value = 2}, 1, 0), HasSubstr(", 2 workers: "));
  BenchSection other = section({measured_at({100})});
  other.workload = "one of a later version";
  other.point = results::SweepPoint{.axis = results::Axis::kDepth, .value = 4};
  EXPECT_THAT(text_of({other}),
              HasSubstr("one of a later version, 1 connection, 4 requests in flight per connection: "));
}

TEST_F(RankingText, MarksWhoWasDisturbedAndWhoseWorkersAreUneven) {
  BenchContestant one = measured_at({100, 100, 100});
  EXPECT_THAT(text({one}), testing::Not(HasSubstr("disturbed")));
  one.rounds[1].run.disturbance = Disturbance{.significant = true};
  for (auto& round : one.rounds) round.worker_requests = {9, 1};
  EXPECT_THAT(text({one}), HasSubstr("  disturbed uneven\n"));
  EXPECT_THAT(text({one}), HasSubstr("\n   disturbed  others took more than 5 % of a processor"));
  EXPECT_THAT(text({one}), HasSubstr("\n      uneven  the busiest worker had over 1.5 times the mean"));
}

TEST_F(RankingText, ClaimsNothingFromFewerThanSixRounds) {
  const std::string few = text({measured_at({100, 101, 99, 100, 102}), measured_at({50, 51, 49, 50, 51})});
  EXPECT_THAT(few, HasSubstr(" 0.500x                   4.00us   1.000x   few-rounds\n"));
  EXPECT_THAT(few, testing::Not(HasSubstr("slower")));
}

TEST_F(RankingText, ExplainsEachMarkOnceBelowAllTables) {
  const auto one = section({measured_at({100}), measured_at({50})});
  const std::string both = text_of({one, one});
  const std::string meaning = "\n  few-rounds  fewer than six rounds: ";
  EXPECT_NE(both.find(meaning), std::string::npos);
  EXPECT_EQ(both.find(meaning), both.rfind(meaning));
  EXPECT_GT(both.find(meaning), both.rfind("libuv"));
  EXPECT_THAT(both, testing::Not(HasSubstr("client-bound")));
}

TEST_F(RankingText, MarksWhoWasMeasuredByABusyClient) {
  BenchContestant one = measured_at({100, 100, 100});
  one.rounds[0].run.limit = one.rounds[1].run.limit = Limit::kClient;
  EXPECT_THAT(text({one}), HasSubstr("  client-bound\n"));
  one.rounds[0].run.limit = Limit::kNotSeen;
  EXPECT_THAT(text({one}), testing::Not(HasSubstr("client-bound")));
  one.rounds[0].run.limit = one.rounds[1].run.limit = Limit::kSharedCores;
  EXPECT_THAT(text({one}), HasSubstr("  shared-cores\n"));
}

// As a busy machine showed it: the client gave all servers the same throughput, and one took 60 % more CPU.
TEST_F(RankingText, GoesByServerCpuWhereThroughputIsTheClients) {
  BenchContestant frugal = measured_at({100, 101, 99, 100, 102, 100}), dear = frugal;
  for (auto* one : {&frugal, &dear}) {
    for (auto& round : one->rounds) {
      round.run.limit = Limit::kClient;
      round.run.server_cpu = (one == &dear ? 16us : 10us) * round.run.counts.completed;
    }
  }
  const std::string ranked = text({dear, frugal});  // epoll is the first, libuv the second
  EXPECT_THAT(ranked, HasSubstr(": medians, least server CPU per request first\n"));
  EXPECT_THAT(ranked, testing::ContainsRegex("1\\. libuv [^\n]* 10.0us +client-bound\n"));
  EXPECT_THAT(ranked, testing::ContainsRegex(
                          "2\\. epoll [^\n]* 1.600x [^\n]* 16.0us +1.600x\\* +more-cpu client-bound\n"));
  EXPECT_THAT(ranked, HasSubstr("    more-cpu  takes more server CPU per request than the first: "));
}

TEST_F(RankingText, GivesServerCpuARatioAndAStarWhereItDiffers) {
  BenchContestant slow = measured_at({90, 91, 89, 90, 92, 91});
  for (auto& round : slow.rounds) {
    round.run.server_cpu = std::chrono::microseconds(6) * round.run.counts.completed;
  }
  EXPECT_THAT(text({measured_at({100, 101, 99, 100, 102, 100}), slow}), HasSubstr(" 1.500x*  slower\n"));
}

TEST_F(RankingText, GivesEqualPlacesWhereNoDifferenceIsShown) {
  const std::string both =
      text({measured_at({100, 101, 99, 100, 102, 100}), measured_at({99, 102, 98, 101, 99, 100})});
  EXPECT_THAT(both, HasSubstr("\n  1. epoll "));
  EXPECT_THAT(both, HasSubstr("\n  1. libuv "));
}

TEST_F(RankingText, SaysHowManyDifferencesChanceWouldClaim) {
  EXPECT_THAT(
      text({measured_at({100, 101, 99, 100, 102, 100}), measured_at({90, 91, 89, 90, 92, 91})}),
      HasSubstr(
          "2 ratios with an interval: of equals, chance alone would claim a difference in about 0.1 (5 %)"));
  EXPECT_THAT(text({measured_at({100}), measured_at({50})}),
              HasSubstr("no difference is claimed: that takes 6 rounds"));
}

TEST_F(RankingText, MarksErrors) {
  BenchContestant one = measured_at({100});
  EXPECT_THAT(text({one}), testing::Not(HasSubstr("errors")));
  one.rounds[0].run.counts.errors[ErrorKind::kReset] = 1;
  EXPECT_THAT(text({one}), HasSubstr("  errors\n"));
}

TEST_F(RankingText, StaysWithinAHundredColumns) {
  BenchContestant one = measured_at({12'345'678, 12'345'678, 12'345'678, 12'345'678, 12'345'678, 12'345'678});
  for (results::BenchRound& round : one.rounds) {
    round.run.counts.errors[ErrorKind::kReset] = 1;
    round.run.limit = Limit::kClient;
    round.run.disturbance = Disturbance{.significant = true};
    round.worker_requests = {9, 1};
  }
  BenchSection wide = section_of({one, one});
  wide.contestants[0].name = "a-server-whose-name-takes-more-than-half-of-the-line-of-a-table";
  wide.contestants[1].name = std::string(120, 'x');
  wide.contestants[1].failure =
      results::BenchFailure{.round = 1,
                            .why =
                                "the server ended before it listened on its port (exit code "
                                "1): cannot open /some/where/that/has/a/long/name"};
  for (const auto line : std::views::split(text_of({wide}), '\n')) {
    EXPECT_LE(std::ranges::distance(line), 100) << std::string_view(line.begin(), line.end());
  }
  EXPECT_THAT(text_of({wide}), HasSubstr("\n     tie client-bound disturbed uneven errors\n"));
}

TEST_F(RankingText, NamesWhoFailed) {
  const BenchContestant failed{.failure = results::BenchFailure{.round = 1, .why = "it never came"}};
  EXPECT_THAT(text({measured_at({100}), failed}), HasSubstr("     libuv failed in round 1: it never came"));
}

TEST_F(RankingText, OfAWorkloadThatThisVersionDoesNotHaveIsMadeAllTheSame) {
  BenchSection section = section_of({measured_at({100})});
  EXPECT_THAT(text_of({section}), testing::StartsWith("Echo, 1 connection, 1 request in flight on each: "));
  section.workload = "udp-d1";
  EXPECT_THAT(text_of({section}), testing::StartsWith("udp-d1, 1 connection: medians, "));
}

}  // namespace
}  // namespace suite::bench
