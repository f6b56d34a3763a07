// `suite compare` as a user runs it, on documents made by hand.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <fstream>
#include <sstream>
#include <string>
#include <utility>
#include <vector>
#include <nlohmann/json.hpp>

#include "tests/support/child.h"
#include "tests/support/temporary_folder.h"

namespace suite::test {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;
using Json = nlohmann::json;

const std::vector<double> kSteady{100, 101, 99, 100, 102, 98, 100, 101};

// One real run, from which the others are made.
const Json& real_document() {
  static const Json document =
      Json::parse(run_to_end({.arguments = {SUITE_PROGRAM, "load", "-q", "--driver", "null", "-n", "200",
                                            "-c", "2", "--format", "json"}})
                      .output);
  return document;
}

// A second long, with a server that takes `cpu_us` for each request.
Json run_at(double rps, double cpu_us, bool client_bound) {
  Json run = real_document()["runs"][0];
  run["completed"] = static_cast<std::uint64_t>(rps * 1000);
  run["seconds"] = 1000;
  run["server_cpu_seconds"] = cpu_us * 1e-6 * rps * 1000;
  run["limit"] = client_bound ? Json("client") : Json();
  return run;
}

class Compare : public testing::Test {
 protected:
  struct Runs {
    std::vector<double> rps = kSteady;
    double cpu_us = 4;
    bool client_bound = false;
  };

  std::string load_file(const std::string& name, const Runs& runs, const Json& config = Json::object()) {
    Json document = real_document();
    document["runs"] = Json::array();
    for (const double rps : runs.rps) document["runs"].push_back(run_at(rps, runs.cpu_us, runs.client_bound));
    document["config"].update(config);
    return write(name, document.dump());
  }

  // Of two servers; the second at `other`.
  std::string bench_file(const std::string& name, const Runs& one, const Runs& other) {
    Json document = Json::parse(R"({"schema": 1, "suite": "0.1.0", "kind": "bench", "interrupted": false,
        "config": {"rounds": 8, "secs": 1, "warmup": 0, "seed": 1, "server_cpus": [0], "load_cpus": [1], "http_limit": 5},
        "environment": {"system": "Linux", "release": "6", "machine": "x", "usable_cpus": 2, "cpu": "a", "memory_bytes": 1,
                        "distribution": "d", "compiler": "c", "libraries": "l", "commit": "c"},
        "skipped": [], "sections": [{"workload": "echo-d1", "conns": 3, "depth": 1, "contestants": []}]})");
    for (const auto& [server, runs] : {std::pair{"epoll", one}, {"poll", other}}) {
      Json contestant = {
          {"name", server}, {"serve", "s"}, {"load", "l"}, {"workers", 1}, {"failure", nullptr}};
      contestant["runs"] = Json::array();
      for (const double rps : runs.rps) {
        contestant["runs"].push_back(run_at(rps, runs.cpu_us, runs.client_bound));
        contestant["runs"].back()["round"] = contestant["runs"].size();
      }
      document["sections"][0]["contestants"].push_back(contestant);
    }
    return write(name, document.dump());
  }

  std::string write(const std::string& name, const std::string& text) {
    std::ofstream(folder_.file(name)) << text;
    return folder_.file(name);
  }

  static Finished compare(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), {SUITE_PROGRAM, "compare"});
    return run_to_end({.arguments = std::move(arguments)});
  }

  static std::vector<double> times(double factor) {
    std::vector<double> rps = kSteady;
    for (double& one : rps) one *= factor;
    return rps;
  }

  const TemporaryFolder folder_;
};

TEST_F(Compare, SaysInASentenceThatAfterIsFaster) {
  const Finished finished = compare({load_file("a", {}), load_file("b", {.rps = times(1.1)})});
  EXPECT_EQ(finished.status, exited(0)) << finished.errors;
  EXPECT_THAT(finished.output, StartsWith("after is 10 % faster than before (95 %: "));
  EXPECT_THAT(finished.output, HasSubstr("all runs  8, 8  1.100x ["));
  EXPECT_THAT(finished.errors, HasSubstr("runs of different times"));
}

TEST_F(Compare, ShowsNoDifferenceOfAFileFromItself) {
  const std::string file = load_file("a", {});
  const Finished finished = compare({file, file, "-q"});
  EXPECT_THAT(finished.output, StartsWith("no difference shown between before and after"));
  EXPECT_THAT(finished.errors, IsEmpty()) << "quiet";
}

