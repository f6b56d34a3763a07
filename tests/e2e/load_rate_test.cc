// The open loop of `suite load`, as its flags ask for it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/e2e/load.h"
#include "tests/support/child.h"
#include "tests/support/misbehaving_server.h"
#include "tests/support/scripted_server.h"
#include "tests/support/socket.h"

namespace suite {
namespace {

using Json = nlohmann::json;
using test::receive;
using test::ScriptedServer;

test::Finished load_at(const Endpoint& server, std::vector<std::string> flags) {
  flags.insert(flags.begin(), server.to_string());
  return test::load(std::move(flags));
}

Json rated_run_of(const ScriptedServer& server, std::vector<std::string> flags) {
  flags.insert(flags.end(), {"-q", "--format", "json"});
  const test::Finished finished = load_at(server.endpoint(), std::move(flags));
  EXPECT_EQ(finished.status, test::exited(0)) << finished.errors;
  return Json::parse(finished.output)["runs"][0];
}

TEST(LoadRate, AsksForAsManyRequestsAsTheRateSays) {
  const ScriptedServer server(test::echo);
  const Json run = rated_run_of(server, {"--rate", "1k", "-c", "8", "-d", "500ms"});
  EXPECT_EQ(run["rate"]["due"], 500);
  EXPECT_EQ(run["rate"]["asked"], 1000);
  EXPECT_EQ(run["latency_ns"]["histogram"]["buckets"].is_array(), true);
  EXPECT_EQ(run["loop"], "open");
}

TEST(LoadRate, OfSeveralThreadsIsTheRateOfAll) {
  const ScriptedServer server(test::echo);
  const Json run = rated_run_of(server, {"-R", "999", "-t", "3", "-c", "6", "-d", "1"});
  EXPECT_EQ(run["rate"]["due"], 999);
}

TEST(LoadRate, MayBeBelowOnePerSecondAndPerMinute) {
  const ScriptedServer server(test::echo);
  for (const char* rate : {"0.5", "30/m", "1.8k/h"}) {
    const test::Finished finished =
        load_at(server.endpoint(), {"-R", rate, "-c", "4", "-t", "4", "-d", "20ms", "--format", "json"});
    EXPECT_EQ(finished.status, test::exited(0)) << finished.errors;
    EXPECT_THAT(finished.errors, testing::HasSubstr(" --rate 0.5 --arrivals constant"));
    EXPECT_THAT(finished.errors, testing::HasSubstr("open: 0.5/s asked"));
    const Json document = Json::parse(finished.output);
    EXPECT_EQ(document["config"]["rate"], 0.5);
    EXPECT_EQ(document["runs"][0]["rate"]["asked"], 0.5);
    EXPECT_EQ(document["runs"][0]["rate"]["due"], 1) << "the first request is due at once, the next in 2 s";
  }
}

TEST(LoadRate, DrawsPoissonArrivalsFromTheSeed) {
  const ScriptedServer server(test::echo);
  const auto due = [&](const char* seed) {
    return rated_run_of(
        server, {"-R", "2000", "--arrivals", "poisson", "--seed", seed, "-d", "200ms"})["rate"]["due"];
  };
  const Json first = due("1");
  EXPECT_NE(first, 400) << "constant arrivals";
  EXPECT_EQ(due("1"), first);
  EXPECT_NE(due("3"), first);
}

TEST(LoadRate, SaysWhatWasAchievedWhereTheRateCannotBeMet) {
  test::MisbehavingServer server({.delay = std::chrono::milliseconds(20)});
  const test::Finished finished = load_at(
      server.endpoint(), {"--size", "64", "-R", "1000", "-c", "1", "-d", "400ms", "--timeout", "200ms"});
  EXPECT_EQ(finished.status, test::exited(0)) << finished.errors;
  EXPECT_THAT(finished.errors, testing::HasSubstr("warning: the rate could not be met"));
  EXPECT_THAT(finished.errors, testing::ContainsRegex("1,000/s asked, [0-9.]+/s achieved"));
}

TEST(LoadRate, OfAFewRequestsIsNoHigherThanAsked) {
  const ScriptedServer server(test::echo);
  for (const char* requests : {"1", "5"}) {
    const Json run = rated_run_of(server, {"-R", "20", "-n", requests, "-c", "8"});
    // Less where this machine was too busy to send in time; by the last reply it would be 25 and thousands.
    EXPECT_LE(run["rate"]["achieved"], 20.001) << requests;
    EXPECT_LE(run["rps"], 20.001) << requests;
    EXPECT_GE(run["seconds"], std::stod(requests) / 20 - 1e-6) << requests;
  }
  const std::vector<std::string> gated{"-R", "20", "-n", "1", "-c", "1", "-q", "--fail-if", "achieved<21"};
  EXPECT_EQ(load_at(server.endpoint(), gated).status, test::exited(3));
}

TEST(LoadRate, NamesTheServerThatStallsAndNotTheLoadThreads) {
  const ScriptedServer server([](int fd, int) {
    while (!receive(fd).empty()) continue;
  });
  const test::Finished finished =
      load_at(server.endpoint(), {"-R", "20", "-c", "2", "-d", "500ms", "--timeout", "400ms"});
  EXPECT_EQ(finished.status, test::exited(1));
  EXPECT_THAT(finished.errors, testing::HasSubstr("warning: the server answered nothing: "));
  EXPECT_THAT(finished.errors, testing::HasSubstr("waited for the server (which left requests unanswered)"));
  EXPECT_THAT(finished.errors, testing::Not(testing::HasSubstr("load threads came")));
}

TEST(LoadRate, TakesNoTimesWithLatencyOff) {
  const ScriptedServer server(test::echo);
  const Json run = rated_run_of(server, {"--latency", "off", "-n", "100", "-c", "2"});
  EXPECT_EQ(run["completed"], 100);
  EXPECT_TRUE(run["latency_ns"].is_null());
  EXPECT_FALSE(rated_run_of(server, {"-n", "100", "-c", "2"})["latency_ns"].is_null());
}

}  // namespace
}  // namespace suite
