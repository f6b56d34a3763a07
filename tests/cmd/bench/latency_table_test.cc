#include "cmd/bench/latency_table.h"

#include <gtest/gtest.h>

#include "tests/cmd/results/sections.h"

namespace suite::bench {
namespace {

results::BenchContestant epoll_under(double rate, int times) {
  results::BenchContestant one = results::samples::contestant_at("epoll", {rate});
  LatencyHistogram latency;
  for (int i = 1; i <= 10'000; ++i) latency.record(std::chrono::microseconds(i * times));
  one.rounds[0].run.latency = latency.contents();
  one.rounds[0].run.rate = results::RateRun{.asked = rate};
  return one;
}

TEST(LatencyTables, HaveARowForEachShareAndMarkTheKnee) {
  std::vector<results::BenchSection> sections;
  sections.push_back(results::samples::section_of({epoll_under(1000, 9)}));
  for (const auto& [share, times] : {std::pair(0.5, 1), std::pair(1.1, 4)}) {
    sections.push_back(results::samples::section_of({epoll_under(1000 * share, times)}));
    sections.back().level = results::LoadLevel{.share = share, .rate = {}};
  }
  EXPECT_EQ(latency_tables(sections),
            "echo-d1, 1 connection: latency under load, medians\n"
            "  server         at        req/s       p50       p99     p99.9\n"
            "  epoll     maximum        1,000\n"
            "               50 %          500    5.00ms    9.90ms    9.99ms\n"
            "              110 %        1,100    20.0ms    39.6ms    40.0ms  knee\n"
            "\n"
            "Shares are of each server's own maximum; latency runs from when a request was due.\n"
            "        knee  the first share at which p99 is more than twice that at the lowest\n");
}

TEST(LatencyTables, AreEmptyWithoutALoad) {
  EXPECT_EQ(latency_tables(std::vector{results::samples::section_of({epoll_under(1000, 9)})}), "");
}

}  // namespace
}  // namespace suite::bench
