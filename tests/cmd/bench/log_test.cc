#include "cmd/bench/log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cmd/bench/backend_contestants.h"
#include "cmd/bench/stand_ins.h"
#include "tests/cmd/bench/samples.h"

namespace suite::bench {
namespace {

using testing::HasSubstr;
using testing::Not;

const Section kSection{.workload = workloads().front(), .conns = 100};

Plan two_servers() {
  Plan plan{.sections = {kSection}};
  plan.contestants = echo_contestants(std::vector<std::string>{"epoll", "libuv"});
  return plan;
}

TEST(LogSection, IsTheDocumentedFormatByteForByte) {
  const SectionResult result{
      {.port = 3100, .rounds = {{.run = run_at(220318.51)}, {.run = run_at(229591.7149, 3)}}},
      {.port = 3201, .rounds = {{.run = run_at(1)}}}};
  EXPECT_EQ(log_section(two_servers(), kSection, result),
            "Echo, 100 connections, 1 request in flight on each.\n"
            "\n"
            "suite load --conns 100 --secs 2 --depth 1 --port 3100\n"
            "\n"
            "suite serve-echo --backend epoll --port 3100\n"
            "Throughput: 220318.51 [reqests/sec], errors: 0\n"
            "Throughput: 229591.71 [reqests/sec], errors: 3\n"
            "\n"
            "suite load --conns 100 --secs 2 --depth 1 --port 3201\n"
            "\n"
            "suite serve-echo --backend libuv --port 3201\n"
            "Throughput: 1.00 [reqests/sec], errors: 0\n"
            "\n");
}

TEST(LogSection, SaysBelowTheBlockWhichRoundsWereDisturbed) {
  using std::chrono::milliseconds;
  const results::DiscardedRun discarded{
      .rps = 7,
      .disturbance = {.stolen = milliseconds(20), .others = milliseconds(420), .significant = true}};
  const SectionResult result{
      {.port = 3100,
       .rounds = {{.round = 1, .run = run_at(5)},
                  {.round = 2, .run = run_at(5), .discarded = discarded},
                  {.round = 3, .run = disturbed_run_at(5, milliseconds(150)), .discarded = discarded},
                  {.round = 4, .run = disturbed_run_at(5, milliseconds(160))}}},
      {}};
  EXPECT_THAT(
      log_section(two_servers(), kSection, result),
      testing::EndsWith(
          "errors: 0\n"
          "\n"
          "epoll, round 2: disturbed (other programs used 0.42 s of its processors, the host of this "
          "machine took 0.02 s), measured again.\n"
          "epoll, round 3: disturbed (other programs used 0.42 s of its processors, the host of this "
          "machine took 0.02 s), measured again, and disturbed both times (other programs used 0.15 s "
          "of its processors).\n"
          "epoll, round 4: disturbed (other programs used 0.16 s of its processors).\n"
          "\n"));
}

TEST(LogSection, NamesWhoFailedInARemark) {
  const SectionResult result{
      {.port = 3100, .rounds = {{.run = run_at(5)}}, .failed_round = 2, .failure = "it died"},
      {.port = 3200, .failed_round = 1, .failure = "it never came"}};
  EXPECT_EQ(log_section(two_servers(), kSection, result),
            "Echo, 100 connections, 1 request in flight on each.\n"
            "\n"
            "suite load --conns 100 --secs 2 --depth 1 --port 3100\n"
            "\n"
            "suite serve-echo --backend epoll --port 3100\n"
            "Throughput: 5.00 [reqests/sec], errors: 0\n"
            "\n"
            "epoll failed in round 2: it died\n"
            "\n"
            "libuv failed in round 1: it never came\n"
            "\n");
}

TEST(LogSection, SaysWhereAContestantStopped) {
  Section section = kSection;
  section.series = 1;
  section.point = results::SweepPoint{.axis = results::Axis::kConns, .value = 100};
  const SectionResult result{{.port = 3100, .failed_round = 1, .failure = "it holds 7 of 100 connections"},
                             {.port = 3200}};
  EXPECT_EQ(
      log_section(two_servers(), section, result),
      "Echo, 100 connections, 1 request in flight on each.\n"
      "\n"
      "epoll stopped here, in round 1: it holds 7 of 100 connections; it is left out of what follows in this "
      "series\n"
      "\n");
}

TEST(LogSection, HasTheRateOfAnOpenLoopInItsCommand) {
  Section section = kSection;
  section.level = results::LoadLevel{.share = 0.8, .rate = {}};
  const SectionResult result{{.port = 3100, .rate = 80, .rounds = {{.run = run_at(80)}}}, {}};
  EXPECT_THAT(log_section(two_servers(), section, result),
              HasSubstr("suite load --conns 100 --secs 2 --depth 1 --rate 80 --port 3100\n"));
}

TEST(LogSection, PutsServersWithACoroutinePerConnectionBelowARemark) {
  Plan plan = two_servers();
  plan.contestants[0].coroutine_per_connection = true;
  const SectionResult result{{.port = 3100, .rounds = {{.run = run_at(5)}}},
                             {.port = 3200, .rounds = {{.run = run_at(7)}}}};
  EXPECT_THAT(
      log_section(plan, kSection, result),
      testing::EndsWith(
          "suite serve-echo --backend libuv --port 3200\n"
          "Throughput: 7.00 [reqests/sec], errors: 0\n"
          "\n"
          "上面的服务器每次连接没有建立协程。 The servers above have no coroutine per connection, those "
          "below have one.\n"
          "\n"
          "suite load --conns 100 --secs 2 --depth 1 --port 3100\n"
          "\n"
          "suite serve-echo --backend epoll --port 3100\n"
          "Throughput: 5.00 [reqests/sec], errors: 0\n"
          "\n"));
  EXPECT_THAT(log_section(plan, kSection, {result[0], {}}), Not(HasSubstr("上面"))) << "nothing stands above";
}

TEST(LogSection, IsEmptyWhereNothingWasMeasured) {
  EXPECT_EQ(log_section(two_servers(), kSection, SectionResult(2)), "");
}

TEST(LogHead, StatesTheWarmUpThePlacementAndWhoWasSkipped) {
  Plan plan = two_servers();
  plan.server_cpus = {0};
  plan.load_cpus = {1};
  EXPECT_EQ(
      log_head(plan, {{.name = "uring", .reason = "this kernel forbids it"}}),
      "Each round: a fresh server, 200ms of warm-up that is not counted (load --warmup 200ms), then 2s of "
      "load.\n"
      "The servers take turns, round by round. The server runs on processor 0, the load on processor 1.\n"
      "Skipped uring: this kernel forbids it\n"
      "\n");
}

TEST(LogHead, SaysWhatSeveralWorkersRunOn) {
  Plan plan = two_servers();
  plan.load_cpus = {1};
  plan.server_cpus = {0};
  EXPECT_THAT(log_head(plan, {}), Not(HasSubstr("workers")));
  plan.contestants[1].workers = 4;
  EXPECT_THAT(log_head(plan, {}), HasSubstr("Several workers share the server's processor"));
  plan.server_cpus = {0, 2, 3};
  EXPECT_THAT(log_head(plan, {}), HasSubstr("as many of the processors 0,2,3 as there are of them"));
}

BenchResult measured_contestants(std::size_t contestants) {
  return {.sections = {SectionResult(contestants, {.port = 1, .rounds = {{.round = 1}}, .failure = {}})}};
}

TEST(LogEnd, SaysWhichRowStandsInForASystemThatCannotBeRunAnyMore) {
  Plan plan = two_servers();
  plan.contestants[1].name = "gevent";
  plan.contestants[1].stand_in = {OldRow::kServerGevent};
  EXPECT_THAT(log_end(plan, measured_contestants(2)),
              testing::EndsWith(" can no longer be run. In for their model stands:\n"
                                "* python server_gevent.py (Python 2): gevent\n"
                                "\n"));
  plan.contestants[1].stand_in = {OldRow::kStackless};
  EXPECT_THAT(stand_ins_text(plan, measured_contestants(2)),
              HasSubstr("\n* concurrence, concurrence_greenlet, syncless "
                        "(Stackless Python, Python 2): gevent\n"));
  plan.contestants.insert(plan.contestants.begin(), {.name = "fiber", .stand_in = {OldRow::kStackless, 1}});
  EXPECT_THAT(stand_ins_text(plan, measured_contestants(3)),
              HasSubstr("syncless (Stackless Python, Python 2): gevent, fiber\n"));
}

TEST(LogEnd, NamesNoRowThatWasNeverMeasured) {
  Plan plan = two_servers();
  plan.contestants[1].stand_in = {OldRow::kServerGevent};
  BenchResult result = measured_contestants(2);
  result.sections[0][1].rounds.clear();
  EXPECT_EQ(stand_ins_text(plan, result), "");
}

TEST(LogEnd, IsEmptyWithoutHttp) { EXPECT_EQ(log_end(two_servers(), {}), ""); }

TEST(EnvironmentText, HasALineForEachThingThatIsKnown) {
  EXPECT_EQ(environment_text({.system = "Linux",
                              .release = "6.18",
                              .machine = "x86_64",
                              .usable_cpus = 2,
                              .cpu = "Quick 9",
                              .memory_bytes = 8ULL << 30,
                              .distribution = "Debian 12",
                              .compiler = "g++ 12.2.0",
                              .libraries = "fmt 9.1.0"}),
            "Environment\n"
            "~~~~~~~~~~~\n"
            "* Quick 9\n"
            "* 2 usable processors\n"
            "* 8.00 GiB of RAM\n"
            "* Debian 12\n"
            "* Linux 6.18 x86_64\n"
            "* g++ 12.2.0\n"
            "* fmt 9.1.0\n");
  EXPECT_EQ(environment_text({.usable_cpus = 1}), "Environment\n~~~~~~~~~~~\n* 1 usable processor\n");
}

}  // namespace
}  // namespace suite::bench
