// Sweeps and loads as sections: what each flag of them makes, and what is refused.
#include "cmd/bench/sections.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <initializer_list>

#include "cmd/bench/commands.h"
#include "cmd/bench/log.h"
#include "cmd/cli/option_parser.h"
#include "servers/peers/peers.h"

namespace suite::bench {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

// A thousand descriptors per thread, 3,000 ports per address.
constexpr Capacity kSmallMachine{.descriptors = 1016, .table_per_thread = true, .ports = 3000};

BenchOptions options_of(const std::vector<std::string>& arguments) {
  BenchOptions options;
  const auto given = parse_options(bench_table(options), arguments);
  EXPECT_TRUE(given) << given.error().text;
  if (auto own = read_contestant_flags(options.own_flags)) options.own = std::move(*own);
  return options;
}

Plan planned(const std::vector<std::string>& arguments, const std::vector<std::string>& backends = {"epoll"},
             const std::vector<std::string>& peers = {}) {
  Plan plan = make_plan(options_of(arguments), backends, peers);
  plan.folder = "/tmp/x";
  return plan;
}

std::string refusal_of(const std::vector<std::string>& arguments) {
  const BenchOptions options = options_of(arguments);
  const Plan plan = make_plan(options, {"epoll"}, {});
  return complaint_about_sections(options, plan, kSmallMachine).value_or("");
}

std::vector<std::string> loads_of(const Plan& plan) {
  std::vector<std::string> loads;
  for (const Section& section : plan.sections) {
    const std::size_t place = plan.contestants_of(section).front();
    loads.push_back(load_command(plan, section, plan.contestant_in(section, place), 1));
  }
  return loads;
}

TEST(Sections, SweepConnections) {
  const Plan plan = planned({"--workloads", "echo-d1", "--conns", "1,4,...,16"});
  EXPECT_THAT(loads_of(plan), ElementsAre("suite load --conns 1 --secs 2 --depth 1 --port 1",
                                          "suite load --conns 4 --secs 2 --depth 1 --port 1",
                                          "suite load --conns 16 --secs 2 --depth 1 --port 1"));
  EXPECT_EQ(plan.sections[1].point, (results::SweepPoint{.axis = Axis::kConns, .value = 4}));
  EXPECT_EQ(plan.sections[0].series, plan.sections[2].series);
  EXPECT_NE(plan.sections[0].series, 0U);
}

TEST(Sections, SweepTheRequestsInFlight) {
  EXPECT_THAT(loads_of(planned({"--workloads", "echo-d1", "--depth", "1,8"})),
              ElementsAre("suite load --conns 100 --secs 2 --depth 1 --port 1",
                          "suite load --conns 100 --secs 2 --depth 8 --port 1"));
  EXPECT_THAT(loads_of(planned({"--workloads", "http-keepalive", "--depth", "1,8"})),
              ElementsAre("suite load http://127.0.0.1:1/ --conns 100 --secs 2",
                          "suite load http://127.0.0.1:1/ --conns 100 --secs 2 --depth 8"));
}

TEST(Sections, SweepTheSizeOfMessagesAndOfPages) {
  EXPECT_THAT(loads_of(planned({"--workloads", "echo-d1", "--size", "64,64k"})),
              ElementsAre("suite load --conns 100 --secs 2 --depth 1 --size 64 --port 1",
                          "suite load --conns 100 --secs 2 --depth 1 --size 65536 --port 1"));
  const Plan pages = planned({"--workloads", "http-close", "--size", "64,4k"});
  EXPECT_THAT(loads_of(pages),
              ElementsAre("suite load http://127.0.0.1:1/64.html --conns 100 --secs 2 --no-keepalive",
                          "suite load http://127.0.0.1:1/4096.html --conns 100 --secs 2 --no-keepalive"));
  EXPECT_THAT(pages.page_sizes(), ElementsAre(64, 4096));
  EXPECT_THAT(pages.sections[1].title(), HasSubstr("the page of 4,096 bytes"));
}

TEST(Sections, SweepTheWorkersOfServersThatCanHaveSeveral) {
  const Plan plan =
      planned({"--workloads", "http-keepalive", "--workers", "1,3"}, {"epoll"}, {"nginx", "node"});
  ASSERT_EQ(plan.sections.size(), 2U);
  std::vector<std::string> serves;
  for (const std::size_t place : plan.contestants_of(plan.sections[1])) {
    serves.push_back(serve_command(plan, plan.contestant_in(plan.sections[1], place), 1));
  }
  ASSERT_EQ(serves.size(), 2U) << "node has one process, and no two rows of epoll";
  EXPECT_EQ(serves[0], "suite serve-http -b epoll -w 3 -r /tmp/x/pages -p 1");
  EXPECT_THAT(serves[1], testing::EndsWith("nginx.sh http 1 /tmp/x/pages 3"));
}

TEST(Sections, GiveOneValueOfTheOtherNumbersToEveryPoint) {
  const Plan plan =
      planned({"--workloads", "echo-d1", "--conns", "1,2", "--depth", "4", "--size", "9", "--workers", "2"});
  EXPECT_THAT(loads_of(plan), ElementsAre("suite load --conns 1 --secs 2 --depth 4 --size 9 --port 1",
                                          "suite load --conns 2 --secs 2 --depth 4 --size 9 --port 1"));
  EXPECT_EQ(serve_command(plan, plan.contestant_in(plan.sections[0], 0), 1),
            "suite serve-echo --backend epoll --workers 2 --port 1");
  EXPECT_EQ(plan.sections[0].name(),
            "echo-d1, 4 requests in flight per connection, 9 bytes, 2 workers, 1 connection")
      << "or compare would take it for the usual echo-d1";
}

TEST(Sections, AreWhatTheyWereWithOneValue) {
  const Plan plan = planned({"--workloads", "echo-d1", "--conns", "500"});
  EXPECT_THAT(loads_of(plan), ElementsAre("suite load --conns 500 --secs 2 --depth 1 --port 1"));
  EXPECT_EQ(serve_command(plan, plan.contestant_in(plan.sections[0], 0), 1),
            "suite serve-echo --backend epoll --port 1");
  EXPECT_FALSE(plan.sections[0].point);
  EXPECT_EQ(plan.sections[0].series, 0U);
}

// A curve must not step where the client, or the server, gets another thread.
TEST(Sections, HaveAtEveryPointWhatTheLargestNeeds) {
  const auto sections =
      make_sections(options_of({"--workloads", "echo-d1", "--conns", "1,100,10k"}), kSmallMachine);
  ASSERT_EQ(sections.size(), 3U);
  for (const Section& section : sections) {
    EXPECT_EQ(section.spread, (Spread{.threads = 10, .sources = 7}));
    EXPECT_EQ(section.at_least, 12U);
  }
  Plan plan = planned({"--workloads", "echo-d1", "--conns", "1,10k"});
  for (Section& section : plan.sections) {
    section.spread = {.threads = 10, .sources = 3};
    section.at_least = 12;
  }
  EXPECT_THAT(loads_of(plan)[0], Not(HasSubstr("--threads"))) << "each thread needs a connection";
  EXPECT_EQ(
      loads_of(plan)[1],
      "suite load --conns 10000 --secs 2 --depth 1 --threads 10 --source-ip 127.0.0.2,127.0.0.3,127.0.0.4 "
      "--port 1");
  EXPECT_THAT(serve_command(plan, plan.contestant_in(plan.sections[0], 0), 1), HasSubstr("--workers 12"));
  EXPECT_EQ(sweep_remark(plan, plan.sections[0]),
            "Sweep of echo-d1 over connections: 2 points, 1 to 10,000, 10 rounds of 2s.\n"
            "At each the client has 10 threads and 3 source addresses, each server 12 workers: what the "
            "largest point "
            "needs.\n");
}

TEST(Sections, TimeTheRoundsOfASweepOverHttp) {
  for (const Section& section : planned({"--workloads", "http-404", "--conns", "1,2"}).sections) {
    EXPECT_FALSE(section.workload.counted());
  }
  EXPECT_THAT(loads_of(planned({"--workloads", "http-404", "--conns", "1,2"}))[1],
              testing::EndsWith("/missing --conns 2 --secs 2 --no-keepalive --ok-status 404"));
}

TEST(Sections, SweepServersOfTheUsersOwn) {
  const Plan plan = planned({"--before", "./a {port} {workers}", "--after", "./b {port} {workers}", "--path",
                             "/x", "--workers", "1,2"},
                            {});
  EXPECT_THAT(plan.contestants_of(plan.sections[1]), ElementsAre(0, 1));
  EXPECT_EQ(serve_command(plan, plan.contestant_in(plan.sections[1], 1), 7), "./b 7 2");
  EXPECT_THAT(loads_of(planned(
                  {"--before", "./a {port}", "--after", "./b {port}", "--path", "/x", "--conns", "1,9"})),
              ElementsAre("suite load http://127.0.0.1:1/x --conns 1 --secs 2",
                          "suite load http://127.0.0.1:1/x --conns 9 --secs 2"));
}

TEST(Sections, OfTheDefaultRunEndWithASweepOfAFew) {
  const Plan plan =
      planned({}, {"epoll", "uring", "libuv", "threads", "prefork"}, {"nginx", "caddy", "node"});
  std::vector<std::uint64_t> conns;
  for (const Section& section : plan.sections) {
    if (!section.point) continue;
    conns.push_back(section.conns);
    std::vector<std::string> names;
    for (const std::size_t place : plan.contestants_of(section))
      names.push_back(plan.contestants[place].name);
    EXPECT_THAT(names, ElementsAre("epoll", "uring", "threads", "nginx"));
  }
  EXPECT_THAT(conns, ElementsAre(1, 8, 64, 512, 4096));
  for (const auto& others :
       {std::vector<std::string>{"--quick"}, {"--conns", "50"}, {"--workloads", "echo-d1"}}) {
    for (const Section& section : planned(others).sections) EXPECT_FALSE(section.point) << others.front();
  }
}

TEST(Sections, LoadEachServerAtSharesOfItsMaximumAndAtOneRateForAll) {
  const Plan plan = planned({"--workloads", "echo-d1", "--load-at", "50%,110", "--rate", "5k"});
  ASSERT_EQ(plan.sections.size(), 4U);
  EXPECT_FALSE(plan.sections[0].level) << "the maximum first";
  EXPECT_EQ(plan.sections[1].level->share, 0.5);
  EXPECT_EQ(plan.sections[2].level->share, 1.1);
  EXPECT_EQ(plan.sections[3].level->rate, 5000);
  EXPECT_EQ(plan.sections[2].name(), "echo-d1, 100 connections, 110 % of its own maximum");
  EXPECT_EQ(plan.sections[3].name(), "echo-d1, 100 connections, 5,000 requests/s");
  Contestant asked = plan.contestants[0];
  asked.rate = 1234.56;
  EXPECT_EQ(load_command(plan, plan.sections[1], asked, 1),
            "suite load --conns 100 --secs 2 --depth 1 --rate 1235 --port 1");
}

TEST(Sections, AreOfOneSweep) {
  EXPECT_THAT(refusal_of({"--conns", "1,2", "--depth", "1,2"}),
              HasSubstr("--conns and --depth have several values"));
  EXPECT_THAT(refusal_of({"--size", "1,2", "--workers", "1,2"}),
              HasSubstr("--size and --workers have several"));
  EXPECT_THAT(refusal_of({"--conns", "1,2", "--load-at", "50"}),
              HasSubstr("--load-at and a sweep over --conns"));
  EXPECT_THAT(refusal_of({"--rate", "5"}), HasSubstr("--rate needs --load-at"));
  EXPECT_THAT(refusal_of({"--conns", "1,2", "--depth", "2"}), IsEmpty());
}

TEST(Sections, AreRefusedWhereANumberMeansNothing) {
  EXPECT_THAT(refusal_of({"--workloads", "echo-d1,http-close", "--depth", "1,2"}),
              HasSubstr("--depth: 'http-close'"));
  for (const char* workload : {"http-404", "http-sequential"}) {
    EXPECT_THAT(refusal_of({"--workloads", workload, "--size", "5"}), HasSubstr("--size: '")) << workload;
  }
  EXPECT_THAT(refusal_of({"--server", "a=./a {port}", "--size", "1,2"}), HasSubstr("--size: 'GET /'"));
  EXPECT_THAT(refusal_of({"--server", "a=./a {port}", "--workers", "1,2"}),
              HasSubstr("'a' has no {workers}"));
  EXPECT_THAT(refusal_of({"--url", "a=http://h/", "--workers", "1,2"}), HasSubstr("'a' runs already"));
  EXPECT_THAT(refusal_of({"--depth", "1,2"}), IsEmpty()) << "nobody named those that cannot";
}

TEST(Sections, AreRefusedBeforehandWhereTheMachineCannotHoldThem) {
  EXPECT_THAT(refusal_of({"--workloads", "echo-d1", "--conns", "1,1000000"}), IsEmpty());
  const BenchOptions options = options_of({"--workloads", "echo-d1", "--conns", "1,100k"});
  const auto refused =
      complaint_about_sections(options, make_plan(options, {"epoll"}),
                               {.descriptors = 1016, .table_per_thread = false, .ports = 30'000});
  ASSERT_TRUE(refused);
  EXPECT_THAT(*refused, HasSubstr("--conns: cannot open 100,000 connections: 1,016 descriptors are allowed"));
  EXPECT_THAT(*refused, HasSubstr("give --conns 1000 or less"));
}

}  // namespace
}  // namespace suite::bench
