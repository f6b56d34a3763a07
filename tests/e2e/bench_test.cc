// `suite bench` as a user runs it: real servers, real load, a tenth of a second each.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <csignal>
#include <fstream>
#include <memory>
#include <regex>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include "common/net/listener.h"
#include "tests/support/child.h"
#include "tests/support/temporary_folder.h"

namespace suite::test {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

Command bench(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), {SUITE_PROGRAM, "bench"});
  return {.arguments = std::move(arguments)};
}

Command small_bench(std::vector<std::string> more = {}) {
  std::vector<std::string> arguments{"--backends", "epoll",  "--workloads", "echo-d1", "--rounds",
                                     "1",          "--secs", "100ms",       "--conns", "3"};
  arguments.insert(arguments.end(), more.begin(), more.end());
  return bench(std::move(arguments));
}

std::size_t count_of(const std::string& needle, const std::string& text) {
  std::size_t count = 0;
  for (std::size_t at = text.find(needle); at != std::string::npos; at = text.find(needle, at + 1)) ++count;
  return count;
}

// The words of the first line that begins with `start`, the program's name replaced by its path.
std::vector<std::string> command_of(const std::string& log, const std::string& start) {
  const std::size_t begin = log.find(start);
  if (begin == std::string::npos) return {};
  std::istringstream words(log.substr(begin, log.find('\n', begin) - begin));
  std::vector<std::string> command;
  for (std::string word; words >> word;) command.push_back(word);
  command.front() = SUITE_PROGRAM;
  return command;
}

TEST(Bench, LogsASectionInTheDocumentedFormat) {
  const Finished finished = run_to_end(small_bench());
  EXPECT_EQ(finished.status, exited(0)) << finished.errors;
  const std::regex format(
      "(.+\n)+\n"
      "Echo, 3 connections, 1 request in flight on each\\.\n\n"
      "suite load --conns 3 --secs 100ms --depth 1 --port (\\d+)\n\n"
      "suite serve-echo --backend epoll --port \\2\n"
      "Throughput: [0-9]+\\.[0-9]{2} \\[reqests/sec\\], errors: 0\n\n");
  EXPECT_TRUE(std::regex_match(finished.output, format)) << finished.output;
  EXPECT_THAT(finished.errors, HasSubstr("About "));
  EXPECT_THAT(finished.errors, HasSubstr("  1. epoll "));
}

TEST(Bench, RunsEveryWorkloadConnectionCountAndRound) {
  const Finished finished =
      run_to_end(bench({"--backends", "epoll,prefork", "--workloads", "echo-d1,echo-d16", "--conns", "1,2",
                        "--rounds", "2", "--secs", "100ms", "-q"}));
  EXPECT_EQ(finished.status, exited(0)) << finished.errors;
  EXPECT_EQ(count_of("Throughput: ", finished.output), 16U) << finished.output;
  EXPECT_EQ(count_of("\nsuite load --conns 2 --secs 100ms --depth 16 --port ", finished.output), 2U);
  EXPECT_THAT(finished.errors, IsEmpty()) << "quiet";
}

TEST(Bench, LogsCommandsThatWorkWhenPasted) {
  const Finished finished = run_to_end(small_bench());
  // Elsewhere than in the log, as that port may be taken by now: of a flag given twice the last one counts.
  std::vector<std::string> serve = command_of(finished.output, "suite serve-echo");
  std::vector<std::string> load = command_of(finished.output, "suite load");
  ASSERT_FALSE(serve.empty() || load.empty()) << finished.output;
  serve.insert(serve.end(), {"--port", "0"});
  Child server({.arguments = serve});
  const auto ready = server.wait_for_line("listening on ");
  ASSERT_TRUE(ready) << server.errors();
  std::smatch port;
  ASSERT_TRUE(std::regex_search(*ready, port, std::regex(":(\\d+) ")));
  load.insert(load.end(), {"--port", port[1]});
  const Finished loaded = run_to_end({.arguments = load});
  EXPECT_EQ(loaded.status, exited(0)) << loaded.errors;
  EXPECT_THAT(loaded.output, testing::StartsWith("Throughput: "));
}

