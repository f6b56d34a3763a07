// Every flag of `suite bench` reaches the options.
#include "cmd/bench/bench_options.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <optional>
#include <vector>

#include "cmd/bench/backend_contestants.h"
#include "cmd/cli/exit_code.h"
#include "cmd/cli/option_parser.h"
#include "common/base/units.h"

namespace suite::bench {
namespace {

using std::chrono::milliseconds;

// What was understood; nothing: it was refused.
std::optional<BenchOptions> parse(const std::vector<std::string>& arguments) {
  BenchOptions options;
  const auto given = parse_options(bench_table(options), arguments);
  if (given) return options;
  EXPECT_EQ(given.error().code, kExitUsage);
  EXPECT_EQ(std::ranges::count(given.error().text, '\n'), 1) << given.error().text;
  return std::nullopt;
}

TEST(BenchOptions, TakesEveryFlag) {
  const auto parsed = parse({"--backends", "epoll", "--workloads", "echo-d16",   "--conns", "1,10k",
                             "--rounds",   "7",     "--secs",      "250ms",      "--seed",  "42",
                             "--quick",    "-o",    "result.json", "--progress", "on",      "-q",
                             "--peers",    "none",  "--depth",     "4,8",        "--size",  "1k",
                             "--workers",  "1,2",   "--load-at",   "50%,110",    "--rate",  "10k"});
  ASSERT_TRUE(parsed);
  const BenchOptions& options = *parsed;
  ASSERT_TRUE(options.backends);
  EXPECT_THAT(options.backends->running, testing::ElementsAre("epoll"));
  ASSERT_TRUE(options.workloads);
  ASSERT_EQ(options.workloads->size(), 1U);
  EXPECT_EQ(options.workloads->front().depth, 16U);
  EXPECT_THAT(options.conns, testing::ElementsAre(1, 10'000));
  EXPECT_THAT(options.depth, testing::ElementsAre(4, 8));
  EXPECT_THAT(options.size, testing::ElementsAre(1024));
  EXPECT_THAT(options.workers, testing::ElementsAre(1, 2));
  EXPECT_THAT(options.load_at, testing::ElementsAre(0.5, 1.1));
  EXPECT_EQ(options.rate, 10'000);
  EXPECT_EQ(options.rounds, 7U);
  EXPECT_EQ(options.secs, milliseconds(250));
  EXPECT_EQ(options.seed, 42U);
  EXPECT_TRUE(options.quick);
  EXPECT_EQ(options.result_file, "result.json");
  EXPECT_EQ(options.progress, When::kOn);
  EXPECT_TRUE(options.quiet);
  ASSERT_TRUE(options.peers);
  EXPECT_THAT(options.peers->running, testing::IsEmpty());
}

TEST(BenchOptions, MeanThePeersThatAreInstalledUnlessInAHurryOrAskedAboutBackends) {
  EXPECT_EQ(usual_peers(parse({}).value()), "installed");
  EXPECT_EQ(usual_peers(parse({"--backends", "all"}).value()), "installed");
  EXPECT_EQ(usual_peers(parse({"--backends", "epoll"}).value()), "none");
  EXPECT_EQ(usual_peers(parse({"--quick"}).value()), "none");
}

TEST(BenchOptions, RepeatNoRoundsInAHurry) {
  EXPECT_TRUE(make_plan(parse({}).value(), {}).repeats_disturbed);
  EXPECT_FALSE(make_plan(parse({"--quick"}).value(), {}).repeats_disturbed);
}

TEST(BenchOptions, HandsTheSeedToThePlan) {
  EXPECT_EQ(make_plan(parse({"--seed", "42"}).value(), {}).seed, 42U);
}

TEST(BenchOptions, GiveEveryContestantOfASelfTestATwin) {
  const BenchOptions options = parse({"--self-test", "--workloads", "echo-d1"}).value();
  EXPECT_EQ(usual_backends(options), "epoll");
  EXPECT_EQ(usual_peers(options), "none");
  EXPECT_EQ(usual_backends({}), "all");
  const Plan plan = make_plan(options, {"epoll", "poll"});
  std::vector<std::string> names;
  for (const Contestant& one : plan.contestants) names.push_back(one.name + "/" + one.twin_of);
  EXPECT_THAT(names, testing::ElementsAre("epoll/", "poll/", "epoll-again/epoll", "poll-again/poll"));
  EXPECT_NE(plan.contestants[0].first_port, plan.contestants[2].first_port);
  EXPECT_EQ(plan.contestants_of(plan.sections.at(0)).size(), 4U);
  EXPECT_FALSE(parse({"--self-test", "--before", "./a {port}", "--after", "./b {port}"}));
}

TEST(BenchOptions, KeepTheOrderOfTheBackends) {
  const auto chosen = choose_backends("prefork,epoll");
  ASSERT_TRUE(chosen) << chosen.error();
  EXPECT_THAT(chosen->running, testing::ElementsAre("prefork", "epoll"));
}

TEST(BenchOptions, TakesAllWorkloadsByTheirNames) {
  EXPECT_FALSE(parse({})->workloads);
  EXPECT_EQ(parse({"--workloads", "all"})->workloads->size(), workloads().size());
  const auto some = parse({"--workloads", "http-sequential,http-404,echo-d1"})->workloads;
  ASSERT_TRUE(some);
  ASSERT_EQ(some->size(), 3U);
  EXPECT_TRUE(some->at(0).one_at_a_time());
  EXPECT_EQ(some->at(1).http->path, "/missing");
  EXPECT_FALSE(some->at(2).http);
}

TEST(BenchOptions, AreRefusedWhereTheyCannotBeRight) {
  for (const char* list : {"epol", "epoll,epoll", "", "epoll,"}) EXPECT_FALSE(parse({"--backends", list}));
  for (const char* list : {"echo-d2", "http", "", "all,echo-d1"}) EXPECT_FALSE(parse({"--workloads", list}));
  for (const char* list : {"0", "1,", "1,x", "-1", "2000001"}) EXPECT_FALSE(parse({"--conns", list}));
  for (const char* list : {"0", "2,1", "x", "1025"}) EXPECT_FALSE(parse({"--workers", list}));
  for (const char* list : {"0", "-1", "1G", "1,...,8"}) EXPECT_FALSE(parse({"--size", list}));
  for (const char* list : {"0", "1,...,8", "1M,2M"}) EXPECT_FALSE(parse({"--depth", list}));
  for (const char* list : {"0", "0%", "201%", "50,50", "80,50", "x", "", "50,", "-5"}) {
    EXPECT_FALSE(parse({"--load-at", list})) << list;
  }
  for (const char* rounds : {"0", "1.5", "x"}) EXPECT_FALSE(parse({"--rounds", rounds}));
  for (const char* secs : {"0", "-1s", "2x"}) EXPECT_FALSE(parse({"--secs", secs}));
  EXPECT_FALSE(parse({"--progress", "perhaps"}));
  for (const char* list : {"gevnt", "node,node", "", "none,node"}) EXPECT_FALSE(parse({"--peers", list}));
}

std::string complaint(const std::vector<std::string>& arguments) {
  BenchOptions options;
  const auto given = parse_options(bench_table(options), arguments);
  return given ? "" : given.error().text;
}

TEST(BenchOptions, SuggestWhatMayBeMeant) {
  EXPECT_THAT(complaint({"--backends", "epol"}), testing::HasSubstr("did you mean 'epoll'?"));
  EXPECT_THAT(complaint({"--workloads", "echo-16"}), testing::HasSubstr("did you mean 'echo-d16'?"));
  EXPECT_THAT(complaint({"--peers", "tornda"}), testing::HasSubstr("did you mean 'tornado'?"));
  EXPECT_THAT(complaint({"-ofile", "--conns", "0"}), testing::HasSubstr("--conns: '0' is out of range"));
}

TEST(BenchOptions, HaveTheDefaultsOfTheHelp) {
  BenchOptions options;
  const Plan plan = make_plan(options, {});
  BenchOptions chosen{.workloads = std::vector<BenchWorkload>{workloads().front()}};
  EXPECT_EQ(find_option(bench_table(options), "--rounds")->default_text(), fmt::format("{}", plan.rounds));
  EXPECT_EQ(make_plan(chosen, {}).rounds, plan.rounds);
  EXPECT_EQ(find_option(bench_table(options), "--secs")->default_text(),
            fmt::format("{}; {} if nothing is chosen", duration_argument(make_plan(chosen, {}).secs),
                        duration_argument(plan.secs)));
}

}  // namespace
}  // namespace suite::bench