TEST_F(Compare, ComparesEachServerWithItsLikeAndCountsWhatChanceWouldClaim) {
  const Finished finished = compare(
      {bench_file("a", {}, {}), bench_file("b", {}, {.rps = times(0.8), .cpu_us = 5}), "--format", "json"});
  ASSERT_EQ(finished.status, exited(0)) << finished.errors;
  const Json json = Json::parse(finished.output);
  ASSERT_EQ(json["cells"].size(), 2U);
  EXPECT_EQ(json["cells"][0]["name"], "echo-d1, 3 connections: epoll");
  EXPECT_EQ(json["cells"][0]["verdict"], "no difference shown");
  EXPECT_EQ(json["cells"][1]["verdict"], "slower");
  EXPECT_NEAR(json["cells"][1]["rps"]["ratio"].get<double>(), 0.8, 0.01);
  EXPECT_NEAR(json["cells"][1]["server_cpu"]["ratio"].get<double>(), 1.25, 1e-6);
  EXPECT_EQ(json["intervals"], 6);
  EXPECT_NEAR(json["expected_by_chance"].get<double>(), 0.3, 1e-9);
}

TEST_F(Compare, ExitsWith3WhereARegressionIsShownAndOnlyWhereAsked) {
  const std::string before = bench_file("a", {}, {}), after = bench_file("b", {}, {.rps = times(0.8)});
  EXPECT_EQ(compare({before, after}).status, exited(0));
  const Finished breached = compare({before, after, "--fail-on-regression", "5%"});
  EXPECT_EQ(breached.status, exited(3));
  EXPECT_THAT(breached.errors,
              HasSubstr("echo-d1, 3 connections: poll: a regression: throughput fell by 20 %"));
  EXPECT_EQ(compare({before, after, "--fail-on-regression", "25"}).status, exited(0));
  EXPECT_EQ(compare({after, before, "--fail-on-regression", "5"}).status, exited(0)) << "it became faster";
}

TEST_F(Compare, JudgesByTheMetricThatIsNamed) {
  const std::string before = load_file("a", {}), after = load_file("b", {.cpu_us = 8});
  EXPECT_EQ(compare({before, after, "--fail-on-regression", "5"}).status, exited(0));
  const Finished by_cpu = compare({before, after, "--fail-on-regression", "5", "--metric", "server_cpu"});
  EXPECT_EQ(by_cpu.status, exited(3));
  EXPECT_THAT(by_cpu.output, HasSubstr("slower (by server_cpu)"));
}

TEST_F(Compare, JudgesByServerCpuWhereTheClientWasTheLimit) {
  const Finished finished =
      compare({load_file("a", {.client_bound = true}), load_file("b", {.cpu_us = 3, .client_bound = true})});
  EXPECT_THAT(finished.output, HasSubstr("less server CPU per request"));
  EXPECT_THAT(finished.output, HasSubstr("the client was the limit in 8 of 8 rounds"));
  EXPECT_THAT(finished.output, HasSubstr("faster (by server_cpu)"));
}

TEST_F(Compare, RefusesAGateWhereOnlyTheClientIsSeen) {
  const auto without_cpu = [this](const std::string& name) {
    Json document = Json::parse(std::ifstream(load_file(name, {.client_bound = true})));
    for (Json& run : document["runs"]) run["server_cpu_seconds"] = nullptr;
    return write(name, document.dump());
  };
  const std::string before = without_cpu("a"), after = without_cpu("b");
  const Finished told = compare({before, after});
  EXPECT_EQ(told.status, exited(0));
  EXPECT_THAT(told.output, HasSubstr("not comparable"));
  const Finished refused = compare({before, after, "--fail-on-regression", "5"});
  EXPECT_EQ(refused.status, exited(2));
  EXPECT_THAT(
      refused.errors,
      HasSubstr("--fail-on-regression: the client was the limit in 8 of 8 rounds, and the servers' CPU "
                "time is not known: measure with more --threads, or with --server-pid"));
}

