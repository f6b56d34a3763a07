// suite report on documents that suite wrote.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <fstream>
#include <sstream>

#include "tests/e2e/report_documents.h"
#include "tests/support/child.h"
#include "tests/support/temporary_folder.h"

namespace suite {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

class Report : public testing::Test {
 protected:
  static test::Finished suite(const std::vector<std::string>& arguments) {
    return run_to_end(test::suite_command(arguments));
  }
  std::string contents(const std::string& name) const {
    std::ostringstream text;
    text << std::ifstream(folder_.file(name)).rdbuf();
    return text.str();
  }
  void write(const std::string& name, const std::string& text) const {
    std::ofstream(folder_.file(name)) << text;
  }
  // A result of two backends, as bench wrote it.
  std::string bench_result() const {
    const auto bench = suite({"bench", "-b", "epoll,poll", "--workloads", "echo-d1", "--conns", "4",
                              "--rounds", "2", "--secs", "300ms", "-q", "-o", folder_.file("bench.json")});
    EXPECT_EQ(bench.status, test::exited(0)) << bench.errors;
    return folder_.file("bench.json");
  }

  test::TemporaryFolder folder_;
};

TEST_F(Report, TakesTheFormatOfTheFilesExtension) {
  const std::string result = bench_result();
  for (const auto& [name, begin] :
       std::vector<std::pair<std::string, std::string>>{{"a.html", "<!doctype html>"},
                                                        {"a.md", "# poll against epoll on echo-d1\n"},
                                                        {"a.csv", "source,workload,"},
                                                        {"a.json", "["}}) {
    const auto report = suite({"report", result, "-o", folder_.file(name)});
    EXPECT_EQ(report.status, test::exited(0)) << report.errors;
    EXPECT_EQ(report.output + report.errors, "");
    EXPECT_THAT(contents(name), StartsWith(begin));
  }
  const auto report = suite({"report", result, "-o", folder_.file("a.txt"), "--format", "md"});
  EXPECT_EQ(report.status, test::exited(0)) << report.errors;
  EXPECT_EQ(contents("a.txt"), contents("a.md"));
}

TEST_F(Report, GoesToStandardOutputWhereNoFileIsGiven) {
  write("bench.json", test::sample_comparison({"epoll", "poll"}, {4}).dump());
  const auto report = suite({"report", folder_.file("bench.json"), "--format", "github"});
  EXPECT_EQ(report.status, test::exited(0)) << report.errors;
  const auto entries = nlohmann::json::parse(report.output);
  ASSERT_EQ(entries.size(), 2U);
  EXPECT_EQ(entries[0]["name"], "echo-d1, 4 connections: epoll");
  EXPECT_EQ(entries[0]["value"], 40'360);  // the median of 1 to 1.018 times 40,000
}

TEST_F(Report, RefusesWhatCannotBeReadInOneLine) {
  write("empty", "");
  write("other.json", R"({"results": []})");
  write("cut.json", R"({"schema": 1, "suite": "0.1.0", "kind": "bench", "config": {)");
  write("newer.json", R"({"schema": 99, "suite": "9.0.0", "config": {}, "runs": []})");
  write("wrong.json", R"({"schema": 1, "suite": "0.1.0", "kind": "bench", "config": 1})");
  for (const auto& [name, why] :
       std::vector<std::pair<std::string, std::string>>{{"missing", "No such file or directory"},
                                                        {"empty", "it is empty"},
                                                        {"other.json", "it is no result of suite"},
                                                        {"cut.json", ""},
                                                        {"newer.json", "99"},
                                                        {"wrong.json", ""}}) {
    const auto report = suite({"report", folder_.file(name), "-o", folder_.file("a.html")});
    EXPECT_EQ(report.status, test::exited(2)) << name;
    EXPECT_THAT(report.errors, StartsWith("suite report: ")) << name;
    EXPECT_THAT(report.errors, HasSubstr(name)) << name;
    EXPECT_THAT(report.errors, HasSubstr(why)) << name;
    EXPECT_EQ(std::ranges::count(report.errors, '\n'), 1) << report.errors;
    EXPECT_FALSE(std::ifstream(folder_.file("a.html")).is_open()) << name;
  }
}

TEST_F(Report, RefusesACommandLineThatCannotBeRight) {
  const std::string result = folder_.file("bench.json");
  write("bench.json", test::sample_comparison({"epoll", "poll"}, {4}).dump());
  const auto refused = [&](const std::vector<std::string>& arguments, const std::string& why) {
    const auto report = suite(arguments);
    EXPECT_EQ(report.status, test::exited(2)) << report.errors;
    EXPECT_THAT(report.errors, HasSubstr(why));
  };
  refused({"report", "-o", folder_.file("a.html")}, "RESULT: give a file");
  refused({"report", result}, "give one, or --format (html, md, csv, github)");
  refused({"report", result, "-o", folder_.file("a.pdf")}, "--format (html, md, csv, github)");
  refused({"report", result, "--format", "pdf"}, "--format: ");
  const std::string before = contents("bench.json");
  refused({"report", result, "-o", folder_.file("./bench.json")}, "is one of the results: give another file");
  EXPECT_EQ(contents("bench.json"), before);
  refused({"report", result, "-o", "/no/such/folder/a.html"}, "'/no/such/folder/a.html' cannot be written");
}

TEST_F(Report, LaysSeveralResultsOverEachOther) {
  write("bench.json", test::sample_comparison({"epoll", "poll"}, {4}).dump());
  write("friday.json", contents("bench.json"));
  const auto report =
      suite({"report", folder_.file("bench.json"), folder_.file("friday.json"), "--format", "md"});
  EXPECT_EQ(report.status, test::exited(0)) << report.errors;
  for (const char* name : {"epoll (bench)", "poll (bench)", "epoll (friday)", "poll (friday)"}) {
    EXPECT_THAT(report.output, HasSubstr(name));
  }
  EXPECT_THAT(report.output, HasSubstr("not interleaved"));
}

// Also in formats that have no place for it.
TEST_F(Report, SaysThatAResultIsIncomplete) {
  const std::string result = bench_result(), text = contents("bench.json");
  write("cut.json", text.substr(0, text.rfind("\"round\":2")));
  for (const char* format : {"html", "md", "csv", "github"}) {
    const auto report = suite({"report", folder_.file("cut.json"), "--format", format});
    EXPECT_EQ(report.status, test::exited(0)) << report.errors;
    EXPECT_EQ(report.errors,
              "suite report: 'cut.json' is incomplete: bench still runs, or did not come to its end\n");
  }
  const auto markdown = suite({"report", folder_.file("cut.json"), "--format", "md"});
  EXPECT_THAT(markdown.output, HasSubstr("cut.json ends early"));
}

TEST_F(Report, SaysSoWhereItCannotBeWritten) {
  write("bench.json", test::sample_comparison({"epoll", "poll"}, {4}).dump());
  const auto report = suite({"report", folder_.file("bench.json"), "-o", "/dev/full", "--format", "md"});
  EXPECT_EQ(report.status, test::exited(1));
  EXPECT_EQ(report.errors, "suite report: cannot write /dev/full: No space left on device\n");
}

}  // namespace
}  // namespace suite
