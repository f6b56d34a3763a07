#include "cmd/bench/recorder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cmd/bench/backend_contestants.h"
#include "cmd/cli/read_file.h"
#include "tests/cmd/bench/samples.h"
#include "tests/support/temporary_folder.h"

namespace suite::bench {
namespace {

class Ear : public RunObserver {
 public:
  bool goes_on() override { return true; }
  void round_begins(const RoundId&) override { heard += "b"; }
  void round_ended(const RoundId&, const RoundResult&) override { heard += "e"; }
  void round_failed(const RoundId&, const RoundFailure&) override { heard += "f"; }
  void section_ended(std::size_t, const SectionResult&) override { heard += "s"; }

  std::string heard;
};

// An HTTP server, which is the first of all contestants and none of the echo's, and two of echo.
class RecorderTest : public testing::Test {
 protected:
  RecorderTest() {
    plan_.contestants = http_contestants(std::vector<std::string>{"poll"});
    for (Contestant& one : echo_contestants(std::vector<std::string>{"epoll", "poll"})) {
      plan_.contestants.push_back(std::move(one));
    }
    for (Contestant& one : plan_.contestants) one.first_port = 3100;
    plan_.sections = {{.workload = *find_workload("echo-d1"), .conns = 3}};
    plan_.rounds = 2;
  }

  // What the file says when `rounds` of them are over.
  results::BenchDocument read() const {
    const auto document = results::read_bench_document(read_file(path_).value());
    EXPECT_TRUE(document) << document.error();
    return document.value_or(results::BenchDocument{});
  }

