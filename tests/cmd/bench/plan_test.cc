#include "cmd/bench/plan.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <initializer_list>
#include <iterator>

#include "cmd/bench/backend_contestants.h"
#include "cmd/bench/bench_options.h"
#include "cmd/bench/commands.h"
#include "common/process/affinity.h"
#include "servers/peers/peers.h"

namespace suite::bench {
namespace {

using std::chrono::seconds;
using testing::Contains;
using testing::ElementsAre;
using testing::Not;

const Contestant kEpoll = echo_contestants(std::vector<std::string>{"epoll"}).front();

TEST(Plan, ShowsCommandsThatCanBePasted) {
  const Section section{.workload = workloads()[1], .conns = 100};
  EXPECT_EQ(load_command(Plan{}, section, kEpoll, 3100),
            "suite load --conns 100 --secs 2 --depth 16 --port 3100");
  EXPECT_EQ(serve_command(Plan{}, kEpoll, 3100), "suite serve-echo --backend epoll --port 3100");
}

TEST(Plan, WritesTimesAsTheCommandLineTakesThem) {
  const Section section{.workload = workloads()[0], .conns = 1};
  const auto secs_of = [&](std::chrono::nanoseconds secs) {
    return load_arguments(Plan{.secs = secs}, section, kEpoll, 1)[4];
  };
  EXPECT_EQ(secs_of(seconds(10)), "10");
  EXPECT_EQ(secs_of(std::chrono::milliseconds(100)), "100ms");
  EXPECT_EQ(secs_of(std::chrono::microseconds(15)), "15us");
}

TEST(Plan, CountsInTitles) {
  EXPECT_EQ((Section{.workload = workloads()[0], .conns = 100}).title(),
            "Echo, 100 connections, 1 request in flight on each");
  EXPECT_EQ((Section{.workload = workloads()[1], .conns = 1}).title(),
            "Echo, 1 connection, 16 requests in flight on each");
}

const BenchWorkload& workload_named(std::string_view name) { return *find_workload(name); }

TEST(Plan, ShowsHttpCommandsThatCanBePasted) {
  const Plan plan{.folder = "/tmp/x"};
  const Contestant libuv = http_contestants(std::vector<std::string>{"libuv"}).front();
  const auto load = [&](std::string_view name) {
    return load_command(plan, {.workload = workload_named(name), .conns = 100}, libuv, 3100);
  };
  EXPECT_EQ(load("http-keepalive"), "suite load http://127.0.0.1:3100/ -n 50000 -c 100 --format ab -d 10");
  EXPECT_EQ(load("http-close"),
            "suite load http://127.0.0.1:3100/ -n 50000 -c 100 --no-keepalive --format ab -d 10");
  EXPECT_EQ(load("http-404"),
            "suite load http://127.0.0.1:3100/missing -n 50000 -c 100 --no-keepalive --ok-status 404 "
            "--format ab -d 10");
  EXPECT_EQ(load("http-large"),
            "suite load http://127.0.0.1:3100/large.html -n 10000 -c 100 --no-keepalive --format ab -d 10");
  EXPECT_EQ(
      load_command(plan, {.workload = workload_named("http-sequential"), .conns = 1}, libuv, 3100),
      "suite load http://127.0.0.1:3100/ -n 10000 -c 1 --no-keepalive --urls /tmp/x/urls --format ab -d 10");
  EXPECT_EQ(serve_command(plan, libuv, 3100), "suite serve-http -b libuv -w 1 -r /tmp/x/pages -p 3100");
}

TEST(Plan, EstimatesARoundOfHttpByItsRequestsAndByItsLimit) {
  Plan plan{.sections = {{.workload = workload_named("http-close"), .conns = 100}},
            .contestants = http_contestants(std::vector<std::string>{"libuv"}),
            .rounds = 1,
            .http_limit = seconds(10),
            .warmup = seconds(0)};
  const auto overhead = longest_duration(plan) - seconds(10);
  EXPECT_GT(overhead, seconds(0));
  const auto& http = *plan.sections[0].workload.http;
  const std::chrono::duration<double> estimated = estimated_duration(plan) - overhead;
  EXPECT_NEAR(estimated.count() * static_cast<double>(http.usual_rps), static_cast<double>(http.count), 1);
  plan.http_limit = seconds(1);
  EXPECT_EQ(estimated_duration(plan) - overhead, seconds(1));
}

TEST(Plan, CountsTheRoundsOfThoseWhoTakePart) {
  Plan plan{.sections = {{.workload = workloads()[0], .conns = 1},
                         {.workload = workload_named("http-404"), .conns = 1}},
            .contestants = {kEpoll},
            .rounds = 3};
  std::ranges::move(http_contestants(std::vector<std::string>{"epoll"}),
                    std::back_inserter(plan.contestants));
  EXPECT_THAT(plan.contestants_of(plan.sections[0]), ElementsAre(0));
  EXPECT_THAT(plan.contestants_of(plan.sections[1]), ElementsAre(1, 2, 3));
  EXPECT_EQ(plan.rounds_in_all(), 12U);
}

std::vector<std::string> names_of(const Plan& plan, const Section& section) {
  std::vector<std::string> names;
  for (const std::size_t place : plan.contestants_of(section)) names.push_back(plan.contestants[place].name);
  return names;
}

BenchOptions options_with(std::initializer_list<std::string_view> names) {
  BenchOptions options;
  options.workloads.emplace();
  for (const std::string_view name : names) options.workloads->push_back(workload_named(name));
  return options;
}

TEST(MakePlan, MakesASectionOfEachWorkloadAndConnectionCount) {
  BenchOptions options = options_with({"echo-d1", "echo-d16"});
  options.conns = {1, 10};
  const Plan plan = make_plan(options, {"epoll"});
  ASSERT_EQ(plan.sections.size(), 4U);
  EXPECT_EQ(plan.sections[0].workload.name, "echo-d1");
  EXPECT_EQ(plan.sections[1].conns, 10U);
  EXPECT_EQ(plan.sections[2].workload.name, "echo-d16");
  EXPECT_EQ(plan.rounds, 10U);
  EXPECT_EQ(plan.secs, seconds(2));
  EXPECT_EQ(plan.http_limit, seconds(10));
}

TEST(MakePlan, MakesOneSectionOfTheSequentialWorkloadWhateverTheConnections) {
  BenchOptions options = options_with({"http-sequential"});
  options.conns = {10, 100};
  const Plan plan = make_plan(options, {"epoll"});
  ASSERT_EQ(plan.sections.size(), 1U);
  EXPECT_EQ(plan.sections[0].conns, 1U);
}

TEST(MakePlan, MeasuresHttpOnEpollAndPreforkWithOneTwoAndFourWorkersUnlessAskedForMore) {
  const std::vector<std::string> backends{"epoll", "libuv", "prefork"};
  const Plan usual = make_plan({}, backends);
  ASSERT_EQ(usual.sections.size(), 7U + 5U) << "and the sweep";
  EXPECT_THAT(names_of(usual, usual.sections[0]), ElementsAre("epoll", "libuv", "prefork"));
  EXPECT_THAT(names_of(usual, usual.sections[2]),
              ElementsAre("epoll", "epoll-w2", "epoll-w4", "prefork", "prefork-w2", "prefork-w4"));
  const Plan all = make_plan(options_with({"http-close"}), backends);
  EXPECT_THAT(names_of(all, all.sections[0]),
              ElementsAre("epoll", "epoll-w2", "epoll-w4", "libuv", "prefork", "prefork-w2", "prefork-w4"));
  EXPECT_EQ(all.contestants[2].workers, 4U);
}

TEST(MakePlan, HasARowOfEveryBackendInTheTableOfHttp) {
  const Plan plan = make_plan({}, {"epoll", "libuv"});
  for (const Section& section : plan.sections) {
    if (!section.workload.http || section.point) continue;
    const bool in_table = section.workload.name == "http-close" || section.workload.one_at_a_time();
    EXPECT_EQ(std::ranges::count(names_of(plan, section), "libuv"), in_table ? 1 : 0)
        << section.workload.name;
  }
}

TEST(MakePlan, LeavesOutSectionsThatNobodyTakesPartIn) {
  BenchOptions quick;
  quick.quick = true;
  const Plan plan = make_plan(quick, {"libuv"});
  ASSERT_EQ(plan.sections.size(), 2U);
  EXPECT_FALSE(plan.has_http());
  EXPECT_TRUE(make_plan({}, {}).sections.empty());
}

TEST(MakePlan, SpacesTheContestantsAHundredPortsApart) {
  const Plan plan = make_plan({}, {"prefork"});
  ASSERT_EQ(plan.contestants.size(), 4U);
  EXPECT_EQ(plan.contestants[0].first_port, 3100);
  EXPECT_EQ(plan.contestants[1].first_port, 3200);
  EXPECT_EQ(plan.contestants[3].first_port, 3400);
}

TEST(MakePlan, KeepsAProcessorForTheLoad) {
  const Plan plan = make_plan({}, {"epoll"});
  for (const int cpu : plan.load_cpus) EXPECT_THAT(plan.server_cpus, Not(Contains(cpu)));
  EXPECT_EQ(plan.load_cpus.size() + plan.server_cpus.size(),
            usable_cpus().size() > 1 ? usable_cpus().size() : 0);
}

TEST(MakePlan, QuickStaysUnderAMinuteOfEchoHoweverManyTakePart) {
  BenchOptions options = options_with({"echo-d1", "echo-d16"});
  options.quick = true;
  for (const std::size_t contestants : {1U, 4U, 8U, 16U, 24U}) {
    const Plan plan = make_plan(options, std::vector<std::string>(contestants, "epoll"));
    EXPECT_LT(longest_duration(plan), seconds(60)) << contestants;
    EXPECT_EQ(plan.rounds, 3U);
    EXPECT_LE(plan.secs, seconds(1));
  }
  EXPECT_EQ(make_plan(options, std::vector<std::string>(4, "epoll")).secs, seconds(1));
}

const std::vector<std::string> kManyBackends{"epoll", "uring",    "libuv",   "asio", "asio-coro", "fiber",
                                             "libev", "libevent", "threads", "pool", "poll",      "prefork"};

std::vector<std::string> all_peers() {
  std::vector<std::string> names;
  for (const Peer& peer : peers()) names.emplace_back(peer.name);
  return names;
}

TEST(MakePlan, QuickStaysUnderThreeMinutesWithHttp) {
  BenchOptions options;
  options.quick = true;
  const Plan plan = make_plan(options, kManyBackends);
  EXPECT_TRUE(plan.has_http());
  EXPECT_LT(longest_duration(plan), seconds(180));
  EXPECT_GT(plan.http_limit, std::chrono::milliseconds(500)) << "or it shows nothing";
  EXPECT_EQ(plan.http_limit, plan.secs);
}

TEST(MakePlan, TakesUnderThreeQuartersOfAnHourWithAllPeers) {
  const Plan plan = make_plan({}, kManyBackends, all_peers());
  EXPECT_EQ(plan.rounds, 10U);
  EXPECT_LT(estimated_duration(plan), std::chrono::minutes(44)) << "some to spare";
}

TEST(MakePlan, MeasuresPeersWithTheWorkloadsOfTheTablesThatPeopleKnow) {
  const Plan plan = make_plan({}, {"epoll"}, {"gevent", "gevent-wsgi", "asyncore", "python-prefork"});
  const auto peers_in = [&](std::string_view workload) {
    std::vector<std::string> names;
    for (const Section& section : plan.sections) {
      if (section.workload.name != workload) continue;
      for (const std::size_t place : plan.contestants_of(section)) {
        if (plan.contestants[place].launch.shown_as != "suite") names.push_back(plan.contestants[place].name);
      }
    }
    return names;
  };
  EXPECT_THAT(peers_in("echo-d1"), ElementsAre("gevent", "asyncore-w4"));
  EXPECT_THAT(peers_in("http-keepalive"), ElementsAre("gevent", "gevent-wsgi", "asyncore-w4"));
  for (const char* workload : {"http-close", "http-sequential"}) {
    EXPECT_THAT(peers_in(workload), ElementsAre("gevent", "gevent-wsgi", "asyncore-w4", "python-prefork-w4"));
  }
  for (const char* workload : {"echo-d16", "http-404", "http-large"}) {
    EXPECT_THAT(peers_in(workload), testing::IsEmpty());
  }
}

TEST(MakePlan, NamesThePeerThatTakesPartInNothingThatWasAskedFor) {
  BenchOptions options = options_with({"echo-d16"});
  options.peers = Chosen{.running = {"node", "gevent-wsgi"}, .by_name = true};
  const Plan plan = make_plan(options, {"epoll"}, options.peers->running);
  EXPECT_THAT(names_of(plan, plan.sections[0]), ElementsAre("epoll", "node"));
  EXPECT_EQ(idle_peer(options, plan), "gevent-wsgi");
  options.peers->by_name = false;
  EXPECT_EQ(idle_peer(options, plan), std::nullopt);
}

TEST(Plan, AsksPeersForFewerRequestsAndStartsThemByTheirOwnCommand) {
  BenchOptions options = options_with({"http-close"});
  options.peers_folder = "/a folder";
  Plan plan = make_plan(options, {}, {"asyncore"});
  plan.folder = "/tmp/x";
  ASSERT_EQ(plan.contestants.size(), 1U);
  EXPECT_EQ(load_command(plan, plan.sections[0], plan.contestants[0], 3100),
            "suite load http://127.0.0.1:3100/ -n 10000 -c 100 --no-keepalive --format ab -d 10");
  EXPECT_EQ(serve_command(plan, plan.contestants[0], 3100),
            "/usr/bin/python3 -B '/a folder/server_asyncore.py' http -w 4 --access-log /dev/null "
            "-r /tmp/x/pages -p 3100");
}

TEST(MakePlan, CutsHttpAfterFiveTimesTheSecondsAskedForOrAtOnceWhenQuick) {
  BenchOptions options;
  options.secs = seconds(3);
  EXPECT_EQ(make_plan(options, {"epoll"}).http_limit, seconds(15));
  options.quick = true;
  EXPECT_EQ(make_plan(options, {"epoll"}).http_limit, seconds(3));
}

TEST(MakePlan, QuickLeavesWhatWasAskedFor) {
  BenchOptions options;
  options.quick = true;
  options.rounds = 7;
  options.secs = seconds(30);
  const Plan plan = make_plan(options, {"epoll"});
  EXPECT_EQ(plan.rounds, 7U);
  EXPECT_EQ(plan.secs, seconds(30));
}

}  // namespace
}  // namespace suite::bench
