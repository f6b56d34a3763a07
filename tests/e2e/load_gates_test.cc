// `suite load --fail-if` and `--find-max`: what they print, and how they end.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <unistd.h>

#include <atomic>
#include <chrono>
#include <fstream>
#include <iterator>
#include <thread>
#include <nlohmann/json.hpp>

#include "tests/support/child.h"
#include "tests/support/scripted_server.h"
#include "tests/support/temporary_folder.h"

namespace suite {
namespace {

using Json = nlohmann::json;
using test::receive;
using test::ScriptedServer;
using test::send_all;
using test::swallow;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

std::vector<std::string> arguments(const ScriptedServer& server, std::vector<std::string> flags) {
  flags.insert(flags.begin(), {SUITE_PROGRAM, "load", server.endpoint().to_string(), "-c", "2"});
  return flags;
}

test::Finished load_on_two(const ScriptedServer& server, std::vector<std::string> flags) {
  return test::run_to_end({.arguments = arguments(server, std::move(flags))});
}

// Closes the connection after so many replies.
ScriptedServer::Behaviour echo_times(int times) {
  return [times](int fd, int) {
    for (int i = 0; i < times; ++i) {
      const std::string bytes = receive(fd);
      if (bytes.empty()) return;
      send_all(fd, bytes);
    }
    receive(fd);  // the request that gets no reply
  };
}

TEST(FailIf, ExitsWithThreeAndOneLineForEachBreach) {
  const ScriptedServer server(test::echo);
  const test::Finished finished = load_on_two(
      server, {"-q", "-n", "200", "--fail-if", "p99>1ns", "--fail-if", "errors>0", "--fail-if", "rps<1G"});
  EXPECT_EQ(finished.status, test::exited(3));
  EXPECT_THAT(
      finished.errors,
      testing::MatchesRegex("suite load: --fail-if 'p99>1ns' is breached: p99 is [0-9.]+[mu]?s, above 1ns\n"
                            "suite load: --fail-if 'rps<1G' is breached: rps is [0-9,]+, below 1G\n"))
      << "also under -q: it is an error";
  EXPECT_THAT(finished.output, HasSubstr("Throughput: ")) << "the result is printed all the same";
}

TEST(Require, ExitsWithThreeWhereItDoesNotHold) {
  const ScriptedServer server(test::echo);
  const test::Finished finished =
      load_on_two(server, {"-n", "200", "--require", "p99 < 10s", "--require", "p99<1ns"});
  EXPECT_EQ(finished.status, test::exited(3));
  EXPECT_THAT(finished.errors, HasSubstr("  gate          p99<10s required: passed, p99 is "));
  EXPECT_THAT(finished.errors, testing::ContainsRegex("suite load: --require 'p99<1ns' does not hold: p99 is "
                                                      "[0-9.]+[mu]?s, above 1ns\n"));
  EXPECT_EQ(load_on_two(server, {"-q", "-n", "200", "--require", "errors=0"}).status, test::exited(2));
}

TEST(FailIf, ExitsWithZeroWhereNoneIsBreached) {
  const ScriptedServer server(test::echo);
  const test::Finished finished =
      load_on_two(server, {"-n", "200", "--fail-if", "p99>10s", "--fail-if", "errors>0%"});
  EXPECT_EQ(finished.status, test::exited(0));
  EXPECT_THAT(finished.errors, HasSubstr("--fail-if 'p99>10s' --fail-if 'errors>0%'"));
  EXPECT_THAT(finished.errors, HasSubstr("  gate          errors>0%: passed, errors is 0%\n"));
}

TEST(FailIf, CountsErrorsByKind) {
  const ScriptedServer server(echo_times(50));
  const test::Finished finished =
      load_on_two(server, {"-q", "-n", "500", "--fail-if", "closed_early>0", "--fail-if", "timeout>0"});
  EXPECT_EQ(finished.status, test::exited(3));
  EXPECT_THAT(finished.errors, HasSubstr("'closed_early>0' is breached: closed_early is "));
  EXPECT_THAT(finished.errors, Not(HasSubstr("timeout")));
}

TEST(FailIf, NamesTheRunThatBreachedIt) {
  std::atomic<int> served = 0;  // connections: one that looks for a listener, and one for each run
  const ScriptedServer server([&](int fd, int number) {
    if (served++ < 2) return test::echo(fd, number);
    echo_times(50)(fd, number);
  });
  const test::Finished finished =
      load_on_two(server, {"-q", "-c", "1", "-n", "100", "--runs", "2", "--fail-if", "errors>0"});
  EXPECT_EQ(finished.status, test::exited(3));
  EXPECT_THAT(finished.errors,
              testing::StartsWith("suite load: --fail-if 'errors>0' is breached in run 2 of 2: "));
}

TEST(FailIf, DoesNotPassAPercentileThatCannotBeTold) {
  const ScriptedServer server(test::echo);
  const test::Finished finished = load_on_two(server, {"-q", "-n", "312", "--fail-if", "p99.9>1h"});
  EXPECT_EQ(finished.status, test::exited(3));
  EXPECT_THAT(finished.errors, HasSubstr("too few samples to tell p99.9: 312 of 1,000"));
}

TEST(FailIf, JudgesWhatOtherFlagsHaveMeasured) {
  const ScriptedServer server(test::echo);
  const test::Finished finished = load_on_two(
      server,
      {"-q", "-n", "5000", "--server-pid", std::to_string(::getpid()), "--fail-if", "server_cpu>=0s"});
  EXPECT_EQ(finished.status, test::exited(3));
  EXPECT_THAT(finished.errors, HasSubstr("server_cpu is "));
}

TEST(FailIf, LeavesNoFileBehindWhereItDoesNotParse) {
  const ScriptedServer server(test::echo);
  const test::TemporaryFolder folder;
  load_on_two(server, {"--json", folder.file("result.json"), "--fail-if", "p99=5ms"});
  EXPECT_NE(::access(folder.file("result.json").c_str(), F_OK), 0);
}

TEST(FailIf, IsInTheJsonDocument) {
  const ScriptedServer server(test::echo);
  const test::Finished finished = load_on_two(server, {"-q", "-n", "200", "--runs", "2", "--format", "json",
                                                       "--fail-if", "p99 > 1ns", "--fail-if", "errors>0"});
  EXPECT_EQ(finished.status, test::exited(3));
  const Json document = Json::parse(finished.output);
  EXPECT_EQ(document["config"]["fail_if"], Json({"p99>1ns", "errors>0"}));
  EXPECT_TRUE(document["find_max"].is_null());
  ASSERT_EQ(document["gates"].size(), 4U);
  EXPECT_EQ(document["gates"][2]["run"], 2);
  EXPECT_EQ(document["gates"][2]["expr"], "p99>1ns");
  EXPECT_EQ(document["gates"][2]["breached"], true);
  EXPECT_EQ(document["gates"][2]["value"], document["runs"][1]["latency_ns"]["p99"]);
  EXPECT_EQ(document["gates"][3]["breached"], false);
}

TEST(FailIf, IsNoReasonNotToWriteTheResult) {
  const ScriptedServer server(test::echo);
  const test::TemporaryFolder folder;
  EXPECT_EQ(
      load_on_two(server, {"-q", "-n", "200", "--fail-if", "rps<1G", "--json", folder.file("r.json")}).status,
      test::exited(3));
  std::ifstream file(folder.file("r.json"));
  EXPECT_EQ(Json::parse(file)["gates"][0]["breached"], true);
}

TEST(FailIf, GivesWayWhereNothingSucceeded) {
  const ScriptedServer server(swallow);
  const test::Finished finished = load_on_two(server, {"-q", "-d", "50ms", "--fail-if", "rps<1"});
  EXPECT_EQ(finished.status, test::exited(1));
  EXPECT_THAT(finished.errors, HasSubstr("'rps<1' is breached: rps is 0")) << "and is told all the same";
}

TEST(FailIf, GivesWayToAnInterrupt) {
  std::atomic<bool> loaded = false;
  const ScriptedServer server([&](int fd, int number) {
    if (number > 0) loaded = true;
    test::echo(fd, number);
  });
  test::Child child({.arguments = arguments(server, {"-q", "-d", "1h", "--fail-if", "rps<1G"})});
  ASSERT_TRUE(test::eventually([&] { return loaded.load(); }));
  child.signal(SIGINT);
  EXPECT_EQ(child.wait(), test::exited(130));
  EXPECT_THAT(child.errors(), IsEmpty()) << "a part of a run is not judged";
  EXPECT_THAT(child.output(), HasSubstr("Throughput: "));
}

// What the file of --junit holds after a load.
std::string junit_after(const ScriptedServer& server, std::vector<std::string> flags, int exit_code) {
  const test::TemporaryFolder folder;
  flags.insert(flags.end(), {"-q", "--junit", folder.file("junit.xml")});
  EXPECT_EQ(load_on_two(server, std::move(flags)).status, test::exited(exit_code));
  std::ifstream file(folder.file("junit.xml"));
  return {std::istreambuf_iterator<char>(file), {}};
}

TEST(JUnit, HasEveryGateAndIsWrittenHoweverTheRunEnds) {
  ScriptedServer server(test::echo);
  const std::vector<std::string> gates{"-n", "200", "--fail-if", "p99>1ns", "--require", "errors<1"};
  const std::string judged = junit_after(server, gates, 3);
  EXPECT_THAT(judged, HasSubstr("tests=\"2\" failures=\"1\" errors=\"0\" skipped=\"0\""));
  EXPECT_THAT(judged, HasSubstr("message=\"--fail-if 'p99&gt;1ns' is breached: p99 is "));
  const ScriptedServer wrong([](int fd, int) { send_all(fd, "what nobody asked for"); });
  const std::string none = junit_after(wrong, {"-n", "4", "--fail-if", "errors>99"}, 1);
  EXPECT_THAT(none, HasSubstr("failures=\"0\" errors=\"1\""));
  EXPECT_THAT(none, HasSubstr("message=\"no request succeeded: 4 failed"));
  server.refuse();
  const std::string not_started = junit_after(server, gates, 1);
  EXPECT_THAT(not_started, HasSubstr("tests=\"3\" failures=\"0\" errors=\"1\" skipped=\"2\""));
  EXPECT_THAT(not_started, HasSubstr("Connection refused"));
}

TEST(FindMax, SaysWhenNothingIsCompletedAtAnyRate) {
  const ScriptedServer server(swallow);
  const test::Finished finished =
      load_on_two(server, {"-d", "50ms", "--warmup", "0", "--find-max", "p99<5ms"});
  EXPECT_EQ(finished.status, test::exited(1));
  EXPECT_EQ(finished.output, "Max rate: 0 [reqests/sec], bracket: 0..inf, p99<5ms, no rate passed\n");
  EXPECT_THAT(finished.errors, HasSubstr("The highest rate with p99<5ms: some 13 steps of 50.0ms, 650ms;"));
  EXPECT_THAT(finished.errors, HasSubstr("closed loop           -           0  -         fail: nothing"));
}

TEST(FindMax, PrintsTheBracketWhenItIsInterrupted) {
  std::atomic<bool> loaded = false;
  const ScriptedServer server([&](int fd, int number) {
    if (number > 0) loaded = true;
    test::echo(fd, number);
  });
  test::Child child({.arguments = arguments(server, {"-q", "-d", "1h", "--find-max", "p99<5ms"})});
  ASSERT_TRUE(test::eventually([&] { return loaded.load(); }));
  child.signal(SIGTERM);
  EXPECT_EQ(child.wait(), test::exited(143));
  EXPECT_EQ(child.output(), "Max rate: 0 [reqests/sec], bracket: 0..inf, p99<5ms, interrupted\n");
}

// A server that takes two milliseconds for each request cannot answer more than 500 a second on one
// connection.
void take_two_milliseconds(int fd, int) {
  for (std::string bytes = receive(fd); !bytes.empty(); bytes = receive(fd)) {
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
    send_all(fd, bytes);
  }
}

TEST(FindMax, FindsWhatAServerOfKnownCapacityCanDo) {
  const ScriptedServer server(take_two_milliseconds);
  const test::Finished finished = test::run_to_end(
      {.arguments = arguments(
           server, {"-c", "1", "-d", "150ms", "--warmup", "10ms", "--find-max", "p50<10ms", "--find-max",
                    "achieved>80%", "--fail-if", "rps<1", "--fail-if", "achieved<100", "--format", "json"})},
      4 * test::kPatience);  // some 13 runs, each with what it leaves to be drained
  EXPECT_EQ(finished.status, test::exited(0)) << finished.errors;
  const Json document = Json::parse(finished.output);
  const Json& found = document["find_max"];
  // Beyond the capacity the median is above 10 ms from 13 % too many requests on: by half of the time 10 ms
  // of work have piled up. It does not see that the machine does something else for a while.
  EXPECT_LT(found["rate"].get<double>(), 580);
  EXPECT_GT(found["rate"].get<double>(), 150) << "even on a machine that is busy\n" << finished.errors;
  EXPECT_GT(found["high"], found["low"]);
  EXPECT_EQ(found["steps"][0]["part"], "closed loop");
  EXPECT_NEAR(found["steps"][1]["rate"].get<double>(), found["steps"][0]["achieved"].get<double>() / 2, 1);
  ASSERT_EQ(document["runs"].size(), 1U);
  ASSERT_EQ(document["gates"].size(), 2U);
  Json best;
  for (const Json& step : found["steps"]) {
    if (step["rate"] == found["rate"] && step["passed"] == true) best = step;
  }
  EXPECT_EQ(document["gates"][1]["value"], best["achieved"]) << "gates and the document get the best step";
  EXPECT_THAT(finished.errors, HasSubstr("\n  confirm "));
  EXPECT_THAT(finished.errors, HasSubstr("  fail: "));
}

TEST(FindMax, StartsAtTheRateGiven) {
  const ScriptedServer server(take_two_milliseconds);
  const test::Finished finished =
      load_on_two(server, {"-q", "-c", "1", "-d", "100ms", "--warmup", "0", "--find-max", "max<20ms",
                           "--rate", "200", "--format", "json"});
  const Json steps = Json::parse(finished.output)["find_max"]["steps"];
  EXPECT_EQ(steps[0]["rate"], 200);
  EXPECT_EQ(steps[0]["part"], "bracket");
}

TEST(FindMax, StandsInTheJsonDocument) {
  const ScriptedServer server(swallow);
  const test::Finished finished = load_on_two(
      server, {"-q", "-d", "50ms", "--find-max", "p99<5ms", "--find-max", "errors<1%", "--format", "json"});
  EXPECT_EQ(finished.status, test::exited(1));
  const Json document = Json::parse(finished.output);
  EXPECT_EQ(document["config"]["find_max"], Json({"p99<5ms", "errors<1%"}));
  EXPECT_EQ(document["config"]["warmup"], 0.2) << "a search's default";
  EXPECT_EQ(document["find_max"]["end"], "none_passed");
  EXPECT_EQ(document["find_max"]["steps"].size(), 1U);
  EXPECT_EQ(document["runs"], Json::array());
}

}  // namespace
}  // namespace suite
