#include "cmd/bench/document.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cmd/bench/backend_contestants.h"
#include "cmd/bench/sweep.h"
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

// The bare loops had so many connections, and send what the workload sends as it stands in the table.
TEST(BenchDocumentOfARun, NamesTheLimitOfSectionsThatTheLoopsDidTheSameAs) {
  const BenchWorkload echo = *find_workload("echo-d16");
  const BenchWorkload deeper = with_value(echo, results::Axis::kDepth, 17);
  const results::SweepPoint conns{.axis = results::Axis::kConns, .value = 3},
      workers{.axis = results::Axis::kWorkers, .value = 3};
  Plan plan{.sections = {{.workload = echo, .conns = 3},
                         {.workload = echo, .conns = 3, .point = conns},
                         {.workload = echo, .conns = 4},
                         {.workload = deeper, .conns = 3},
                         {.workload = echo, .conns = 3, .point = workers},
                         {.workload = echo, .conns = 3, .level = results::LoadLevel{.share = 1, .rate = {}}},
                         {.workload = *find_workload("echo-64k"), .conns = 3}},
            .limits = results::MachineLimits{.connections = 3}};
  const auto ceilings = [&plan] {
    std::string text;
    for (const auto& section :
         document_of(plan, {}, {.sections = std::vector<SectionResult>(plan.sections.size())}).sections)
      text += section.ceiling ? "y" : "n";
    return text;
  };
  EXPECT_EQ(ceilings(), "yynnnnn");
  plan.limits = std::nullopt;
  EXPECT_EQ(ceilings(), "nnnnnnn");
}

}  // namespace
}  // namespace suite::bench
