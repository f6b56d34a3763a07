#include "cmd/bench/document.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cmd/bench/backend_contestants.h"
#include "tests/cmd/bench/samples.h"

namespace suite::bench {
namespace {

TEST(BenchDocumentOfARun, HasOfEachSectionThoseWhoTakePartInIt) {
  const std::vector<std::string> epoll{"epoll"};
  Plan plan{.folder = "/tmp/x",
            .sections = {{.workload = *find_workload("echo-d16"), .conns = 3},
                         {.workload = *find_workload("http-close"), .conns = 5}},
            .contestants = echo_contestants(epoll),
            .rounds = 2,
            .seed = 9};
  plan.contestants.push_back(http_contestants(epoll)[1]);
  const ContestantResult measured{.port = 3100, .rounds = {{.round = 1, .run = run_at(7)}}, .failure = {}};
  const ContestantResult failed{.port = 3200, .rounds = {}, .failed_round = 1, .failure = "it never came"};
  const results::BenchDocument document =
      document_of(plan, {{.name = "uring", .reason = "forbidden"}},
                  {.sections = {{measured, {}}, {{}, failed}}, .signal = 2});
  EXPECT_EQ(document.config.seed, 9U);
  EXPECT_TRUE(document.interrupted);
  EXPECT_EQ(document.skipped.at(0).reason, "forbidden");
  ASSERT_EQ(document.sections.size(), 2U);
  EXPECT_EQ(document.sections[0].workload, "echo-d16");
  EXPECT_EQ(document.sections[0].depth, 16U);
  ASSERT_EQ(document.sections[0].contestants.size(), 1U);
  const results::BenchContestant& echo = document.sections[0].contestants[0];
  EXPECT_EQ(echo.serve, "suite serve-echo --backend epoll --port 3100");
  EXPECT_EQ(echo.load, "suite load --conns 3 --secs 2 --depth 16 --port 3100");
  EXPECT_EQ(echo.rounds.at(0).run.rps(), 7);
  ASSERT_EQ(document.sections[1].contestants.size(), 1U);
  EXPECT_EQ(document.sections[1].contestants[0].name, "epoll-w2");
  EXPECT_EQ(document.sections[1].contestants[0].failure->why, "it never came");
}

}  // namespace
}  // namespace suite::bench
