// suite merge, as a user runs it: several loads, one result.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <fstream>
#include <sstream>
#include <nlohmann/json.hpp>

#include "tests/support/child.h"
#include "tests/support/json_schema.h"
#include "tests/support/server.h"
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

// Over real sockets, started together: exactly the requests and the connections of the whole, and their
// percentiles.
TEST_F(Merge, MakesOneLoadOfItsParts) {
  const test::Server server({.verb = "serve-echo"});
  ASSERT_TRUE(server.running());
  const auto start = std::chrono::system_clock::now() + std::chrono::seconds(1) * test::kSlowdown;
  const std::string time = std::to_string(std::chrono::duration<double>(start.time_since_epoch()).count());
  std::vector<test::Child> loads;
  for (const char* part : {"1", "2", "3"}) {
    loads.emplace_back(
        test::suite_command({"load", server.endpoint().to_string(), "-c", "7", "-n", "1000", "-R", "20k",
                             "--share", std::string(part) + "/3", "--start-at", time, "-q", "--json",
                             folder_.file(std::string("part") + part + ".json")}));
  }
  for (test::Child& load : loads) ASSERT_EQ(load.wait(), test::exited(0));
  const test::Finished all = merge({"part3.json", "part1.json", "part2.json", "--require", "errors<1"});
  ASSERT_EQ(all.status, test::exited(0)) << all.errors;
  const auto document = nlohmann::json::parse(all.output);
  const auto& run = document.at("runs")[0];
  EXPECT_EQ(run.at("completed"), 1000);
  std::uint64_t samples = 0;
  for (const auto& bucket : run.at("latency_ns").at("histogram").at("buckets"))
    samples += bucket.at(1).get<std::uint64_t>();
  EXPECT_EQ(samples, 1000U);
  EXPECT_EQ(run.at("connections").at("opened"), 7);
  EXPECT_NEAR(run.at("rate").at("asked").get<double>(), 20'000, 1e-6);
  EXPECT_EQ(document.at("config").at("requests"), 1000);
  EXPECT_EQ(document.at("config").at("share"), nullptr);
  EXPECT_EQ(document.at("merged")[0].at("share"), "1/3");
  EXPECT_EQ(document.at("merged")[0].at("runs")[0].at("completed"), 334);
  EXPECT_EQ(document.at("merged")[2].at("runs")[0].at("completed"), 333);
  EXPECT_EQ(document.at("merged")[1].at("conns"), 2);
  EXPECT_LT(run.at("seconds").get<double>(), 5) << "the wait for the start is not in the window";

  const test::Finished most = merge({"part3.json", "part1.json", "-q", "--fail-if", "p99>1ns"});
  EXPECT_EQ(most.status, test::exited(1));
  EXPECT_EQ(most.errors,
            "suite merge: the result is incomplete, and gates do not judge it: part 2 of 3 is missing\n");
  EXPECT_EQ(nlohmann::json::parse(most.output).at("runs")[0].at("interrupted"), true);
}

TEST_F(Merge, PrintsTheFormatAskedFor) {
  EXPECT_THAT(merge({"a.json", "b.json", "--format", "line"}).output, MatchesRegex("Throughput: [^\n]+\n"));
  EXPECT_THAT(merge({"a.json", "b.json", "--format", "table"}).output,
              MatchesRegex(" *run +req/s +p50[^\n]+\n[^\n]+\n"));
  EXPECT_THAT(merge({"a.json", "b.json", "--format", "csv"}).output, HasSubstr("3000"));
  const test::Finished both = merge({"a.json", "b.json", "--format", "json", "-o", "all.json"});
  EXPECT_EQ(both.output, contents("all.json"));
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
      {{"a.json", "b.json", "-o", "b.json"}, "b.json', which is merged: give another file"},
      {{"a.json", "--format", "ab"}, "'ab' is not one of: line, table, json, csv"},
      {{"a.json", "-o", "-", "--format", "csv"}, "both write to stdout"},
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
