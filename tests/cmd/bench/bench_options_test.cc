// Every flag of `suite bench` reaches the options.
#include "cmd/bench/bench_options.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <initializer_list>
#include <vector>

#include "cmd/bench/backend_contestants.h"

namespace suite::bench {
namespace {

using std::chrono::milliseconds;

// The exit code, or nothing, and what was understood.
struct Parsed {
  std::optional<int> code;
  BenchOptions options;
};

Parsed parse(std::initializer_list<const char*> arguments) {
  Parsed parsed;
  CommandLine line({.verb = "bench", .usage = "", .summary = "", .examples = "", .notes = ""});
  declare_bench_flags(line, parsed.options);
  std::vector<const char*> argv{"bench"};
  argv.insert(argv.end(), arguments);
  parsed.code = line.parse(static_cast<int>(argv.size()), argv.data());
  return parsed;
}

TEST(BenchOptions, TakesEveryFlag) {
  const auto [code, options] =
      parse({"--backends",  "epoll",      "--workloads", "echo-d16", "--conns", "1,10k",   "--rounds",
             "7",           "--secs",     "250ms",       "--seed",   "42",      "--quick", "-o",
             "result.json", "--progress", "on",          "-q",       "--peers", "none"});
  ASSERT_EQ(code, std::nullopt);
  ASSERT_TRUE(options.backends);
  EXPECT_THAT(options.backends->running, testing::ElementsAre("epoll"));
  ASSERT_TRUE(options.workloads);
  ASSERT_EQ(options.workloads->size(), 1U);
  EXPECT_EQ(options.workloads->front().depth, 16U);
  EXPECT_THAT(options.conns, testing::ElementsAre(1, 10'000));
  EXPECT_EQ(options.rounds, 7U);
  EXPECT_EQ(options.secs, milliseconds(250));
  EXPECT_EQ(options.seed, 42U);
  EXPECT_TRUE(options.quick);
  EXPECT_EQ(options.result_file, "result.json");
  EXPECT_EQ(options.progress, "on");
  EXPECT_TRUE(options.quiet);
  ASSERT_TRUE(options.peers);
  EXPECT_THAT(options.peers->running, testing::IsEmpty());
}

TEST(BenchOptions, MeanThePeersThatAreInstalledUnlessInAHurryOrAskedAboutBackends) {
  EXPECT_EQ(usual_peers(parse({}).options), "installed");
  EXPECT_EQ(usual_peers(parse({"--backends", "all"}).options), "installed");
  EXPECT_EQ(usual_peers(parse({"--backends", "epoll"}).options), "none");
  EXPECT_EQ(usual_peers(parse({"--quick"}).options), "none");
}

TEST(BenchOptions, HandsTheSeedToThePlan) {
  EXPECT_EQ(make_plan(parse({"--seed", "42"}).options, {}).seed, 42U);
}

TEST(BenchOptions, KeepTheOrderOfTheBackends) {
  const auto chosen = choose_backends("prefork,epoll");
  ASSERT_TRUE(chosen) << chosen.error();
  EXPECT_THAT(chosen->running, testing::ElementsAre("prefork", "epoll"));
}

TEST(BenchOptions, TakesAllWorkloadsByTheirNames) {
  EXPECT_FALSE(parse({}).options.workloads);
  EXPECT_EQ(parse({"--workloads", "all"}).options.workloads->size(), workloads().size());
  const auto some = parse({"--workloads", "http-sequential,http-404,echo-d1"}).options.workloads;
  ASSERT_TRUE(some);
  ASSERT_EQ(some->size(), 3U);
  EXPECT_TRUE(some->at(0).one_at_a_time());
  EXPECT_EQ(some->at(1).http->path, "/missing");
  EXPECT_FALSE(some->at(2).http);
}

TEST(BenchOptions, AreRefusedWhereTheyCannotBeRight) {
  for (const char* list : {"epol", "epoll,epoll", "", "epoll,"})
    EXPECT_EQ(parse({"--backends", list}).code, 2);
  for (const char* list : {"echo-d2", "http", "", "all,echo-d1"})
    EXPECT_EQ(parse({"--workloads", list}).code, 2);
  for (const char* list : {"0", "1,", "1,x", "-1", "2000001"}) EXPECT_EQ(parse({"--conns", list}).code, 2);
  for (const char* rounds : {"0", "1.5", "x"}) EXPECT_EQ(parse({"--rounds", rounds}).code, 2);
  for (const char* secs : {"0", "-1s", "2x"}) EXPECT_EQ(parse({"--secs", secs}).code, 2);
  EXPECT_EQ(parse({"--progress", "perhaps"}).code, 2);
  for (const char* list : {"gevnt", "node,node", "", "none,node"})
    EXPECT_EQ(parse({"--peers", list}).code, 2);
}

}  // namespace
}  // namespace suite::bench