TEST(Bench, SweepsAndKeepsEachPointAsACellOfItsOwn) {
  const TemporaryFolder folder;
  const std::string file = folder.file("result.json");
  const Finished finished = run_to_end(
      bench({"--backends", "epoll", "--workloads", "http-keepalive", "--size", "10,1k", "--workers", "2",
             "--conns", "2", "--rounds", "1", "--secs", "50ms", "--warmup", "0", "-o", file}));
  EXPECT_EQ(finished.status, exited(0)) << finished.errors;
  EXPECT_THAT(
      finished.output,
      HasSubstr("Sweep of http-keepalive, 2 workers over bytes: 2 points, 10 to 1,024, 1 round of 50ms."));
  EXPECT_EQ(count_of("Throughput: ", finished.output), 2U) << finished.output;
  EXPECT_THAT(finished.output, HasSubstr("/1024.html --conns 2 --secs 50ms\n"));
  EXPECT_EQ(count_of(" -w 2 ", finished.output), 2U);
  const Finished compared = run_to_end({.arguments = {SUITE_PROGRAM, "compare", file, file}});
  EXPECT_EQ(compared.status, exited(0)) << compared.errors;
  EXPECT_THAT(compared.output, HasSubstr("http-keepalive, 2 workers, 2 connections, 10 bytes: epoll"));
  EXPECT_THAT(compared.output, HasSubstr("http-keepalive, 2 workers, 2 connections, 1,024 bytes: epoll"));
}

// Connections that a full server leaves in its backlog are open for the client.
TEST(Bench, MarksWhereAServerOfASweepIsFullAndGoesOnWithTheOthers) {
  const std::string small = "echo:small=" SUITE_PROGRAM " serve-echo --port {port} --max-connections 2";
  const Finished finished =
      run_to_end(bench({"--server", small, "--backends", "epoll", "--workloads", "echo-d1", "--conns",
                        "1,8,16", "--rounds", "1", "--secs", "200ms"}));
  EXPECT_EQ(finished.status, exited(1));
  EXPECT_EQ(count_of("Throughput: ", finished.output), 4U) << finished.output;
  EXPECT_THAT(finished.output,
              HasSubstr("small stopped here, in round 1: it does not serve all 8 connections: some"));
  EXPECT_EQ(count_of("small stopped", finished.output), 1U);
}

TEST(Bench, LoadsAtSharesOfTheMaximum) {
  const Finished finished =
      run_to_end(small_bench({"--load-at", "20%,40%", "--rate", "500", "--secs", "50ms", "--warmup", "0"}));
  EXPECT_EQ(finished.status, exited(0)) << finished.errors;
  EXPECT_EQ(count_of("Throughput: ", finished.output), 4U) << finished.output;
  EXPECT_EQ(count_of(" --rate ", finished.output), 3U);
  EXPECT_THAT(finished.output, HasSubstr(" --depth 1 --rate 500 --port "));
  const std::regex table(
      "latency under load, medians\n.*p99\\.9\n  epoll +maximum +[0-9,]+\n +20 % .*\n +40 % .*\n +same rate "
      "+500 ");
  EXPECT_TRUE(std::regex_search(finished.errors, table)) << finished.errors;
}

TEST(Bench, ComparesAServerWithItselfAndSaysHowOftenItWouldHaveClaimedADifference) {
  const TemporaryFolder folder;
  const std::string file = folder.file("result.json");
  const Finished finished =
      run_to_end(bench({"--self-test", "--workloads", "echo-d1", "--rounds", "6", "--secs", "50ms",
                        "--warmup", "0", "--conns", "3", "-o", file}));
  EXPECT_EQ(finished.status, exited(0)) << finished.errors;
  EXPECT_THAT(finished.errors, HasSubstr(" epoll-again "));
  EXPECT_TRUE(std::regex_search(finished.errors,
                                std::regex("\nSelf-test: compared with themselves, servers would have been "
                                           "called different in (none|1) of 1 comparison by throughput")))
      << finished.errors;
  std::ostringstream text;
  text << std::ifstream(file).rdbuf();
  EXPECT_THAT(text.str(), HasSubstr(R"("twin_of":"epoll")"));
  const Finished few = run_to_end(bench({"--self-test", "--rounds", "5"}));
  EXPECT_EQ(few.status, exited(2));
  EXPECT_THAT(few.errors, HasSubstr("--self-test takes at least 6 rounds, and these are 5"));
}

