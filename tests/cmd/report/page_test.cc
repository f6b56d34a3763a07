#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "cmd/report/formats.h"
#include "cmd/report/page_data.h"
#include "cmd/report/page_files.h"
#include "common/stats/summary.h"
#include "tests/cmd/report/samples.h"

namespace suite::report {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using testing::Not;
using namespace samples;

std::size_t count_of(std::string_view text, std::string_view part) {
  std::size_t count = 0;
  for (std::size_t at = text.find(part); at != std::string_view::npos; at = text.find(part, at + 1)) ++count;
  return count;
}

// What stands in the script element of that id.
std::string script_of(const std::string& page, const std::string& id) {
  const std::string tag = "<script type=\"application/json\" id=\"" + id + "\">";
  const std::size_t begin = page.find(tag) + tag.size();
  return page.substr(begin, page.find("</script>", begin) - begin);
}

std::string page_of(const std::vector<Source>& sources) { return html_report(content_of(sources), sources); }

TEST(Page, HasContestantsByWorkloadsAsSharesOfTheMachinesLimitWhereThatIsKnown) {
  auto other = section_of({contestant_at("a", rounds_around(100)), contestant_at("b", rounds_around(80))});
  other.workload = "echo-d16";
  Source source = source_with(
      {section_of({contestant_at("a", rounds_around(50)), contestant_at("b", rounds_around(410))}), other});
  EXPECT_EQ(count_of(page_of({source}), "<table class=\"heat\">"), 1U) << "as shares of the best";
  auto& document = std::get<results::BenchDocument>(source.document);
  document.limits =
      results::MachineLimits{.figures = {{.figure = limits::Figure::kEcho, .per_second = {400}},
                                         {.figure = limits::Figure::kEchoPipelined, .per_second = {200}}}};
  document.sections[0].ceiling = limits::Figure::kEcho;
  document.sections[1].ceiling = limits::Figure::kEchoPipelined;
  const std::string page = page_of({source});
  EXPECT_EQ(count_of(page, "<table class=\"heat\">"), 2U);
  EXPECT_THAT(page, HasSubstr("the machine's limit</h2>"));
  EXPECT_THAT(page, HasSubstr("style=\"--share:0.125\""));  // 50 of 400
  EXPECT_THAT(page, HasSubstr("style=\"--share:1.000\" data-value=\"1.025\">102</td>"));
  EXPECT_THAT(page, HasSubstr("style=\"--share:0.400\""));  // 80 of 200
}

TEST(Page, IsWholeWithAContestantThatIsCalledAsATag) {
  const auto sections = [](const std::string& name) {
    return std::vector{
        section_of({contestant_at("a", rounds_around(100)), contestant_at(name, rounds_around(50))})};
  };
  const std::string page = page_of({source_with(sections(kHostileName))});
  const std::string harmless = page_of({source_with(sections("b"))});
  EXPECT_EQ(count_of(page, "<script"), count_of(harmless, "<script"));
  EXPECT_EQ(count_of(page, "</script"), count_of(harmless, "</script"));
  EXPECT_EQ(count_of(page, "<img"), 0U);
  const json data = json::parse(script_of(page, "data"));
  EXPECT_EQ(data["tables"][0]["rows"][1]["name"], kHostileName);
}

TEST(Page, DoesNotFillInWhatIsFilledIn) {
  const std::string page = page_of({source_with(
      {section_of({contestant_at("{{css}}", rounds_around(100)), contestant_at("{{", rounds_around(50))})})});
  EXPECT_THAT(page, HasSubstr("<span class=\"rank\">1</span>{{css}}</td>"));
  EXPECT_EQ(count_of(page, "color-scheme"), count_of(kPageFiles.html, "color-scheme") +
                                                count_of(kPageFiles.css, "color-scheme") +
                                                count_of(kPageFiles.js, "color-scheme"));
}

TEST(Page, FillsEveryPlaceOfItsTemplate) {
  const std::string page = page_of({source_with({section_of({contestant_at("a", rounds_around(100))})})});
  EXPECT_EQ(page.find("{{"), page.find("{{", page.find("Chart.js v")));  // none before the library
  EXPECT_THAT(std::string(kPageFiles.js), Not(HasSubstr("{{")));
}

TEST(Page, HasTheFiguresOfTheDocument) {
  const std::vector<double> rps{100, 103, 99.5, 101, 98, 102, 100.25};
  auto one = contestant_at("a", rps);
  const json data =
      json::parse(page_data(content_with({section_of({one, contestant_at("b", rounds_around(50))})})));
  const json& row = data["tables"][0]["rows"][0];
  EXPECT_EQ(row["rounds"]["rps"].get<std::vector<double>>(), rps);
  EXPECT_EQ(row["figures"]["rps"], (json{100.25, 98, 103}));
  EXPECT_NEAR(row["figures"]["server_cpu"][0].get<double>(), 4, 1e-9);  // us
  EXPECT_NEAR(row["figures"]["p99"][0].get<double>(), 0.990, 1e-3);     // ms
  EXPECT_NEAR(row["figures"]["max"][0].get<double>(), 1, 1e-9);
  const json& ratio = data["tables"][0]["ratios"][0];
  EXPECT_NEAR(ratio["value"].get<double>(), 0.497, 1e-3);
  EXPECT_EQ(data["tables"][0]["pair"], (json{"a", "b"}));
}

TEST(Page, ListsAllFiguresWithTheirUnits) {
  auto one = contestant_at("a", rounds_around(100));
  for (auto& round : one.rounds) {
    round.run.server_switches = 3 * round.run.counts.completed;
    round.run.connections_opened = 10;
    round.run.server_memory = {.before = 1024, .loaded = 21 * 1024};
  }
  const std::string page = page_of({source_with({section_of({one, contestant_at("b", rounds_around(50))})})});
  const std::string table = page.substr(page.find("<table class=\"figures\">"));
  for (const char* header :
       {"throughput, requests/s", "client CPU per request, µs", "p99.9, ms",
        "context switches of the server per request", "memory of the server per connection, KiB"}) {
    EXPECT_THAT(table, HasSubstr(fmt::format("data-sort=\"number\">{}</th>", header)));
  }
  EXPECT_THAT(table, HasSubstr("<td data-value=\"3\">3.00</td>"));
  EXPECT_THAT(table, HasSubstr("<td data-value=\"2048\">2.00</td>"));
}

TEST(Page, HasATableToReadWithoutScripts) {
  const std::string page = page_of({source_with(
      {section_of({contestant_at("a", rounds_around(100)), contestant_at("b", rounds_around(50))})})});
  EXPECT_THAT(page, HasSubstr("<td data-value=\"100\">100</td><td data-value=\"1\">1</td>"));
  EXPECT_THAT(page,
              HasSubstr("<td data-value=\"0.5\">0.500<span class=\"interval\">[0.500, 0.500]</span></td>"));
  EXPECT_THAT(page, HasSubstr("<span class=\"lead\">b is 50 % slower than a</span>"));
}

TEST(Page, CarriesDocumentsToTheByteAndNamesLargeOnes) {
  std::vector<Source> sources{source_with({section_of({contestant_at("a", rounds_around(100))})})};
  sources.front().text = "{\"a\": \"</script>\\u003c\"}\n";
  EXPECT_EQ(json::parse(page_raw_data(sources)),
            (json{{{"file", "monday.json"}, {"text", sources.front().text}}}));
  sources.front().text = std::string(kMostRawBytes + 1, ' ');
  EXPECT_EQ(page_raw_data(sources), "[]");
  EXPECT_THAT(page_of(sources), HasSubstr("<li>monday.json, 1.91 MiB</li>"));
}

// One workload with several numbers of connections is a curve; the others are not.
TEST(Page, DrawsASweepOverConnections) {
  std::vector<results::BenchSection> sections;
  for (const std::uint64_t conns : {64, 1, 8}) {
    sections.push_back(section_of({contestant_at("a", rounds_around(100))}));
    sections.back().conns = conns;
  }
  sections.push_back(section_of({contestant_at("a", rounds_around(100))}));
  sections.back().workload = "http-close";
  const json data = json::parse(page_data(content_with(sections)));
  EXPECT_EQ(data["sweeps"], (json{{{"title", "echo-d1 over connections"},
                                   {"axis", "connections"},
                                   {"tables", {1, 2, 0}},
                                   {"values", {1, 8, 64}}}}));
}

results::BenchSection point_of(results::Axis axis, std::uint64_t value,
                               std::vector<results::BenchContestant> contestants) {
  results::BenchSection section = section_of(std::move(contestants));
  section.point = results::SweepPoint{.axis = axis, .value = value};
  if (axis == results::Axis::kConns) section.conns = value;
  if (axis == results::Axis::kDepth) section.depth = value;
  return section;
}

// Each point is a table of its own, and one that is measured beside the sweep is none of its points.
TEST(Page, DrawsASweepOverWhateverItVaries) {
  const auto one = [](const char* name) { return std::vector{contestant_at(name, rounds_around(100))}; };
  for (const results::Axis axis : {results::Axis::kDepth, results::Axis::kWorkers, results::Axis::kSize}) {
    const json data = json::parse(page_data(
        content_with({section_of(one("a")), point_of(axis, 4, one("a")), point_of(axis, 2, one("a"))})));
    EXPECT_EQ(data["tables"].size(), 3U);
    ASSERT_EQ(data["sweeps"].size(), 1U) << name_of(axis);
    EXPECT_EQ(data["sweeps"][0]["tables"], (json{2, 1}));
    EXPECT_EQ(data["sweeps"][0]["values"], (json{2, 4}));
    EXPECT_EQ(data["sweeps"][0]["axis"], title_of(axis));
  }
}

TEST(Page, SaysWhereACurveStopsAndWhy) {
  auto stopped = contestant_at("b", {});
  stopped.failure = results::BenchFailure{.round = 1, .why = "it holds 3 of 64 connections"};
  const auto points =
      std::vector{point_of(results::Axis::kConns, 8,
                           {contestant_at("a", rounds_around(9)), contestant_at("b", rounds_around(7))}),
                  point_of(results::Axis::kConns, 64, {contestant_at("a", rounds_around(9)), stopped})};
  const std::string page = page_of({source_with(points)});
  EXPECT_THAT(
      page,
      HasSubstr("<span class=\"mark\">stopped at 64: failed in round 1: it holds 3 of 64 connections</span>"
                "</td><td data-value=\"7\">7</td><td data-value=\"\">-</td>"));
  const json data = json::parse(script_of(page, "data"));
  EXPECT_EQ(data["tables"][1]["rows"][1]["failure"], "failed in round 1: it holds 3 of 64 connections");
}

results::BenchContestant with_latency(results::BenchContestant one, int times) {
  for (auto& round : one.rounds) {
    LatencyHistogram latency;
    for (int i = 1; i <= 10'000; ++i) latency.record(std::chrono::microseconds(i * times));
    round.run.latency = latency.contents();
  }
  return one;
}

TEST(Page, HasTheLatencyUnderLoadAndItsKnees) {
  const auto at = [](std::optional<double> share, int a, int b) {
    results::BenchSection section = section_of({with_latency(contestant_at("a", rounds_around(9)), a),
                                                with_latency(contestant_at("b", rounds_around(9)), b)});
    if (share) section.level = results::LoadLevel{.share = share, .rate = {}};
    return section;
  };
  const std::vector sections{at(std::nullopt, 9, 9), at(0.5, 2, 2), at(0.8, 3, 2), at(1.1, 9, 5)};
  const std::string page = page_of({source_with(sections)});
  const json data = json::parse(script_of(page, "data"));
  EXPECT_EQ(data["growths"],
            (json{{{"title", "echo-d1, 1 connection"},
                   {"tables", {1, 2, 3}},
                   {"maximum", 0},
                   {"shares", {50, 80, 110}},
                   {"knees", {{{"name", "a"}, {"share", 110}}, {{"name", "b"}, {"share", 110}}}}}}));
  EXPECT_EQ(data["tables"][1]["rankedBy"], "p99") << "all answer what they are asked for";
  EXPECT_EQ(data["tables"][0]["rankedBy"], "rps");
  EXPECT_EQ(data["sweeps"], json::array());
  EXPECT_THAT(page, HasSubstr("<td>10.0 / 19.8 / 20.0</td>"));
  EXPECT_THAT(page, HasSubstr("<td>110 %</td></tr>"));
}

TEST(Page, HasTheSecondsAndTheDistributionOfALoad) {
  std::vector<Source> sources{load_source({100})};
  auto& run = std::get<results::LoadDocument>(sources.front().document).runs.front();
  run.series = {{.length = std::chrono::seconds(1), .completed = 90, .p50 = std::chrono::milliseconds(2)},
                {.length = std::chrono::seconds(1), .completed = 110},
                {.length = std::chrono::milliseconds(1), .completed = 1}};  // too short to have a rate
  const json data = json::parse(page_data(content_of(sources)));
  const json& load = data["loads"][0];
  ASSERT_EQ(load["series"].size(), 2U);
  EXPECT_EQ(load["series"][0], (json{{"end", 1}, {"rps", 90}, {"p50", 2}, {"p99", nullptr}}));
  double share = 0;
  for (const json& bin : load["latency"]) share += bin["share"].get<double>();
  EXPECT_NEAR(share, 1, 1e-4);
  EXPECT_LE(load["latency"][0]["low"].get<double>(), 0.001);
  EXPECT_GE(load["latency"].back()["high"].get<double>(), 1);
}

}  // namespace
}  // namespace suite::report
