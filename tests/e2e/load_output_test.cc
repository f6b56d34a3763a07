// What `suite load` prints and writes, in each of its forms.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <sstream>
#include <nlohmann/json.hpp>

#include "tests/e2e/load.h"
#include "tests/support/child.h"
#include "tests/support/scripted_server.h"
#include "tests/support/temporary_folder.h"

namespace suite {
namespace {

using Json = nlohmann::json;
using test::load_quietly;
using test::ScriptedServer;
using testing::HasSubstr;
using testing::MatchesRegex;
using testing::Not;

std::string content(const std::string& path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

// What the JSON counts as recorded.
std::uint64_t recorded(const Json& run) {
  std::uint64_t sum = 0;
  for (const Json& bucket : run["latency_ns"]["histogram"]["buckets"]) sum += bucket[1].get<std::uint64_t>();
  return sum;
}

TEST(LoadOutput, TableHasARowPerRunAndTheirMedians) {
  const ScriptedServer server(test::echo);
  const test::Finished finished =
      load_quietly(server, {"--format", "table", "--runs", "3", "-n", "200", "-c", "4"});
  EXPECT_EQ(finished.status, test::exited(0));
  EXPECT_EQ(finished.errors, "");
  const auto lines = lines_of(finished.output);
  ASSERT_EQ(lines.size(), 5U) << finished.output;
  EXPECT_THAT(lines[0],
              MatchesRegex("run +req/s +p50 +p90 +p99 +p99.9 +max +errors +client CPU/req +server CPU/req"));
  EXPECT_THAT(lines[1], MatchesRegex("1 +[0-9,]+ .* too few .* 0 .* -"));
  EXPECT_THAT(lines[3], testing::StartsWith("3 "));
  EXPECT_THAT(lines[4], testing::StartsWith("median "));
}

TEST(LoadOutput, TableAndCsvShowThePaceOfAnOpenLoop) {
  const ScriptedServer server(test::echo);
  const std::vector<std::string> flags{"-d", "100ms", "-c", "4", "--rate", "2000", "--format"};
  const auto output = [&](const char* format) {
    auto all = flags;
    all.emplace_back(format);
    return lines_of(load_quietly(server, all).output);
  };
  const auto table = output("table"), csv = output("csv");
  ASSERT_EQ(table.size(), 2U);
  EXPECT_THAT(table[0], HasSubstr("asked/s  achieved/s  missed  shed  p99 lag"));
  EXPECT_THAT(table[1], HasSubstr("  2,000  "));
  ASSERT_EQ(csv.size(), 2U);
  EXPECT_THAT(csv[0], HasSubstr(",rate_asked,rate_achieved,due,missed,shed,drained,lag_min_ns,"));
  EXPECT_THAT(csv[1], testing::StartsWith("1,open,"));
  EXPECT_THAT(csv[1], HasSubstr(",2000,"));
}

TEST(LoadOutput, NothingOfLatencyIsPrintedWhereNoneIsMeasured) {
  const ScriptedServer server(test::echo);
  const std::vector<std::string> untimed{"--latency", "off", "-n", "200", "-c", "2"};
  auto table = untimed;
  table.insert(table.end(), {"--format", "table"});
  EXPECT_THAT(load_quietly(server, table).output,
              MatchesRegex("run +req/s +errors +client CPU/req +server CPU/req\n1 .*"));
  auto talking = untimed;
  talking.insert(talking.begin(), {SUITE_PROGRAM, "load", server.endpoint().to_string()});
  const std::string summary = test::run_to_end({.arguments = talking}).errors;
  EXPECT_THAT(summary, HasSubstr(" --latency off"));
  EXPECT_THAT(summary, Not(HasSubstr("\n  latency ")));
  const test::TemporaryFolder folder;
  auto hdr = untimed;
  hdr.insert(hdr.end(), {"--hdr", folder.file("x")});
  const test::Finished refused = load_quietly(server, hdr);
  EXPECT_EQ(refused.status, test::exited(2));
  EXPECT_THAT(refused.errors, HasSubstr("--hdr and --latency off exclude each other"));
}

TEST(LoadOutput, CsvHasALinePerRunAfterTheNames) {
  const ScriptedServer server(test::echo);
  const test::Finished finished =
      load_quietly(server, {"--format", "csv", "--runs", "2", "-n", "200", "-c", "4"});
  EXPECT_EQ(finished.status, test::exited(0));
  const auto lines = lines_of(finished.output);
  ASSERT_EQ(lines.size(), 3U) << finished.output;
  EXPECT_THAT(lines[0], testing::StartsWith("run,loop,rps,completed,sent,errors,"));
  EXPECT_THAT(lines[0], HasSubstr(",p99_ns,"));
  EXPECT_THAT(lines[1], MatchesRegex("1,closed,[0-9.]+,200,200,0,.*\r"));
  EXPECT_THAT(lines[2], MatchesRegex("2,closed,[0-9.]+,200,200,0,.*\r"));
}

TEST(LoadOutput, HdrHoldsTheLatenciesOfAllRuns) {
  const ScriptedServer server(test::echo);
  const test::TemporaryFolder folder;
  const test::Finished finished =
      load_quietly(server, {"--hdr", folder.file("x.hgrm"), "--json", folder.file("x.json"), "--runs", "3",
                            "-n", "150", "-c", "4"});
  EXPECT_EQ(finished.status, test::exited(0)) << finished.errors;
  EXPECT_EQ(lines_of(finished.output).size(), 3U) << "stdout is as it is without";
  const std::string file = content(folder.file("x.hgrm"));
  EXPECT_THAT(file, testing::StartsWith("       Value     Percentile TotalCount 1/(1-Percentile)\n\n"));
  EXPECT_THAT(file, HasSubstr("Total count    =          450]"));
  const Json document = Json::parse(content(folder.file("x.json")));
  std::uint64_t sum = 0, longest = 0;
  for (const Json& run : document["runs"]) {
    sum += recorded(run);
    longest = std::max(longest, run["latency_ns"]["max"].get<std::uint64_t>());
  }
  EXPECT_EQ(sum, 450U);
  double milliseconds = 0;
  const auto lines = lines_of(file);
  std::istringstream(lines.at(lines.size() - 4)) >> milliseconds;
  EXPECT_NEAR(milliseconds * 1e6, static_cast<double>(longest), 0.5);
}

TEST(LoadOutput, AFileThatCannotBeWrittenIsFoundBeforeTheRun) {
  const ScriptedServer server(test::echo);
  const test::TemporaryFolder folder;
  for (const char* flag : {"--json", "--hdr"}) {
    const test::Finished finished = load_quietly(server, {flag, folder.file("missing/x"), "-n", "5"});
    EXPECT_EQ(finished.status, test::exited(2));
    EXPECT_EQ(finished.output, "");
    EXPECT_THAT(finished.errors, HasSubstr(std::string(flag) + ": cannot write '"));
  }
  EXPECT_EQ(server.accepted(), 0);
}

TEST(LoadOutput, AResultThatStdoutDoesNotTakeIsAFailure) {
  const ScriptedServer server(test::echo);
  for (const std::string format : {"line", "table", "csv", "json"}) {
    const std::string command = std::string(SUITE_PROGRAM) + " load " + server.endpoint().to_string() +
                                " -q -c 2 -n 500 --format " + format + " > /dev/full";
    const test::Finished finished = test::run_to_end({.arguments = {"/bin/sh", "-c", command}});
    EXPECT_EQ(finished.status, test::exited(1)) << format;
    EXPECT_EQ(finished.errors, "suite load: cannot write to standard output: No space left on device\n");
  }
}

TEST(LoadOutput, AFileThatCouldNotBeWrittenAfterAllIsAFailure) {
  const ScriptedServer server(test::echo);
  for (const char* flag : {"--json", "--hdr"}) {
    const test::Finished finished = load_quietly(server, {flag, "/dev/full", "-n", "5"});
    EXPECT_EQ(finished.status, test::exited(1));
    EXPECT_THAT(finished.output, testing::StartsWith("Throughput: ")) << "the run went well";
    EXPECT_EQ(finished.errors,
              "suite load: " + std::string(flag) + ": cannot write '/dev/full': No space left on device\n");
  }
}

}  // namespace
}  // namespace suite