TEST(Bench, PrintsTablesInPlaceOfTheLog) {
  const Finished table = run_to_end(small_bench({"--format", "table", "-q"}));
  EXPECT_EQ(table.status, exited(0)) << table.errors;
  const std::regex columns(
      "Echo, 3 connections, 1 request in flight on each\n"
      " +server +req/s +ratio +95 % interval +CPU +p99 +switches +memory +marks\n"
      "1\\.  epoll +[0-9,]+ +[0-9.]+us +[0-9.]+[um]s +[0-9.]+ / [0-9.]+ +[0-9.]+ .?.?B[^\n]*\n\nMedians "
      "of(.|\n)*");
  EXPECT_TRUE(std::regex_match(table.output, columns)) << table.output;
  const Finished markdown = run_to_end(small_bench({"--format", "markdown", "-q"}));
  EXPECT_THAT(markdown.output,
              testing::StartsWith("### Echo, 3 connections, 1 request in flight on each\n\n| | "
                                  "server | req/s | "));
  EXPECT_THAT(markdown.output, HasSubstr("|\n|---|---|--:|--:|--:|--:|--:|--:|--:|---|\n| 1. | epoll | "));
  EXPECT_EQ(run_to_end(small_bench({"--format", "html"})).status, exited(2));
}

// Loops take all processors, whoever else is there.
TEST(Bench, RepeatsADisturbedRoundAndMarksItWhereItStaysSo) {
  const auto spinner = [] { return Command{.arguments = {"/bin/sh", "-c", "while :; do :; done"}}; };
  std::vector<std::unique_ptr<Child>> spinners;
  for (unsigned i = 0; i < std::thread::hardware_concurrency(); ++i) {
    spinners.push_back(std::make_unique<Child>(spinner()));
  }
  const TemporaryFolder folder;
  const std::string file = folder.file("result.json");
  const Finished finished =
      run_to_end(small_bench({"--secs", "600ms", "--warmup", "0", "--progress", "on", "-o", file}));
  EXPECT_EQ(finished.status, exited(0)) << finished.errors;
  EXPECT_THAT(finished.errors,
              HasSubstr("round 1 of 1, epoll: disturbed, and measured again: other programs"));
  EXPECT_TRUE(std::regex_search(finished.errors, std::regex("  1\\. epoll .* disturbed\n")))
      << finished.errors;
  EXPECT_THAT(finished.output, HasSubstr("\nepoll, round 1: disturbed (other programs used "));
  EXPECT_THAT(finished.output, HasSubstr(", measured again, and disturbed both times ("));
  EXPECT_EQ(count_of("Throughput: ", finished.output), 1U);
  std::ostringstream text;
  text << std::ifstream(file).rdbuf();
  EXPECT_THAT(text.str(), HasSubstr(R"("discarded":{"rps":)"));
}

// Of one connection on two workers.
TEST(Bench, MarksServersWhoseWorkersAreUneven) {
  const Finished finished = run_to_end(small_bench({"--workers", "2", "--conns", "1"}));
  EXPECT_EQ(finished.status, exited(0)) << finished.errors;
  EXPECT_TRUE(std::regex_search(finished.errors, std::regex("  1\\. epoll[^\n]* uneven"))) << finished.errors;
}

TEST(Bench, RefusesSweepsThatCannotBeRight) {
  for (const std::vector<std::string>& flags : {std::vector<std::string>{"--conns", "1,2", "--depth", "1,2"},
                                                {"--load-at", "201%"},
                                                {"--workers", "1,2", "--server", "a=./a {port}"}}) {
    const Finished finished = run_to_end(bench(flags));
    EXPECT_EQ(finished.status, exited(2)) << flags[0];
    EXPECT_EQ(count_of("\n", finished.errors), 1U) << finished.errors;
    EXPECT_THAT(finished.output, IsEmpty());
  }
}

TEST(Bench, MovesOnWhereAPortIsTaken) {
  // Where this fails, somebody else has it, which will do as well.
  const auto taken = Listener::open(resolve("127.0.0.1", 3100).value().front(), {});
  const Finished finished = run_to_end(small_bench());
  EXPECT_EQ(finished.status, exited(0)) << finished.errors;
  const std::vector<std::string> serve = command_of(finished.output, "suite serve-echo");
  ASSERT_FALSE(serve.empty()) << finished.output;
  EXPECT_NE(serve.back(), "3100");
  EXPECT_EQ(serve.back(), command_of(finished.output, "suite load").back());
}

