// suite merge, as a user runs it: two loads, one result.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <sstream>
#include <nlohmann/json.hpp>

#include "tests/support/child.h"
#include "tests/support/json_schema.h"
#include "tests/support/temporary_folder.h"

namespace suite {
namespace {

using testing::HasSubstr;
using testing::MatchesRegex;

class Merge : public testing::Test {
 protected:
  Merge() {
    load("a.json", "1000");
    load("b.json", "2000");
  }

  void load(const char* name, const char* requests) const {
    const auto finished = test::run_to_end(test::suite_command(
        {"load", "--driver", "null", "-c", "4", "-n", requests, "-q", "--json", folder_.file(name)}));
    EXPECT_EQ(finished.status, test::exited(0)) << finished.errors;
  }
  test::Finished merge(std::vector<std::string> arguments) const {
    for (std::string& argument : arguments) {
      if (argument.ends_with(".json")) argument = folder_.file(argument);
    }
    arguments.insert(arguments.begin(), "merge");
    return test::run_to_end(test::suite_command(arguments));
  }
  std::string contents(const char* name) const {
    std::ostringstream text;
    text << std::ifstream(folder_.file(name)).rdbuf();
    return text.str();
  }

  test::TemporaryFolder folder_;
};

TEST_F(Merge, PrintsTheDocumentOrWritesItAndPrintsTheLine) {
  const test::Finished printed = merge({"a.json", "b.json"});
  ASSERT_EQ(printed.status, test::exited(0)) << printed.errors;
  const auto document = nlohmann::json::parse(printed.output);
  EXPECT_EQ(document.at("runs")[0].at("completed"), 3000);
  EXPECT_EQ(document.at("config").at("requests"), 3000);
  EXPECT_EQ(document.at("config").at("conns"), 8);
  EXPECT_THAT(printed.errors, HasSubstr("2 results: 3,000 requests in "));
  const test::Finished written = merge({"a.json", "b.json", "-q", "-o", "all.json"});
  EXPECT_EQ(written.status, test::exited(0)) << written.errors;
  EXPECT_EQ(written.errors, "");
  EXPECT_THAT(written.output, MatchesRegex("Throughput: [0-9.]+ \\[reqests/sec\\], errors: 0\n"));
  EXPECT_EQ(nlohmann::json::parse(contents("all.json")), document);
  const auto complaints = test::schema_complaints("docs/load.schema.json", {document.dump()});
  if (complaints) {
    EXPECT_THAT(*complaints, testing::Each(""));
  }
}

TEST_F(Merge, ReadsAnyNumberOfResultsFromStdin) {
  std::ofstream(folder_.file("logs")) << contents("a.json") << contents("b.json");
  const auto finished = test::run_to_end(
      {.arguments = {"/bin/sh", "-c", "\"$0\" merge - <\"$1\"", SUITE_PROGRAM, folder_.file("logs")}});
  ASSERT_EQ(finished.status, test::exited(0)) << finished.errors;
  EXPECT_EQ(nlohmann::json::parse(finished.output).at("merged")[1].at("name"), "stdin 2");
}

TEST_F(Merge, JudgesTheMergedResult) {
  EXPECT_EQ(merge({"a.json", "b.json", "--require", "errors<1", "--fail-if", "p99>1h"}).status,
            test::exited(0));
  const test::Finished breached = merge({"a.json", "b.json", "-q", "--fail-if", "p50>1ns"});
  EXPECT_EQ(breached.status, test::exited(3));
  EXPECT_THAT(breached.errors, MatchesRegex("suite merge: --fail-if 'p50>1ns' is breached: [^\n]+\n"));
  const auto gates = nlohmann::json::parse(breached.output).at("gates");
  EXPECT_EQ(gates[0].at("breached"), true);
}

TEST_F(Merge, RefusesInALineWhatCannotBeMerged) {
  std::ofstream(folder_.file("cut.json")) << contents("a.json").substr(0, 3000);
  std::ofstream(folder_.file("text.json")) << "Throughput: 1 [reqests/sec], errors: 0\n";
  const std::pair<std::vector<std::string>, std::string> cases[] = {
      {{}, "give results of suite load --json"},
      {{"a.json", "a.json"}, "are the same result"},
      {{"a.json", "nothing.json"}, "No such file or directory"},
      {{"a.json", "cut.json"}, "cut.json cannot be read: "},
      {{"text.json"}, "holds something that is no result"},
      {{"a.json", "b.json", "--fail-if", "lag_max>1s"}, "lag_max is measured at a fixed rate only"},
      {{"a.json", "b.json", "--fail-if", "speed>1"}, "--fail-if: "},
      {{"a.json", "-o", ""}, "the name is empty"}};
  for (const auto& [arguments, why] : cases) {
    const test::Finished refused = merge(arguments);
    EXPECT_EQ(refused.status, test::exited(2)) << why;
    EXPECT_EQ(refused.output, "") << why;
    EXPECT_THAT(refused.errors, HasSubstr(why));
    EXPECT_EQ(std::ranges::count(refused.errors, '\n'), 1) << refused.errors;
  }
}

}  // namespace
}  // namespace suite
