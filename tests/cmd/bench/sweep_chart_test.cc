#include "cmd/bench/sweep_chart.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace suite::bench {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

// A sweep over these connections, and a section that is none.
Plan charted_plan(const std::vector<std::uint64_t>& conns, const std::vector<const char*>& names) {
  Plan plan{.sections = {{.workload = workloads()[0], .conns = 100}}};
  for (const std::uint64_t each : conns) {
    plan.sections.push_back({.workload = workloads()[0],
                             .conns = each,
                             .series = 1,
                             .point = results::SweepPoint{.axis = results::Axis::kConns, .value = each}});
  }
  for (const char* name : names) plan.contestants.push_back({.name = name});
  return plan;
}

TEST(SweepChart, GrowsWithTheRounds) {
  const Plan plan = charted_plan({1, 8, 64}, {"epoll", "threads"});
  SweepChart chart(plan);
  chart.round_begins({.section = 1, .round = 1, .contestant = 0});
  chart.round_ended({.section = 1, .round = 1, .contestant = 0}, 20'000);
  EXPECT_THAT(chart.lines({.columns = 60, .unicode = true}),
              ElementsAre("conns   1         8         64", "epoll   █ 20k", "threads"));
  chart.round_ended({.section = 2, .round = 1, .contestant = 0}, 160'000);
  chart.round_ended({.section = 2, .round = 2, .contestant = 0}, 164'000);
  chart.round_ended({.section = 1, .round = 1, .contestant = 1}, 9'100);
  chart.round_failed({.section = 2, .round = 1, .contestant = 1});
  EXPECT_THAT(
      chart.lines({.columns = 60, .unicode = true}),
      ElementsAre("conns   1         8         64", "epoll   ▁ 20k     █ 162k", "threads ▁ 9.1k    x stop"));
  EXPECT_THAT(
      chart.lines({.columns = 60}),
      ElementsAre("conns   1         8         64", "epoll   . 20k     @ 162k", "threads . 9.1k    x stop"));
}

TEST(SweepChart, ShowsBarsAloneWhereFiguresHaveNoRoom) {
  const Plan plan = charted_plan({1, 8, 64}, {"epoll", "threads"});
  SweepChart chart(plan);
  chart.round_begins({.section = 2, .round = 1, .contestant = 0});
  chart.round_ended({.section = 1, .round = 1, .contestant = 0}, 81'000);
  chart.round_ended({.section = 2, .round = 1, .contestant = 0}, 162'000);
  EXPECT_THAT(chart.lines({.columns = 26, .unicode = true}),
              ElementsAre("req/s over conns, 1 to 64", "epoll   ▄▄ ██     162k", "threads"));
}

TEST(SweepChart, FitsAnyTerminal) {
  std::vector<std::uint64_t> conns;
  for (std::uint64_t i = 1; i <= 64; ++i) conns.push_back(i * 1000);
  const Plan plan = charted_plan(conns, {"a", "a-name-longer-than-any-column-has-room-for", "c", "d", "e",
                                         "f", "g", "h", "i", "j", "k", "l", "m"});
  SweepChart chart(plan);
  for (std::size_t section = 1; section <= 64; ++section) {
    for (std::size_t place = 0; place < plan.contestants.size(); ++place) {
      chart.round_ended({.section = section, .round = 1, .contestant = place},
                        1e6 * static_cast<double>(section));
    }
  }
  chart.round_begins({.section = 60, .round = 2, .contestant = 0});
  for (std::size_t columns = 0; columns < 700; columns += columns < 200 ? 1 : 50) {
    for (const std::size_t rows : {0U, 3U, 8U, 24U, 100U}) {
      const auto lines = chart.lines({.columns = columns, .rows = rows});
      EXPECT_LE(lines.size(), std::min<std::size_t>(SweepChart::kMostLines, rows < 2 ? 0 : rows - 2));
      for (const std::string& line : lines) EXPECT_LT(line.size(), columns) << line;
    }
  }
  EXPECT_EQ(chart.lines({.columns = 80}).back(), "and 4 more");
}

TEST(SweepChart, IsNotThereWhereNothingIsSwept) {
  const Plan plan = charted_plan({1, 8}, {"epoll"});
  SweepChart chart(plan);
  chart.round_begins({.section = 0, .round = 1, .contestant = 0});
  EXPECT_THAT(chart.lines({.columns = 80}), IsEmpty());
}

}  // namespace
}  // namespace suite::bench
