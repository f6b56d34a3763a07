#include "cmd/report/headline.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cmd/report/formats.h"
#include "tests/cmd/report/samples.h"

namespace suite::report {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;
using namespace samples;

const Headline& only(const Content& content) { return content.tables.at(0).headline; }

TEST(HeadlineOfTwo, IsAboutTheSecondAgainstTheFirst) {
  const Content content = content_with({section_of(
      {contestant_at("before", rounds_around(100)), contestant_at("after", rounds_around(108))})});
  EXPECT_EQ(only(content).lead, "after is 8 % faster than before");
  EXPECT_THAT(only(content).rest, StartsWith("95 %: 8 to 8 %; "));
  EXPECT_EQ(only(content).tone, Tone::kGood);
  EXPECT_EQ(content.title, "after against before on echo-d1");
}

TEST(HeadlineOfTwo, KeepsParenthesesOfNames) {
  const Content content = content_with({section_of(
      {contestant_at("go (1.19)", rounds_around(100)), contestant_at("b (x)", rounds_around(50))})});
  EXPECT_EQ(only(content).lead, "b (x) is 50 % slower than go (1.19)");
  EXPECT_EQ(only(content).tone, Tone::kBad);
}

TEST(HeadlineOfTwo, ShowsNoDifferenceBetweenEquals) {
  const Content content =
      content_with({section_of({contestant_at("a", rounds_around(100)),
                                contestant_at("b", {100, 101.01, 98, 101, 99, 100.4, 99.7})})});
  EXPECT_THAT(only(content).lead, StartsWith("No difference shown between a and b"));
  EXPECT_EQ(only(content).tone, Tone::kPlain);
}

TEST(HeadlineOfMany, NamesWhoTiesAndWhoIsHowMuchSlower) {
  const Content content = content_with(
      {section_of({contestant_at("slow", rounds_around(70)), contestant_at("a", rounds_around(100)),
                   contestant_at("b", {100, 101.5, 98, 100.4, 99.6, 100, 100})})});
  EXPECT_EQ(only(content).lead, "a and b tie for fastest");
  EXPECT_THAT(only(content).rest, StartsWith("slow is 30 % slower (95 %: 30 to 30 %)"));
  const Table& table = content.tables.front();
  EXPECT_THAT((std::vector{table.rows[0].rank, table.rows[1].rank, table.rows[2].rank}),
              ElementsAre(1U, 1U, 3U));
}

TEST(HeadlineOfMany, ClaimsNothingFromFewerThanSixRounds) {
  const Content content = content_with({section_of(
      {contestant_at("a", {50, 51}), contestant_at("b", {100, 99}), contestant_at("c", {10, 11})})});
  EXPECT_EQ(only(content).lead, "No difference is claimed from 2 rounds");
  EXPECT_THAT(only(content).rest, HasSubstr("b measured best"));
}

TEST(HeadlineOfMany, GoesByServerCpuWhereTheClientWasTheLimit) {
  const auto frugal = with_server_cpu(client_bound(contestant_at("frugal", rounds_around(100))), 0.5);
  const Content content =
      content_with({section_of({client_bound(contestant_at("a", rounds_around(100))), frugal,
                                client_bound(contestant_at("b", rounds_around(90)))})});
  EXPECT_EQ(content.tables.front().ranked_by, Metric::kServerCpu);
  EXPECT_EQ(only(content).lead, "frugal takes the least server CPU per request");
  EXPECT_THAT(only(content).rest, HasSubstr("a takes 100 % more server CPU per request (95 %: "));
  EXPECT_THAT(only(content).rest, HasSubstr("the client was the limit in 21 of 21 rounds"));
  EXPECT_FALSE(content.trust.quiet);
}

// As of servers that ran already: their CPU time is not known.
TEST(Headline, ComparesNothingWhereTheClientWasTheLimitAndNothingElseIsKnown) {
  auto a = client_bound(contestant_at("a", rounds_around(100))),
       b = client_bound(contestant_at("b", rounds_around(90))), c = contestant_at("c", rounds_around(50));
  a.rounds[0].run.limit = Limit::kNotSeen;
  for (auto* one : {&a, &b, &c}) {
    for (auto& round : one->rounds) round.run.server_cpu.reset();
  }
  EXPECT_EQ(only(content_with({section_of({a, b})})).lead,
            "Not comparable: the client was the limit in 13 of 14 rounds");
  EXPECT_EQ(only(content_with({section_of({a, b, c})})).lead,
            "Not comparable: the client was the limit in 13 of 21 rounds");
  EXPECT_EQ(only(content_with({section_of({a, c})})).tone, Tone::kBad) << "in 6 of 14: c is slower";
}

TEST(Headline, NamesAFailureWhereNoRoundSucceeded) {
  results::BenchContestant failed{.name = "mine",
                                  .failure = results::BenchFailure{.round = 1, .why = "it never came"}};
  const Content content = content_with({section_of({failed})});
  EXPECT_EQ(only(content).lead, "mine failed");
  EXPECT_EQ(only(content).rest, "failed in round 1: it never came");
}

// The page draws place 0 and 8 in one colour, with another line.
TEST(Overlaid, HasOneColourForAContestantOfSeveralResults) {
  const auto section = [] {
    return section_of({contestant_at("a", rounds_around(10)), contestant_at("b", rounds_around(20))});
  };
  const std::vector<Source> sources{source_with({section()}), source_with({section()}, "friday")};
  const Content content = content_of(sources);
  std::vector<std::pair<std::string, std::size_t>> places;
  for (const Row& row : content.tables.at(0).rows) places.emplace_back(row.name, row.place);
  EXPECT_THAT(places,
              testing::UnorderedElementsAre(std::pair("a (monday)", 0U), std::pair("b (monday)", 1U),
                                            std::pair("a (friday)", 8U), std::pair("b (friday)", 9U)));
}

TEST(OverlaidHeadline, ClaimsNoDifferenceBetweenFiles) {
  const auto section = [](double rps) { return section_of({contestant_at("a", rounds_around(rps))}); };
  const std::vector<Source> sources{source_with({section(100)}), source_with({section(50)}, "friday")};
  const Content content = content_of(sources);
  ASSERT_EQ(content.tables.size(), 1U);
  EXPECT_THAT(content.names, ElementsAre("a (monday)", "a (friday)"));
  EXPECT_EQ(content.title, "a on echo-d1 (monday and friday)");
  EXPECT_EQ(content.facts.front(), "2026-03-01 14:05 and 2026-03-01 14:05");
  EXPECT_THAT(markdown_table(content.tables.front()), HasSubstr("to the best of the same result"));
  EXPECT_THAT(only(content).lead, StartsWith("a (monday) measured most: 100 requests/s"));
  EXPECT_THAT(only(content).rest, HasSubstr("not interleaved"));
}

}  // namespace
}  // namespace suite::report