// What is different in every pair cannot be seen where the machine's speed differs more.
// Whoever is asked for a given number of requests answers as many.
TEST_F(Compare, JudgesByP99WhereARateWasAskedFor) {
  const auto loaded = [this](const std::string& name) {
    const std::string closed = bench_file(name, {}, {.client_bound = true});
    Json document = Json::parse(std::ifstream(closed));
    document["sections"][0]["load_at"] = {{"share", 0.8}, {"rate", nullptr}};
    return write(name, document.dump());
  };
  const Finished finished = compare({loaded("a"), loaded("b"), "--format", "json"});
  ASSERT_EQ(finished.status, exited(0)) << finished.errors;
  const Json result = Json::parse(finished.output);
  ASSERT_FALSE(result["cells"].empty());
  for (const Json& cell : result["cells"]) {
    EXPECT_EQ(cell["judged_by"], "p99");
    EXPECT_THAT(cell["name"].get<std::string>(),
                StartsWith("echo-d1, 3 connections, 80 % of its own maximum: "));
  }
}

TEST_F(Compare, PairsRunsOnlyWhereItIsToldTo) {
  const std::vector<double> machine{100, 50, 200, 80, 120, 30, 150, 70};
  std::vector<double> slower = machine;
  for (double& one : slower) one *= 0.9;
  const std::string before = load_file("a", {.rps = machine}), after = load_file("b", {.rps = slower});
  EXPECT_THAT(compare({before, after}).output, StartsWith("no difference shown"));
  const Finished paired = compare({before, after, "--paired"});
  EXPECT_THAT(paired.output, StartsWith("after is 10 % slower than before"));
  EXPECT_THAT(paired.errors, Not(HasSubstr("different times")));
  const Finished unequal = compare({before, load_file("c", {.rps = {1, 2, 3, 4, 5, 6, 7}}), "--paired"});
  EXPECT_EQ(unequal.status, exited(2));
  EXPECT_THAT(unequal.errors, HasSubstr("--paired: BEFORE has 8 runs and AFTER 7: they are no pairs"));
}

TEST_F(Compare, TakesSeveralFilesForASide) {
  const Runs half{.rps = {100, 101, 99, 100}}, slow{.rps = {80, 81, 79, 80}};
  const Finished finished = compare({load_file("a1", half) + "," + load_file("a2", half),
                                     load_file("b1", slow) + "," + load_file("b2", slow)});
  EXPECT_THAT(finished.output, HasSubstr("all runs  8, 8  0.800x"));
}

TEST_F(Compare, ClaimsNothingFromFewerThanSixRuns) {
  const std::string before = load_file("a", {.rps = {100, 101, 99, 100, 100}}),
                    after = load_file("b", {.rps = times(0.5)});
  const Finished finished = compare({before, after});
  EXPECT_EQ(finished.status, exited(0));
  EXPECT_THAT(finished.output, StartsWith("no verdict from 5 rounds: a difference takes 6"));
  EXPECT_THAT(finished.output, HasSubstr("too few runs"));
  const Finished gated = compare({before, after, "--fail-on-regression", "5"});
  EXPECT_EQ(gated.status, exited(2)) << "a gate that cannot be evaluated does not pass";
  EXPECT_THAT(gated.errors, HasSubstr("takes at least 6 runs of either side, and there are 5 and 8"));
}

TEST_F(Compare, RefusesOtherSettingsAndMachinesUnlessToldTo) {
  const std::string before = load_file("a", {}), after = load_file("b", {}, {{"depth", 16}, {"conns", 7}});
  const Finished refused = compare({before, after});
  EXPECT_EQ(refused.status, exited(2));
  EXPECT_THAT(refused.output, IsEmpty());
  EXPECT_EQ(refused.errors,
            "suite compare: machines or settings differ: conns 2 against 7; depth 1 against 16; "
            "--anyway compares them all the same\n");
  EXPECT_EQ(compare({before, after, "--anyway"}).status, exited(0));
  Json elsewhere = real_document();
  elsewhere["environment"]["cpu"] = "another";
  EXPECT_THAT(compare({before, write("c", elsewhere.dump())}).errors, HasSubstr("settings differ: cpu \""));
  EXPECT_THAT(compare({before + "," + after, before}).errors,
              HasSubstr("are no results of the same load: conns 2 against 7"));
}

// Schema 1 gains fields: yesterday's result may come from a version that did not have them.
TEST_F(Compare, TakesASettingThatOneResultDoesNotKnowForOff) {
  const std::string without = load_file("a", {});
  EXPECT_EQ(compare({without, load_file("b", {}, {{"new_text", nullptr}, {"new_toggle", false}})}).status,
            exited(0));
  EXPECT_THAT(compare({without, load_file("c", {}, {{"new_toggle", true}})}).errors,
              HasSubstr("new_toggle nothing against true"));
}