TEST(Bench, WritesAllRoundsInFull) {
  const TemporaryFolder folder;
  const Finished finished = run_to_end(small_bench({"-o", folder.file("result.json"), "--rounds", "2"}));
  EXPECT_EQ(finished.status, exited(0)) << finished.errors;
  std::ostringstream text;
  text << std::ifstream(folder.file("result.json")).rdbuf();
  EXPECT_THAT(text.str(), testing::StartsWith("{\n  \"schema\": 2,\n  \"suite\": \""));
  EXPECT_THAT(text.str(), HasSubstr(R"("workload":"echo-d1","conns":3,"depth":1)"));
  EXPECT_THAT(text.str(), HasSubstr(R"("round":2)"));
  EXPECT_EQ(count_of(R"("packed")", text.str()), 4U) << "latency and connect, twice";
  EXPECT_THAT(text.str(), testing::EndsWith("  ],\n  \"interrupted\": false\n}\n"));
}

TEST(Bench, LeavesWhatWasMeasuredInTheFileWhenItIsKilled) {
  const TemporaryFolder folder;
  const std::string file = folder.file("result.json");
  Child child(small_bench({"--progress", "on", "--rounds", "10000", "-o", file}));
  ASSERT_TRUE(child.wait_for_line("round 2 of 10000, epoll: ")) << child.errors();
  child.signal(SIGKILL);
  child.wait();
  std::ostringstream text;
  text << std::ifstream(file).rdbuf();
  EXPECT_GE(count_of("\"round\":", text.str()), 2U);
  EXPECT_THAT(text.str(), testing::EndsWith("}\n"));
  EXPECT_THAT(text.str(), testing::Not(HasSubstr("\"interrupted\": ")));
}

TEST(Bench, GoesOnWhereTheDiskIsFullAndSaysSo) {
  const TemporaryFolder folder;
  const std::string file = folder.file("result.json");
  // Room for the head and some rounds, in blocks of 512 bytes.
  const std::string bench =
      std::string(SUITE_PROGRAM) +
      " bench -q --backends epoll --workloads echo-d1 --rounds 5 --secs 20ms --conns 3 -o ";
  const Finished finished =
      run_to_end({.arguments = {"/bin/sh", "-c", "ulimit -f 12; exec " + bench + file}});
  EXPECT_EQ(finished.status, exited(1));
  EXPECT_EQ(count_of("Throughput: ", finished.output), 5U);
  EXPECT_THAT(finished.errors,
              HasSubstr("cannot write " + file + ": File too large; it goes on, and tries again"));
  EXPECT_EQ(count_of("it goes on", finished.errors), 1U);
  EXPECT_THAT(finished.errors, HasSubstr("File too large; what it holds can be read, and is incomplete\n"));
  std::ostringstream text;
  text << std::ifstream(file).rdbuf();
  EXPECT_THAT(text.str(), testing::EndsWith("\n"));
  EXPECT_GE(count_of("\"round\":", text.str()), 1U);
  EXPECT_LT(count_of("\"round\":", text.str()), 5U);
}

TEST(Bench, SaysBeforehandThatAFileCannotBeWritten) {
  const Finished finished = run_to_end(small_bench({"-o", "/nowhere/result.json"}));
  EXPECT_EQ(finished.status, exited(2));
  EXPECT_THAT(finished.output, IsEmpty());
  EXPECT_THAT(finished.errors, HasSubstr("-o: '/nowhere/result.json' cannot be written: No such file"));
}

TEST(Bench, TellsHowItGoesRoundByRound) {
  const Finished finished = run_to_end(small_bench({"--progress", "on", "--rounds", "2"}));
  EXPECT_THAT(finished.errors, HasSubstr("echo-d1, 3 connections, round 2 of 2, epoll: "));
  EXPECT_THAT(run_to_end(small_bench({"--progress", "off"})).errors, testing::Not(HasSubstr("round 1 of")));
}

TEST(Bench, PrintsWhatWasMeasuredWhenInterruptedAndLeavesNobodyBehind) {
  for (const int signal : {SIGINT, SIGTERM}) {
    Child child(small_bench({"--progress", "on", "--rounds", "10000"}));
    ASSERT_TRUE(child.wait_for_line("round 2 of 10000, epoll: ")) << child.errors();
    std::ifstream children("/proc/" + std::to_string(child.pid()) + "/task/" + std::to_string(child.pid()) +
                           "/children");
    std::vector<::pid_t> started;
    for (::pid_t pid = 0; children >> pid;) started.push_back(pid);
    child.signal(signal);
    EXPECT_EQ(child.wait(), exited(128 + signal));
    EXPECT_GE(count_of("Throughput: ", child.output()), 2U);
    for (const ::pid_t pid : started) EXPECT_EQ(::kill(pid, 0), -1) << pid;
  }
}

}  // namespace
}  // namespace suite::test
