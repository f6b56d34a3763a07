// `suite bench` over HTTP as a user runs it: real servers, real load, a part of a second each.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <regex>
#include <sstream>
#include <string>
#include <vector>
#include <nlohmann/json.hpp>

#include "tests/support/child.h"
#include "tests/support/temporary_folder.h"

namespace suite::test {
namespace {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::ContainsRegex;
using testing::HasSubstr;
using testing::Not;

// Rounds end after five times this: long enough for a request on a loaded machine.
constexpr const char* kSecs = kSanitized ? "100ms" : "40ms";

class BenchHttp : public testing::Test {
 protected:
  // Short rounds; its pages are made in `scratch_`.
  Command bench(std::vector<std::string> flags) const {
    std::vector<std::string> arguments{SUITE_PROGRAM, "bench", "--rounds", "1",
                                       "--secs",      kSecs,   "--conns",  "3"};
    arguments.insert(arguments.end(), flags.begin(), flags.end());
    return {.arguments = std::move(arguments), .environment = {{"TMPDIR", scratch_.file("")}}};
  }
  bool nothing_is_left() const { return fs::is_empty(scratch_.file("")); }

  TemporaryFolder scratch_;
};

// The first line that begins with `start`.
std::string line_of(const std::string& log, const std::string& start) {
  std::istringstream lines(log);
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with(start)) return line;
  }
  return {};
}

std::vector<std::string> words_of(const std::string& line) {
  std::istringstream words(line);
  std::vector<std::string> command;
  for (std::string word; words >> word;) command.push_back(word);
  return command;
}

TEST_F(BenchHttp, LogsAReportAsAbPrintsItOfOneTwoAndFourWorkers) {
  const Finished finished = run_to_end(bench({"--backends", "epoll", "--workloads", "http-keepalive"}));
  EXPECT_EQ(finished.status, exited(0)) << finished.errors;
  EXPECT_THAT(finished.output, HasSubstr("\n\nHTTP, the page of 40 bytes, keep-alive, 3 connections.\n\n"));
  std::string::size_type at = 0;
  for (const char* workers : {"1", "2", "4"}) {
    const std::string block = finished.output.substr(finished.output.find("\nsuite load ", at));
    EXPECT_THAT(
        block,
        ContainsRegex("^\nsuite load http://127\\.0\\.0\\.1:[0-9]+/ -n 50000 -c 3 --format ab -d [0-9]+ms\n\n"
                      "suite serve-http -b epoll -w " +
                      std::string(workers) +
                      " -r [^ ]+/pages -p [0-9]+\n"
                      "Server Software: +suite/"));
    const std::string report = block.substr(0, block.find("\n\nsuite load", 1));
    for (const char* line :
         {"\nDocument Length:        40 bytes\n", "\nRequests per second:    ", "\n 100% "}) {
      EXPECT_THAT(report, HasSubstr(line)) << workers;
    }
    at = finished.output.find("\nsuite load ", at) + 1;
  }
  EXPECT_THAT(finished.output, ContainsRegex("\n\nEnvironment\n~+\n(\\* [^\n]+\n)+$"));
  EXPECT_THAT(finished.errors, ContainsRegex("\n  1\\. [^\n]+[mu]s( +[a-z-]+)*\n"));
  EXPECT_TRUE(nothing_is_left());
}

TEST_F(BenchHttp, TellsEveryWorkloadFromTheOthersInItsReport) {
  const auto report_of = [&](const char* workload) {
    const Finished finished = run_to_end(bench({"--backends", "epoll", "--workloads", workload}));
    EXPECT_EQ(finished.status, exited(0)) << finished.errors;
    EXPECT_THAT(finished.errors, AllOf(HasSubstr(" req/s "), Not(HasSubstr(" errors"))));
    return finished.output;
  };
  EXPECT_THAT(report_of("http-keepalive"), ContainsRegex("\nKeep-Alive requests: +[1-9]"));
  EXPECT_THAT(report_of("http-close"), Not(HasSubstr("\nKeep-Alive requests:")));
  EXPECT_THAT(report_of("http-404"), ContainsRegex("\nNon-2xx responses: +[1-9]"));
  EXPECT_THAT(report_of("http-large"), ContainsRegex("\nDocument Length: +954824 bytes\n"));
  EXPECT_THAT(report_of("http-sequential"), ContainsRegex("\nConcurrency Level: +1\n"));
}

TEST_F(BenchHttp, EndsTheLogWithTheTableOfTheParallelAndTheSequentialTest) {
  const Finished finished =
      run_to_end(bench({"--backends", "epoll", "--workloads", "http-close,http-sequential"}));
  EXPECT_EQ(finished.status, exited(0)) << finished.errors;
  EXPECT_THAT(
      finished.output,
      ContainsRegex("\nImplementation benchmarked  Parallel  Sequential\n-+\n"
                    "(epoll(-w[24])? +[0-9]+\\.[0-9][0-9] +[0-9]+\\.[0-9][0-9]\n){3}\nEnvironment\n"));
}

