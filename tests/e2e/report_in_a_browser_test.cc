// Pages of suite report in headless Chromium, with the network off: what a reader sees and does.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <fstream>
#include <sstream>

#include "tests/e2e/report_documents.h"
#include "tests/support/child.h"
#include "tests/support/programs.h"
#include "tests/support/temporary_folder.h"

namespace suite {
namespace {

using nlohmann::json;
using testing::Contains;
using testing::HasSubstr;
using testing::Not;

constexpr std::chrono::seconds kBrowserPatience{120};

std::string decoded(std::string_view base64) {
  constexpr std::string_view kDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text;
  unsigned bits = 0, count = 0;
  for (const char digit : base64) {
    const std::size_t value = kDigits.find(digit);
    if (value == std::string_view::npos) break;
    bits = (bits << 6U) | static_cast<unsigned>(value);
    count += 6;
    if (count < 8) continue;
    count -= 8;
    text += static_cast<char>((bits >> count) & 0xffU);
  }
  return text;
}

double median_of(std::vector<double> values) {
  std::ranges::sort(values);
  const std::size_t middle = values.size() / 2;
  return values.size() % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
}

class ReportInABrowser : public testing::Test {
 protected:
  void SetUp() override {
    browser_ = test::find_program("chromium");
    if (!browser_) GTEST_SKIP() << "chromium is not installed";
  }

  void run(const std::vector<std::string>& arguments) const {
    const auto finished = test::run_to_end(test::suite_command(arguments));
    ASSERT_EQ(finished.status, test::exited(0)) << finished.errors;
  }
  std::string contents(const std::string& path) const {
    std::ostringstream text;
    text << std::ifstream(folder_.file(path)).rdbuf();
    return text.str();
  }

  void compare(const std::vector<std::string>& names, const std::vector<std::uint64_t>& conns) {
    bench_ = test::sample_comparison(names, conns);
    std::ofstream(folder_.file("bench.json")) << bench_.dump();
  }

  // What report_check.js found on the page of these results; `extra` is put at the end of the page too.
  json look_at(const std::vector<std::string>& results, const std::string& size,
               const std::string& extra = "") {
    std::vector<std::string> arguments{"report", "-o", folder_.file("page.html")};
    for (const std::string& name : results) arguments.push_back(folder_.file(name));
    run(arguments);
    std::string page = contents("page.html");
    const std::string listening =
        "<script>window.seen = [];\n"
        "addEventListener('error', (e) => seen.push('error: ' + e.message));\n"
        "addEventListener('unhandledrejection', (e) => seen.push('rejection: ' + e.reason));\n"
        "addEventListener('securitypolicyviolation', (e) => seen.push('request: ' + e.blockedURI));\n"
        "for (const level of ['error', 'warn']) console[level] = (...what) => seen.push(level + ': ' + "
        "what.join(' '));\n"
        "</script>";
    std::ostringstream check;
    check << std::ifstream(SUITE_SOURCE_DIR "/tests/e2e/report_check.js").rdbuf();
    page.insert(page.find("<title>"), listening);
    page.insert(page.rfind("</body>"), extra + "<script>" + check.str() + "</script>");
    std::ofstream(folder_.file("page.html")) << page;
    return what_it_found(size);
  }

  json what_it_found(const std::string& size) {
    const auto finished = test::run_to_end(
        {.arguments = {*browser_, "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic",
                       "--no-first-run", "--disable-background-networking", "--disable-component-update",
                       "--disable-sync", "--disable-dev-shm-usage", "--host-resolver-rules=MAP * ~NOTFOUND",
                       "--user-data-dir=" + folder_.file("profile"), "--window-size=" + size,
                       "--virtual-time-budget=20000", "--dump-dom", "file://" + folder_.file("page.html")},
         .environment = {{"HOME", folder_.file("")}}},
        kBrowserPatience);
    constexpr std::string_view kTag = "<pre id=\"found\">";
    const std::size_t at = finished.output.find(kTag);
    if (at == std::string::npos) {
      ADD_FAILURE() << "the page was not looked at: " << finished.errors;
      return json::object();
    }
    return json::parse(decoded(std::string_view(finished.output).substr(at + kTag.size())));
  }

