#include "cmd/bench/http_log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "cmd/bench/log.h"
#include "cmd/bench/peer_contestants.h"
#include "tests/cmd/bench/samples.h"

namespace suite::bench {
namespace {

using testing::HasSubstr;

Section section_of(std::string_view workload, std::uint64_t conns) {
  return {.workload = *find_workload(workload), .conns = conns};
}

Contestant server(const std::string& name, std::size_t workers) {
  return {.name = name,
          .launch = {.shown_as = "suite",
                     .arguments = {"serve-http", "-b", "epoll", "-w", std::to_string(workers), "-r", "{root}",
                                   "-p", "{port}"}},
          .kind = ServerKind::kHttp,
          .workers = workers};
}

ContestantResult measured(std::initializer_list<double> rps) {
  ContestantResult result{.port = 3100};
  for (const double each : rps) {
    RoundResult round = next_round(result, each);
    round.report = "Server Software: in round " + std::to_string(round.round) + "\n";
    result.rounds.push_back(round);
  }
  return result;
}

Plan plan_of(std::vector<Section> sections) {
  return {.folder = "/tmp/x",
          .sections = std::move(sections),
          .contestants = {server("epoll", 1), server("epoll-w2", 2)}};
}

TEST(LogSection, OfHttpHasTheReportOfTheMedianRound) {
  const Plan plan = plan_of({section_of("http-close", 100)});
  EXPECT_EQ(log_section(plan, plan.sections[0], {measured({30, 10, 20.5}), measured({7})}),
            "HTTP, the page of 40 bytes, a new connection for each request, 100 connections.\n"
            "\n"
            "suite load http://127.0.0.1:3100/ -n 50000 -c 100 --no-keepalive --format ab -d 10\n"
            "\n"
            "suite serve-http -b epoll -w 1 -r /tmp/x/pages -p 3100\n"
            "Server Software: in round 3\n"
            "\n"
            "This was round 3, the median of 3 by requests per second: 30.00 10.00 20.50\n"
            "\n"
            "suite load http://127.0.0.1:3100/ -n 50000 -c 100 --no-keepalive --format ab -d 10\n"
            "\n"
            "suite serve-http -b epoll -w 2 -r /tmp/x/pages -p 3100\n"
            "Server Software: in round 1\n"
            "\n");
}

TEST(LogHead, WithHttpTellsTheLimitAndHowToHaveThePagesAgain) {
  const std::string head = log_head(plan_of({section_of("http-close", 100)}), {});
  EXPECT_THAT(head, HasSubstr("A round of HTTP ends after its requests, or after 10s."));
  EXPECT_THAT(head, HasSubstr("\n(mkdir -p /tmp/x/pages && "));
  EXPECT_THAT(head, testing::Not(HasSubstr("of load."))) << "there is no echo";
}

TEST(LogHead, WithPeersTellsWhatTheyDoDifferently) {
  Plan plan = plan_of({section_of("http-close", 100)});
  EXPECT_THAT(log_head(plan, {}), testing::Not(HasSubstr("backlog")));
  const std::vector<std::string> peer{"node"};
  plan.contestants[1] = peer_contestants(peer, ServerKind::kHttp, "/x").front();
  EXPECT_THAT(log_head(plan, {}), HasSubstr("are asked for 10,000 pages a round; they write each client's "
                                            "address to\n/dev/null and listen with a backlog of 128"));
}

TEST(HttpTable, HasAParallelAndASequentialColumn) {
  const Plan plan = plan_of(
      {section_of("http-close", 10), section_of("http-close", 100), section_of("http-sequential", 1)});
  const BenchResult result{.sections = {{measured({1}), measured({2})},
                                        {measured({8313.594, 9000, 8000}), measured({22222.2})},
                                        {measured({4249.89}), ContestantResult{}}}};
  EXPECT_THAT(http_table(plan, result),
              testing::EndsWith("Parallel: 100 connections at a time.\n"
                                "Sequential: 10,000 different URLs, one at a time.\n"
                                "-wN: with N workers.\n"
                                "\n"
                                "Implementation benchmarked  Parallel  Sequential\n"
                                "------------------------------------------------\n"
                                "epoll                        8313.59     4249.89\n"
                                "epoll-w2                    22222.20           -\n"
                                "\n"));
}

TEST(HttpTable, IsEmptyWhereNeitherWasMeasured) {
  const Plan plan = plan_of({section_of("http-keepalive", 100), section_of("http-close", 100)});
  EXPECT_EQ(http_table(plan, {.sections = {{measured({1}), measured({2})}}}), "") << "interrupted before";
}

TEST(LogEnd, WithHttpIsTheTableAndTheEnvironment) {
  const Plan plan = plan_of({section_of("http-close", 100)});
  EXPECT_THAT(log_end(plan, {.sections = {{measured({1}), measured({2})}}}),
              testing::ContainsRegex(
                  "\nImplementation benchmarked .*\n.*\n.*\n.*\n\nEnvironment\n~~~~~~~~~~~\n\\* "));
}

}  // namespace
}  // namespace suite::bench
