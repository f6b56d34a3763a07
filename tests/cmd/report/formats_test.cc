#include "cmd/report/formats.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "common/stats/summary.h"
#include "tests/cmd/report/samples.h"

namespace suite::report {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;
using namespace samples;

class Formats : public testing::Test {
 protected:
  std::string render(std::string (*format)(const Content&, std::span<const Source>)) const {
    return format(content_of(sources_), sources_);
  }

  std::vector<Source> sources_{source_with({section_of(
      {contestant_at("a", rounds_around(100)), contestant_at(kHostileName, rounds_around(50))})})};
};

TEST_F(Formats, MarkdownHasAVerdictAndARowForEach) {
  const std::string text = render(markdown_report);
  EXPECT_THAT(
      text,
      HasSubstr("2026-03-01 14:05 · A CPU · 2 cores usable · Linux 6.1 · 1 connection · 7 rounds of 2s\n"));
  EXPECT_THAT(
      text,
      HasSubstr("| | server | requests/s | ratio | server CPU, µs | p99, ms |\n|--:|---|--:|--:|--:|--:|\n"));
  EXPECT_THAT(text, HasSubstr("\n| 1 | a | 100 | 1 | 4.00 | 0.990 |\n"));
}

TEST_F(Formats, MarkdownSaysWhatShareOfTheMachinesLimitARowReached) {
  auto& document = std::get<results::BenchDocument>(sources_[0].document);
  document.limits =
      results::MachineLimits{.figures = {{.figure = limits::Figure::kEcho, .per_second = {200}}}};
  EXPECT_THAT(render(markdown_report), Not(HasSubstr("of the limit")));
  document.sections[0].ceiling = limits::Figure::kEcho;
  const std::string text = render(markdown_report);
  EXPECT_THAT(text, HasSubstr(" p99, ms | of the limit |\n"));
  EXPECT_THAT(text, HasSubstr("\n| 1 | a | 100 | 1 | 4.00 | 0.990 | 50 % |\n"));
  EXPECT_THAT(text, HasSubstr("Of the limit: throughput as a share of what this machine's TCP can do"));
}

// A reader wants the curve, not a section for each of its points.
TEST_F(Formats, MarkdownHasATableForASweepAndForLatencyUnderLoad) {
  const auto section = [](double rps) {
    return section_of({contestant_at("a", rounds_around(rps)), contestant_at("b|", rounds_around(rps / 2))});
  };
  auto low = section(100), high = section(1500), half = section(50), most = section(110);
  low.conns = 8;
  low.point = results::SweepPoint{.axis = results::Axis::kConns, .value = 8};
  high.conns = 1024;
  high.point = results::SweepPoint{.axis = results::Axis::kConns, .value = 1024};
  high.contestants[1].rounds.clear();
  high.contestants[1].failure = results::BenchFailure{.round = 1, .why = "it holds 3"};
  half.level = results::LoadLevel{.share = 0.5, .rate = {}};
  most.level = results::LoadLevel{.share = 1.1, .rate = {}};
  sources_ = {source_with({high, low, half, most, section(100)})};
  const std::string text = render(markdown_report);
  EXPECT_THAT(text, HasSubstr("## echo-d1 over connections\n\nRequests per second, medians of rounds.\n\n"
                              "| server | 8 | 1,024 |\n|---|--:|--:|\n"
                              "| a | 100 | 1,500 |\n"
                              "| b\\| (stopped at 1,024: failed in round 1: it holds 3) | 50 | - |\n"));
  EXPECT_THAT(text,
              HasSubstr("| server | 50 % | 110 % | knee |\n|---|--:|--:|--:|\n| a | 0.990 | 0.990 | - |\n"));
  EXPECT_LT(text.find("## echo-d1, 1 connection\n"), text.find("## echo-d1 over connections"));
  EXPECT_LT(text.find("## echo-d1 over connections"), text.find("## echo-d1, 8 connections"));
}

TEST_F(Formats, MarkdownKeepsNamesTextAndInTheirCell) {
  const std::string text = render(markdown_report);
  EXPECT_THAT(text, HasSubstr("| 2 | &lt;/script>&lt;img src=x onerror=alert(1)>\\|\\`\"', =1+1 ü | 50 |"));
  EXPECT_THAT(text, Not(HasSubstr("<img")));
}

// RFC 4180, section 2: quotes are doubled, and a field with a comma, a quote or a line break stands in
// quotes.
TEST_F(Formats, CsvQuotesWhatNeedsIt) {
  const std::string text = render(csv_report);
  EXPECT_THAT(text, StartsWith("source,workload,conns,depth,contestant,rank,rounds,ranked_by,ratio,"));
  EXPECT_THAT(text, HasSubstr("\r\nmonday.json,echo-d1,1,1,a,1,7,rps,,,,100,"));
  EXPECT_THAT(
      text, HasSubstr(",\"</script><img src=x onerror=alert(1)>|`\"\"',\n=1+1 ü\",2,7,rps,0.5,0.5,0.5,50,"));
  EXPECT_THAT(text, testing::EndsWith(",0,0,,,,,,0\r\n"));
}

TEST_F(Formats, CsvHasTheUnitOfEachMetricAndHowManyRoundsWereDisturbed) {
  const std::string text = render(csv_report), header = text.substr(0, text.find("\r\n"));
  EXPECT_THAT(header, HasSubstr(",server_cpu_seconds,server_cpu_seconds_low,server_cpu_seconds_high,"));
  EXPECT_THAT(header, HasSubstr(",max_seconds,max_seconds_low,max_seconds_high,server_switches,"));
  EXPECT_THAT(header, HasSubstr(",client_switches_high,server_memory_bytes,"));
  EXPECT_THAT(header, testing::EndsWith(",load_rate,disturbed_rounds"));
  EXPECT_EQ(
      std::ranges::count(header, ','),
      std::ranges::count(
          text.substr(header.size() + 2, text.find("\r\n", header.size() + 2) - header.size() - 2), ','));
}

// As https://github.com/benchmark-action/github-action-benchmark has it for customBiggerIsBetter.
TEST_F(Formats, GithubIsAnArrayOfNameUnitValueRangeAndExtra) {
  const auto entries = nlohmann::json::parse(render(github_report));
  ASSERT_EQ(entries.size(), 2U);
  EXPECT_EQ(entries[0]["name"], "echo-d1, 1 connection: a");
  EXPECT_EQ(entries[0]["unit"], "requests/s");
  EXPECT_EQ(entries[0]["value"], 100);
  EXPECT_EQ(entries[0]["range"], "99 to 101");
  EXPECT_THAT(entries[0]["extra"].get<std::string>(),
              StartsWith("7 rounds\nserver CPU per request: 4.00 µs\n"));
}

TEST_F(Formats, AFailedContestantIsNamedAndHasNoFigures) {
  const results::BenchContestant failed{.name = "mine",
                                        .failure = results::BenchFailure{.round = 1, .why = "it never came"}};
  sources_ = {source_with({section_of({contestant_at("a", rounds_around(100)), failed})})};
  EXPECT_THAT(render(markdown_report),
              HasSubstr("| - | mine (failed in round 1: it never came) | - | - | - | - |"));
  EXPECT_THAT(render(csv_report), HasSubstr(",mine,,0,rps,,,,"));
  EXPECT_EQ(nlohmann::json::parse(render(github_report)).size(), 1U);
}

TEST_F(Formats, OfALoadHaveItsRunsAsRounds) {
  sources_ = {load_source({100, 200, 300})};
  EXPECT_THAT(render(markdown_report), HasSubstr("**200 requests/s, p99 0.990 ms** (medians of 3 runs)"));
  EXPECT_THAT(render(csv_report), HasSubstr("load.json,load,10,0,load,1,3,rps,,,,200,"));
  EXPECT_EQ(nlohmann::json::parse(render(github_report))[0]["value"], 200);
}

}  // namespace
}  // namespace suite::report
