#include "cmd/report/published.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cmd/report/formats.h"
#include "servers/peers/peers.h"
#include "tests/cmd/report/samples.h"

namespace suite::report {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using namespace samples;

results::BenchSection section_on(std::string workload, std::vector<results::BenchContestant> contestants) {
  auto section = section_of(std::move(contestants));
  section.workload = std::move(workload);
  section.conns = 100;
  return section;
}

std::vector<double> published_in(const Content& content) {
  std::vector<double> figures;
  for (const PublishedRow& row : content.published) figures.push_back(row.figure->rps);
  return figures;
}

TEST(Published, StandsBesideRowsThatExistInBoth) {
  const Content content = content_with(
      {section_on("echo-d1",
                  {contestant_at("epoll", rounds_around(9)), contestant_at("gevent", rounds_around(7))}),
       section_on("http-close",
                  {contestant_at("gevent", rounds_around(5)), contestant_at("tornado", rounds_around(3))})});
  EXPECT_THAT(published_in(content), ElementsAre(51905.48, 84190.32, 3228.51));
  EXPECT_EQ(content.published.front().here, 7);
  EXPECT_THAT(publications_of(content.published),
              ElementsAre(HasSubstr("python echo server: "), HasSubstr("Opteron at 2200 MHz, Linux 2.6")));
}

// A point of a sweep, or a rate that was asked for, is another load.
TEST(Published, HasNothingForAnotherLoad) {
  auto swept = section_on("echo-d1", {contestant_at("gevent", rounds_around(7))});
  swept.point = results::SweepPoint{.axis = results::Axis::kDepth, .value = 4};
  auto paced = section_on("echo-d1", {contestant_at("gevent", rounds_around(7))});
  paced.level = results::LoadLevel{.share = 0.5, .rate = {}};
  const auto on = [](const char* workload) {
    return section_on(workload, {contestant_at("gevent", rounds_around(7))});
  };
  EXPECT_THAT(content_with({swept, paced, on("echo-d16"), on("http-close")}).published, IsEmpty());
}

TEST(Published, KnowsAContestantOfEachOfSeveralResults) {
  const auto section = [] { return section_on("echo-d1", {contestant_at("asyncio", rounds_around(7))}); };
  const std::vector<Source> sources{source_with({section()}), source_with({section()}, "friday")};
  const Content content = content_of(sources);
  ASSERT_EQ(content.published.size(), 2U);
  EXPECT_EQ(content.published[0].name, "asyncio (monday)");
  EXPECT_EQ(content.published[1].name, "asyncio (friday)");
}

TEST(Published, IsATableOfItsOwnThatSaysThatNothingFollows) {
  const std::vector<Source> sources{
      source_with({section_on("http-large", {contestant_at("python-prefork", rounds_around(1500))})})};
  const Content content = content_of(sources);
  const std::string page = html_report(content, sources), markdown = markdown_report(content, sources);
  EXPECT_THAT(page, HasSubstr("other hardware, another time"));
  EXPECT_THAT(page, HasSubstr("<td>1,500</td><td>4,013</td>"));
  EXPECT_THAT(markdown, HasSubstr("other hardware, another time"));
  EXPECT_THAT(markdown,
              HasSubstr("| python-prefork | http-large, 100 connections | 1,500 | 4,013 | two worker "
                        "processes (here: four) |\n"));
  const std::vector<Source> others{source_with({section_on("http-large", {contestant_at("epoll", {1, 2})})})};
  EXPECT_THAT(html_report(content_of(others), others), Not(HasSubstr("Published elsewhere")));
  EXPECT_THAT(markdown_report(content_of(others), others), Not(HasSubstr("Published elsewhere")));
}

TEST(Published, NamesContestantsThatThereAre) {
  for (const PublishedFigure& figure : published_figures()) {
    const bool is_backend = figure.contestant == "libev";  // which a build may lack
    EXPECT_TRUE(is_backend || find_peer(figure.contestant).has_value()) << figure.contestant;
    EXPECT_GT(figure.rps, 0);
  }
}

}  // namespace
}  // namespace suite::report