  // As the document has it: the median of a contestant's rounds.
  double median_rps(std::size_t section, const std::string& name) const {
    for (const json& one : bench_["sections"][section]["contestants"]) {
      if (one["name"] != name) continue;
      std::vector<double> values;
      for (const json& run : one["runs"]) values.push_back(run["rps"]);
      return median_of(values);
    }
    return 0;
  }

  static void expect_quiet(const json& found) {
    EXPECT_EQ(found["seen"], json::array());
    EXPECT_EQ(found["requests"], json::array());
    EXPECT_EQ(found["picture"], "data:image/png;base64,");
  }
  static void expect_marks(const json& charts, std::vector<std::string> names) {
    std::ranges::sort(names);
    for (const auto& [chart, what] : charts.items()) {
      EXPECT_EQ(what["owners"], json(names)) << chart;
      EXPECT_TRUE(what["inked"]) << chart;
      EXPECT_EQ(what["squeezed"], json::array()) << chart;
      EXPECT_EQ(what["overlapping"], json::array()) << chart;
    }
  }

  std::optional<std::string> browser_;
  test::TemporaryFolder folder_;
  json bench_;
};

TEST_F(ReportInABrowser, ShowsTheFiguresOfTheDocumentAndMarksForEveryContestant) {
  const std::vector<std::string> names{"epoll", "</script><img src=http://127.0.0.1:1/x>",
                                       "go \"net\" & 'http'"};
  compare(names, {1, 8, 64});
  const json found = look_at({"bench.json"}, "1440,1000");
  expect_quiet(found);
  ASSERT_EQ(found["tables"].size(), 3U);
  for (std::size_t i = 0; i < 3; ++i) {
    const json& table = found["tables"][i];
    EXPECT_EQ(table["headline"], (json{"epoll is the fastest"}));
    ASSERT_EQ(table["rows"].size(), names.size());
    for (std::size_t row = 0; row < names.size(); ++row) {
      EXPECT_EQ(table["rows"][row][0], names[row]);  // each is slower than the one before
      EXPECT_NEAR(std::stod(table["rows"][row][1].get<std::string>()), median_rps(i, names[row]), 1e-6);
      EXPECT_NEAR(std::stod(table["rows"][row][3].get<std::string>()), 5e-6, 1e-12);
    }
    expect_marks(table["charts"], names);
    for (const char* chart : {"first", "sweep0", "latency", "cost"})
      EXPECT_TRUE(table["charts"].contains(chart)) << chart;
  }
  EXPECT_THAT(found["tables"][1]["address"].get<std::string>(), HasSubstr("table=echo-d1%2C+8+connections"));
}

TEST_F(ReportInABrowser, SwitchesAContestantOffAndOnAndKeepsThatInTheAddress) {
  compare({"a", "b", "c"}, {1, 8});
  const json found = look_at({"bench.json"}, "1440,1000");
  expect_quiet(found);
  EXPECT_EQ(found["off"]["name"], "a");
  EXPECT_EQ(found["off"]["pressed"], "false");
  EXPECT_THAT(found["off"]["address"].get<std::string>(), HasSubstr("off=a"));
  expect_marks(found["off"]["charts"], {"b", "c"});
  EXPECT_THAT(found["on"]["address"].get<std::string>(), Not(HasSubstr("off=")));
  expect_marks(found["on"]["charts"], {"a", "b", "c"});
}

TEST_F(ReportInABrowser, SortsItsRows) {
  compare({"b", "c", "a"}, {1});
  const json found = look_at({"bench.json"}, "1440,1000");
  const json& sorted = found["sorted"];
  EXPECT_EQ(sorted[0]["sort"], "descending");
  EXPECT_EQ(sorted[0]["names"], (json{"b", "c", "a"}));
  EXPECT_EQ(sorted[1]["sort"], "ascending");
  EXPECT_EQ(sorted[1]["names"], (json{"a", "c", "b"}));
  EXPECT_EQ(sorted[2]["names"], (json{"c", "b", "a"}));
  EXPECT_THAT(sorted[2]["address"].get<std::string>(), HasSubstr("sort=0down"));
}

TEST_F(ReportInABrowser, ShowsEightOfManyAndAllOnRequestOnAPhoneToo) {
  std::vector<std::string> names;
  for (int i = 0; i < 30; ++i) names.push_back("server-" + std::to_string(100 + i));
  compare(names, {1, 8});
  const json found = look_at({"bench.json"}, "390,800");
  expect_quiet(found);
  EXPECT_LE(found["overflow"].get<int>(), 0) << "the page is wider than the screen";
  EXPECT_EQ(found["tables"][0]["shown"], 30);  // asked for by the check
  expect_marks(found["tables"][0]["charts"], names);
  const json page = look_at({"bench.json"}, "1440,900");
  expect_marks(page["tables"][0]["charts"], names);
}

TEST_F(ReportInABrowser, ShowsTheRatiosOfTwoContestants) {
  compare({"before", "after"}, {8});
  const json found = look_at({"bench.json"}, "1440,1000");
  expect_quiet(found);
  EXPECT_EQ(found["tables"][0]["headline"], (json{"after is 10 % slower than before"}));
  expect_marks(found["tables"][0]["charts"], {"after", "before"});
  EXPECT_TRUE(found["tables"][0]["charts"].contains("ranking"));
}

TEST_F(ReportInABrowser, DrawsACurveOfEveryContestantOverASweepAndUnderLoad) {
  compare({"a", "b", "c"}, {8, 8, 8, 8, 8, 8});
  json& sections = bench_["sections"];
  for (const auto& [place, depth] : {std::pair(0, 1), std::pair(1, 4), std::pair(2, 16)}) {
    sections[place]["depth"] = depth;
    sections[place]["sweep"] = {{"axis", "depth"}, {"value", depth}};
  }
  sections[2]["contestants"][1]["failure"] = {{"round", 3}, {"why", "it </td> broke"}};
  sections[2]["contestants"][0]["runs"] =
      sections[2]["contestants"][2]["runs"];  // curves that end in one place
  sections[4]["load_at"] = {{"share", 0.5}, {"rate", nullptr}};
  sections[5]["load_at"] = {{"share", 1.1}, {"rate", nullptr}};
  std::ofstream(folder_.file("bench.json")) << bench_.dump();
  for (const char* size : {"1440,1000", "390,800"}) {
    const json found = look_at({"bench.json"}, size);
    expect_quiet(found);
    EXPECT_LE(found["overflow"].get<int>(), 0) << "the page is wider than the screen";
    ASSERT_EQ(found["tables"].size(), 6U);
    for (std::size_t i = 0; i < 6; ++i) {
      const json& charts = found["tables"][i]["charts"];
      EXPECT_TRUE(charts.contains("sweep0")) << "whatever workload is chosen: " << i;
      EXPECT_TRUE(charts.contains("growth0")) << i;
      expect_marks(charts, {"a", "b", "c"});
    }
  }
}

TEST_F(ReportInABrowser, ShowsResultsOfLoad) {
  std::ofstream(folder_.file("load.json")) << test::sample_load().dump();
  const json found = look_at({"load.json"}, "1440,1000");
  expect_quiet(found);
  const json& charts = found["tables"][0]["charts"];
  for (const char* chart : {"first", "latency-over-time", "distribution"}) {
    EXPECT_EQ(charts[chart]["owners"], (json{"load, run 1", "load, run 2"})) << chart;
  }
}

// The check itself: it sees a request, an error and a thing that is said on the console.
TEST_F(ReportInABrowser, WouldSeeARequestAndAnError) {
  compare({"a", "b", "c"}, {1});
  const json found = look_at({"bench.json"}, "1440,1000",
                             "<img src='http://127.0.0.1:1/x'><script>console.error('said'); setTimeout(() "
                             "=> nothing(), 0);</script>");
  const auto seen = found["seen"].get<std::vector<std::string>>();
  EXPECT_THAT(seen, Contains(HasSubstr("request: http://127.0.0.1:1/x")));
  EXPECT_THAT(seen, Contains(HasSubstr("error: said")));
  EXPECT_THAT(seen, Contains(HasSubstr("nothing is not defined")));
}

}  // namespace
}  // namespace suite
