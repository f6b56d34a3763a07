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
  EXPECT_EQ(data["sweeps"], (json{{{"title", "echo-d1 over connections"}, {"tables", {1, 2, 0}}}}));
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