TEST_F(Compare, MindsNeitherWhereAServerListensNorHowOftenItWasMeasured) {
  const std::string before = load_file("a", {});
  const Json other{
      {"target", "127.0.0.1:9"}, {"address", "127.0.0.1:9"}, {"runs", 8}, {"seed", 4}, {"server_pid", 5}};
  EXPECT_EQ(compare({before, load_file("b", {}, other)}).status, exited(0));
}

TEST_F(Compare, NamesInOneLineWhatItCannotRead) {
  const std::string good = load_file("a", {}), bench = bench_file("b", {}, {});
  const auto errors = [&](const std::string& file) {
    const Finished finished = compare({good, file});
    EXPECT_EQ(finished.status, exited(2)) << file;
    EXPECT_EQ(std::ranges::count(finished.errors, '\n'), 1) << finished.errors;
    return finished.errors;
  };
  EXPECT_THAT(errors("/nowhere"), HasSubstr("cannot read '/nowhere': No such file"));
  EXPECT_THAT(errors(write("empty", "")), HasSubstr("': it is empty"));
  EXPECT_THAT(errors(write("text", "Throughput: 5")), HasSubstr("': it holds no JSON object"));
  EXPECT_THAT(errors(write("cut", real_document().dump().substr(0, 500))),
              HasSubstr("or one that was cut off"));
  EXPECT_THAT(errors(write("other", R"({"a": 1})")), HasSubstr("': it is no result of suite"));
  Json newer = real_document();
  newer["schema"] = 9;
  EXPECT_THAT(errors(write("newer", newer.dump())), HasSubstr("': it is of schema 9, and this version"));
  EXPECT_THAT(errors(write("newer-bench", R"({"schema": 9, "suite": "2", "kind": "bench"})")),
              HasSubstr("it is of schema 9"));
  EXPECT_THAT(errors(bench), HasSubstr("BEFORE is of suite load, and AFTER of suite bench"));
  EXPECT_THAT(compare({good}).errors, HasSubstr("give two results: BEFORE and AFTER"));
  EXPECT_THAT(compare({good, good, "--metric", "speed"}).errors,
              HasSubstr("--metric: 'speed' is not one of: rps, server_cpu, p99"));
  EXPECT_THAT(compare({good, good, "--fail-on-regression", "much"}).errors,
              HasSubstr("'much' is not a percentage"));
}

TEST_F(Compare, ReadsAnIncompleteResultAndSaysSo) {
  const Finished bench =
      run_to_end({.arguments = {SUITE_PROGRAM, "bench", "-q", "--backends", "epoll", "--workloads", "echo-d1",
                                "--rounds", "2", "--secs", "20ms", "-c", "3", "-o", folder_.file("whole")}});
  ASSERT_EQ(bench.status, exited(0)) << bench.errors;
  std::ostringstream text;
  text << std::ifstream(folder_.file("whole")).rdbuf();
  const std::string cut = write("cut", text.str().substr(0, text.str().rfind("\"round\":2")));
  const Finished finished = compare({cut, folder_.file("whole")});
  EXPECT_EQ(finished.status, exited(0)) << finished.errors;
  EXPECT_THAT(finished.errors, HasSubstr("'" + cut + "' is incomplete"));
  EXPECT_THAT(finished.output, HasSubstr("epoll  1, 2 "));
}

TEST_F(Compare, WritesMarkdownThatNoNameBreaks) {
  const Finished finished = compare({load_file("a", {}), load_file("b", {}), "--format", "markdown"});
  EXPECT_THAT(finished.output,
              HasSubstr("| cell | runs | throughput | server CPU/req | p99 | verdict |\n| --- |"));
  EXPECT_THAT(finished.output, HasSubstr("| all runs | 8, 8 | 1.000x ["));
}

TEST_F(Compare, NamesCellsThatOneSideLacks) {
  const std::string before = bench_file("a", {}, {.rps = {}}), after = bench_file("b", {}, {});
  const Finished finished = compare({before, after});
  EXPECT_THAT(finished.errors, HasSubstr("Only in AFTER, and left out: echo-d1, 3 connections: poll\n"));
  const Finished none = compare({bench_file("c", {}, {.rps = {}}), bench_file("d", {.rps = {}}, {})});
  EXPECT_EQ(none.status, exited(2));
  EXPECT_THAT(none.errors, HasSubstr("have no cell with runs in common"));
}

}  // namespace
}  // namespace suite::test