  const suite::test::TemporaryFolder folder_;
  const std::string path_ = folder_.file("result.json");
  Plan plan_{.folder = "/tmp/x"};
  Ear next_;
};

TEST_F(RecorderTest, HasEveryRoundInTheFileAsSoonAsItIsOver) {
  auto recorder = Recorder::open(path_, plan_, {{.name = "uring", .reason = "forbidden"}}, next_);
  ASSERT_TRUE(recorder) << recorder.error();
  EXPECT_EQ(read().sections.at(0).contestants.size(), 2U);
  std::size_t rounds = 0;
  const MeasureRound measure = [&](const Section&, const Contestant& contestant,
                                   int&) -> std::expected<RoundResult, RoundFailure> {
    const results::BenchDocument so_far = read();
    EXPECT_FALSE(so_far.complete);
    std::size_t written = 0;
    for (const auto& one : so_far.sections[0].contestants) {
      written += one.rounds.size() + (one.failure ? 1 : 0);
    }
    EXPECT_EQ(written, rounds++);
    if (contestant.name == "poll") return std::unexpected(RoundFailure{.why = "it died"});
    return RoundResult{.run = run_at(7)};
  };
  run_plan(plan_, measure, *recorder);
  ASSERT_TRUE(recorder->finish(true));
  const results::BenchDocument document = read();
  EXPECT_TRUE(document.complete);
  EXPECT_TRUE(document.interrupted);
  EXPECT_EQ(document.skipped.at(0).name, "uring");
  const auto& contestants = document.sections.at(0).contestants;
  EXPECT_EQ(contestants[0].name, "epoll");
  EXPECT_EQ(contestants[0].rounds.size(), 2U);
  EXPECT_EQ(contestants[0].rounds[1].run.rps(), 7);
  EXPECT_EQ(contestants[1].failure->why, "it died");
  EXPECT_EQ(contestants[1].failure->round, 1U);
  EXPECT_EQ(next_.heard.size(), 7U) << "the other observer hears everything: " << next_.heard;
}

// What measuring them takes is not in this test: eight seconds.
TEST_F(RecorderTest, WritesTheMachinesLimitsBeforeTheFirstRound) {
  plan_.limits = results::MachineLimits{
      .connections = 3, .figures = {{.figure = limits::Figure::kEcho, .per_second = {100, 101, 102}}}};
  auto recorder = Recorder::open(path_, plan_, {}, next_);
  ASSERT_TRUE(recorder) << recorder.error();
  const results::BenchDocument document = read();
  ASSERT_TRUE(document.limits);
  EXPECT_EQ(document.limits->figures, plan_.limits->figures);
  EXPECT_EQ(document.sections.at(0).ceiling, limits::Figure::kEcho);
}

TEST_F(RecorderTest, WritesWhatWasKnownOfARoundBesideItsRun) {
  auto recorder = Recorder::open(path_, plan_, {}, next_);
  ASSERT_TRUE(recorder) << recorder.error();
  std::size_t measured = 0;
  const MeasureRound measure = [&](const Section&, const Contestant&, int&) {
    RoundResult result{.run = run_at(7), .worker_requests = {3, 4}};
    if (++measured == 1) result.run = disturbed_run_at(5, std::chrono::milliseconds(500));
    return std::expected<RoundResult, RoundFailure>(std::move(result));
  };
  run_plan(plan_, measure, *recorder);
  ASSERT_TRUE(recorder->finish(false));
  std::size_t discarded = 0;
  const results::BenchDocument document = read();
  for (const auto& contestant : document.sections.at(0).contestants) {
    for (const auto& round : contestant.rounds) {
      discarded += round.discarded && round.discarded->rps == 5 ? 1 : 0;
      EXPECT_THAT(round.worker_requests, testing::ElementsAre(3, 4));
      EXPECT_FALSE(round.run.is_disturbed());
    }
  }
  EXPECT_EQ(discarded, 1U);
}

TEST_F(RecorderTest, WritesWhereAServerHadToListen) {
  auto recorder = Recorder::open(path_, plan_, {}, next_);
  ASSERT_TRUE(recorder) << recorder.error();
  const MeasureRound measure = [&](const Section&, const Contestant& contestant, int& port) {
    if (contestant.name == "poll") port = 3105;
    return std::expected<RoundResult, RoundFailure>(RoundResult{.run = run_at(7)});
  };
  run_plan(plan_, measure, *recorder);
  ASSERT_TRUE(recorder->finish(false));
  const auto contestants = read().sections.at(0).contestants;
  EXPECT_THAT(contestants[0].serve, testing::EndsWith("--port 3100"));
  EXPECT_THAT(contestants[1].serve, testing::EndsWith("--port 3105"));
  EXPECT_THAT(contestants[1].load, testing::EndsWith("--port 3105"));
}

TEST_F(RecorderTest, WritesWhatAServerWasAskedForOnceThatIsKnown) {
  plan_.sections.assign(2, plan_.sections[0]);
  for (Section& section : plan_.sections) section.series = 1;
  plan_.sections[1].level = results::LoadLevel{.share = 0.5, .rate = {}};
  auto recorder = Recorder::open(path_, plan_, {}, next_);
  ASSERT_TRUE(recorder) << recorder.error();
  const MeasureRound measure = [&](const Section&, const Contestant&, int&) {
    return std::expected<RoundResult, RoundFailure>(RoundResult{.run = run_at(1000)});
  };
  run_plan(plan_, measure, *recorder);
  ASSERT_TRUE(recorder->finish(false));
  const results::BenchDocument document = read();
  EXPECT_THAT(document.sections.at(0).contestants[0].load, testing::Not(testing::HasSubstr("--rate")));
  EXPECT_THAT(document.sections.at(1).contestants[0].load, testing::HasSubstr(" --rate 500 "));
  EXPECT_EQ(document.sections.at(1).level, plan_.sections[1].level);
}

TEST_F(RecorderTest, FindsOutBeforeTheFirstRoundThatTheFileCannotBeWritten) {
  EXPECT_EQ(Recorder::open(folder_.file("none/result.json"), plan_, {}, next_).error(),
            "No such file or directory");
}

}  // namespace
}  // namespace suite::bench
