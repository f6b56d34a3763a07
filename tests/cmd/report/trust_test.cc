#include "cmd/report/trust.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cmd/report/columns.h"
#include "tests/cmd/report/samples.h"

namespace suite::report {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::StartsWith;
using namespace samples;

TEST(Trust, IsQuietWhereNothingIsWrong) {
  const Content content = content_with(
      {section_of({contestant_at("a", rounds_around(100)), contestant_at("b", rounds_around(50))})});
  EXPECT_TRUE(content.trust.quiet);
  EXPECT_THAT(content.trust.remarks, ElementsAre(StartsWith("Nothing wrong was seen in 14 rounds")));
}

TEST(Trust, CountsErrorsAndWarningsAndWhatChanceClaims) {
  auto a = contestant_at("a", rounds_around(100)), b = contestant_at("b", rounds_around(50));
  a.rounds[0].run.counts.errors[ErrorKind::kReset] = 3;
  a.rounds[1].run.warnings = {"not steady: it fell from 12 to 10"};
  b.rounds[1].run.warnings = {"not steady: it fell from 20 to 10"};
  const Content content = content_with({section_of({a, b, contestant_at("c", rounds_around(50))})});
  EXPECT_THAT(content.trust.remarks, Contains("3 requests failed."));
  EXPECT_THAT(content.trust.remarks, Contains("In 2 of 21 rounds: not steady."));
  EXPECT_THAT(content.trust.chance,
              StartsWith("2 comparisons: chance alone would claim a difference in about 0.1 "));
}

TEST(Trust, CountsDisturbedRoundsAndMarksTheirRows) {
  auto a = contestant_at("a", rounds_around(100));
  a.rounds[1].run.disturbance = Disturbance{.significant = true};
  for (auto& round : a.rounds) round.worker_requests = {9, 1};
  const Content content = content_with({section_of({a, contestant_at("b", rounds_around(50))})});
  EXPECT_FALSE(content.trust.quiet);
  EXPECT_THAT(content.trust.remarks,
              Contains("Other programs, or the host of the machine, disturbed 1 of 14 rounds."));
  EXPECT_THAT(marks_of(content.tables.at(0).rows.at(0)),
              ElementsAre("disturbed in 1 of 7", StartsWith("uneven: the busiest worker")));
}

TEST(Trust, TellsWhatASelfTestFound) {
  auto twin = contestant_at("a-again", rounds_around(100));
  twin.twin_of = "a";
  const Content content = content_with({section_of({contestant_at("a", rounds_around(100)), twin})});
  EXPECT_TRUE(content.trust.quiet);
  EXPECT_THAT(content.trust.remarks,
              Contains(StartsWith("Self-test: compared with themselves, servers would")));
}

TEST(Trust, SaysThatAResultEndsEarly) {
  Source source = source_with({section_of({contestant_at("a", rounds_around(100))})});
  std::get<results::BenchDocument>(source.document).complete = false;
  const Content content = content_of(std::vector{source});
  EXPECT_THAT(content.trust.remarks, Contains(StartsWith("monday.json ends early")));
  EXPECT_FALSE(content.trust.quiet);
}

// "10 rounds" above figures of seven would be a lie.
TEST(Trust, CountsTheRoundsOfAResultThatEndsEarly) {
  for (const bool interrupted : {false, true}) {
    Source source = source_with({section_of({contestant_at("a", rounds_around(100))})});
    auto& document = std::get<results::BenchDocument>(source.document);
    document.config.rounds = 10;
    document.complete = interrupted;
    document.interrupted = interrupted;
    EXPECT_THAT(content_of(std::vector{source}).facts, Contains("7 of 10 rounds of 2s"));
  }
}

TEST(Trust, SaysThatMachinesDiffer) {
  const auto section = [] { return section_of({contestant_at("a", rounds_around(100))}); };
  std::vector<Source> sources{source_with({section()}), source_with({section()}, "friday")};
  EXPECT_TRUE(content_of(sources).trust.quiet);
  std::get<results::BenchDocument>(sources.back().document).environment.cpu = "Another CPU";
  const Content content = content_of(sources);
  EXPECT_THAT(content.trust.remarks, Contains(StartsWith("The results are of different machines")));
  EXPECT_THAT(content.facts, Contains("different machines"));
}

}  // namespace
}  // namespace suite::report