TEST_F(BenchHttp, PrintsTheReportOfTheMedianRound) {
  const Finished finished =
      run_to_end(bench({"--backends", "epoll", "--workloads", "http-close", "--rounds", "3"}));
  EXPECT_EQ(finished.status, exited(0)) << finished.errors;
  EXPECT_THAT(finished.output, ContainsRegex("\nThis was round [1-3], the median of 3 by requests per second:"
                                             " [0-9.]+ [0-9.]+ [0-9.]+\n"));
  std::size_t reports = 0;
  for (std::size_t at = 0; (at = finished.output.find("Server Software:", at)) != std::string::npos; ++at)
    ++reports;
  EXPECT_EQ(reports, 3U) << "one for each number of workers, not for each round";
}

TEST_F(BenchHttp, LogsLinesThatWorkWhenPasted) {
  const Finished finished = run_to_end(bench({"--backends", "epoll", "--workloads", "http-sequential"}));
  ASSERT_EQ(finished.status, exited(0)) << finished.errors;
  ASSERT_TRUE(nothing_is_left());
  const Finished made = run_to_end({.arguments = {"/bin/sh", "-c", line_of(finished.output, "(mkdir -p ")}});
  ASSERT_EQ(made.status, exited(0)) << made.errors;

  // Elsewhere than in the log, as that port may be taken by now: of a flag given twice the last one counts.
  std::vector<std::string> serve = words_of(line_of(finished.output, "suite serve-http"));
  ASSERT_FALSE(serve.empty()) << finished.output;
  serve.front() = SUITE_PROGRAM;
  serve.insert(serve.end(), {"-p", "0"});
  Child server({.arguments = serve});
  const auto ready = server.wait_for_line("listening on ");
  std::smatch port;
  ASSERT_TRUE(ready && std::regex_search(*ready, port, std::regex(":(\\d+) "))) << server.errors();

  std::vector<std::string> load =
      words_of(std::regex_replace(line_of(finished.output, "suite load"), std::regex("127\\.0\\.0\\.1:\\d+"),
                                  "127.0.0.1:" + port[1].str()));
  ASSERT_FALSE(load.empty()) << finished.output;
  load.front() = SUITE_PROGRAM;
  const Finished loaded = run_to_end({.arguments = load});
  EXPECT_EQ(loaded.status, exited(0)) << loaded.errors;
  EXPECT_THAT(loaded.output, HasSubstr("Server Software:"));
}

TEST_F(BenchHttp, WritesItsRoundsIntoTheResultFileToo) {
  const TemporaryFolder results;
  const Finished finished = run_to_end(
      bench({"--backends", "epoll", "--workloads", "echo-d1,http-close", "-o", results.file("result.json")}));
  EXPECT_EQ(finished.status, exited(0)) << finished.errors;
  const auto document = nlohmann::json::parse(std::ifstream(results.file("result.json")));
  ASSERT_EQ(document.at("sections").size(), 2U);
  EXPECT_EQ(document.at("sections")[0].at("contestants").size(), 1U);
  const auto& http = document.at("sections")[1];
  EXPECT_EQ(http.at("workload"), "http-close");
  ASSERT_EQ(http.at("contestants").size(), 3U);
  EXPECT_EQ(http.at("contestants")[2].at("name"), "epoll-w4");
  EXPECT_EQ(http.at("contestants")[2].at("workers"), 4);
  int runs = 0;
  for (const auto& one : document.at("rounds")) {
    if (!one.contains("run") || one.at("section") != 1) continue;  // others tell where a server had to listen
    EXPECT_GT(one.at("run").at("completed"), 0);
    ++runs;
  }
  EXPECT_EQ(runs, 3);
  EXPECT_GT(document.at("environment").at("memory_bytes"), 0);
}

TEST_F(BenchHttp, RemovesItsPagesWhenInterrupted) {
  for (const int signal : {SIGINT, SIGTERM}) {
    Child child(
        bench({"--backends", "epoll", "--workloads", "http-close", "--progress", "on", "--rounds", "10000"}));
    ASSERT_TRUE(child.wait_for_line("round 2 of 10000, epoll: ")) << child.errors();
    EXPECT_FALSE(nothing_is_left());
    child.signal(signal);
    EXPECT_EQ(child.wait(), exited(128 + signal));
    EXPECT_TRUE(nothing_is_left()) << signal;
    EXPECT_THAT(child.output(), HasSubstr("Server Software:")) << "what was measured is printed";
  }
}

}  // namespace
}  // namespace suite::test
