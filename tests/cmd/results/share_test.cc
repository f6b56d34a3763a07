#include "cmd/results/share.h"

#include <gtest/gtest.h>

#include "tests/cmd/results/sections.h"

namespace suite::results {
namespace {

std::optional<MachineLimits> known_limits() {
  return MachineLimits{.connections = 1,
                       .rounds = 3,
                       .figures = {{.figure = limits::Figure::kEcho,
                                    .per_second = {190, 200, 210},
                                    .server_cpu_ns = {2900, 3000, 3100}}}};
}

BenchSection bounded_section() {
  BenchSection section = samples::section_of({samples::contestant_at("one", {120, 124, 126})});
  section.ceiling = limits::Figure::kEcho;
  return section;
}

TEST(ShareOfTheLimit, IsOfThroughputOrOfTheLeastCpuTime) {
  const BenchSection section = bounded_section();
  const BenchContestant& one = section.contestants[0];
  EXPECT_DOUBLE_EQ(*share_of_limit(known_limits(), section, one, Metric::kThroughput), 0.62);
  EXPECT_DOUBLE_EQ(*share_of_limit(known_limits(), section, one, Metric::kServerCpu), 0.75);
}

TEST(ShareOfTheLimit, IsNothingWhereTheLoopsDidNotDoTheSame) {
  BenchSection section = bounded_section();
  BenchContestant one = section.contestants[0];
  EXPECT_FALSE(share_of_limit(std::nullopt, section, one, Metric::kThroughput));
  EXPECT_FALSE(share_of_limit(known_limits(), section, one, Metric::kP99));
  one.workers = 2;
  EXPECT_FALSE(share_of_limit(known_limits(), section, one, Metric::kThroughput))
      << "the loops have one thread";
  EXPECT_TRUE(share_of_limit(known_limits(), section, one, Metric::kServerCpu));
  section.ceiling = limits::Figure::kHttp;
  EXPECT_FALSE(share_of_limit(known_limits(), section, one, Metric::kServerCpu)) << "not measured";
  section.ceiling = std::nullopt;
  EXPECT_FALSE(share_of_limit(known_limits(), section, one, Metric::kServerCpu));
  section = bounded_section();
  section.level = LoadLevel{.share = 0.5, .rate = {}};
  EXPECT_FALSE(share_of_limit(known_limits(), section, section.contestants[0], Metric::kThroughput));
}

TEST(ShareOfTheLimit, IsNothingOfAContestantWithoutRounds) {
  const BenchContestant none{.name = "none"};
  EXPECT_FALSE(share_of_limit(known_limits(), bounded_section(), none, Metric::kThroughput));
}

// A file may say so.
TEST(ShareOfTheLimit, IsNothingOfFiguresWithoutRounds) {
  const BenchSection section = bounded_section();
  const std::optional<MachineLimits> empty =
      MachineLimits{.connections = 1, .rounds = 0, .figures = {{.figure = limits::Figure::kEcho}}};
  EXPECT_FALSE(share_of_limit(empty, section, section.contestants[0], Metric::kThroughput));
  EXPECT_FALSE(share_of_limit(empty, section, section.contestants[0], Metric::kServerCpu));
}

}  // namespace
}  // namespace suite::results
