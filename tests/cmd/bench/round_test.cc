#include "cmd/bench/round.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "cmd/bench/ready.h"
#include "common/net/event_fd.h"
#include "common/net/listener.h"
#include "common/process/affinity.h"
#include "common/process/orphans.h"
#include "tests/cmd/bench/measured_round.h"

namespace suite::bench {
namespace {

using std::chrono::milliseconds;

TEST_F(MeasureRoundTest, GivesWhatTheLoadMeasured) {
  const auto result = measure(kServeUntilTold, kLoad);
  ASSERT_TRUE(result) << why(result);
  EXPECT_EQ(result->run.counts.completed, 1001U);
  EXPECT_EQ(result->run.counts.errors.total(), 3U);
  EXPECT_EQ(result->run.rps(), 500.5);
  EXPECT_EQ(result->run.client_cpu, std::chrono::milliseconds(100));
  EXPECT_EQ(result->run.server_cpu, std::chrono::milliseconds(200));
  EXPECT_EQ(port_, 3100);
}

TEST_F(MeasureRoundTest, HasTheRequestsOfEachWorkerThatTheServerTellsAtItsEnd) {
  const std::string told =
      "trap 'echo \"  worker 0: 1 connection, 70 requests\" >&2; echo \"  worker 1: 6 "
      "connections, 931 requests\" >&2; exit 0' TERM\n";
  const auto result = measure(told + kReady + "sleep 600 & wait\n", kLoad);
  ASSERT_TRUE(result) << why(result);
  EXPECT_THAT(result->worker_requests, testing::ElementsAre(70, 931));
  EXPECT_THAT(measure(kServeUntilTold, kLoad)->worker_requests, testing::IsEmpty());
}

TEST_F(MeasureRoundTest, TellsTheLoadAllItNeeds) {
  plan_.secs = std::chrono::milliseconds(1500);
  ASSERT_TRUE(measure(kServeUntilTold, kLoad));
  EXPECT_THAT(load_arguments_seen(),
              testing::MatchesRegex("load --conns 7 --secs 1500ms --depth 1 --port 3100 "
                                    "--warmup 200ms --quiet --format json --server-pid [0-9]+"));
}

TEST_F(MeasureRoundTest, MovesToTheNextPortWhereOneIsTaken) {
  const std::string taken =
      "if [ $5 -lt 3102 ]; then echo \"cannot listen on $5: Address already in use\" >&2; exit 1; fi\n";
  const auto result = measure(taken + kServeUntilTold, kLoad);
  ASSERT_TRUE(result) << why(result);
  EXPECT_EQ(port_, 3102);
  EXPECT_THAT(load_arguments_seen(), testing::HasSubstr("--port 3102"));
}

TEST_F(MeasureRoundTest, NamesAServerThatDoesNotStart) {
  EXPECT_EQ(why(measure("echo warning >&2; echo 'io_uring is forbidden here' >&2; exit 1", kLoad)),
            "the server did not start (exit code 1): io_uring is forbidden here");
}

TEST_F(MeasureRoundTest, NamesAServerThatIsNotReadyInTime) {
  plan_.ready_time = std::chrono::milliseconds(50);
  EXPECT_EQ(why(measure("exec sleep 600", kLoad)),
            "the server was not ready within 50.0ms; it printed nothing");
  EXPECT_EQ(why(measure("echo starting >&2; exec sleep 600", kLoad)),
            "the server was not ready within 50.0ms; it said last: starting");
}

TEST_F(MeasureRoundTest, NamesAServerThatPrintsNonsenseWithoutEnd) {
  plan_.ready_time = std::chrono::milliseconds(50);
  EXPECT_THAT(why(measure("exec yes nonsense >&2", kLoad)),
              testing::StartsWith("the server was not ready within 50.0ms; it said last: "));
}

TEST_F(MeasureRoundTest, NamesAServerThatListensElsewhere) {
  EXPECT_EQ(why(measure("echo 'listening on the radio' >&2; exec sleep 600", kLoad)),
            "the server was told port 3100, and said: listening on the radio");
}

TEST_F(MeasureRoundTest, NamesAServerThatDiesDuringTheRoundAndDoesNotAwaitTheLoad) {
  EXPECT_EQ(why(measure(kReady + "echo 'out of luck' >&2; kill -9 $$", "exec sleep 600")),
            "the server died during the round (killed by signal 9 (Killed)): out of luck");
}

TEST_F(MeasureRoundTest, NamesAServerThatEndsBadly) {
  const std::string ends_badly = "trap 'echo broken >&2; exit 4' TERM\n";
  EXPECT_EQ(why(measure(ends_badly + kReady + "sleep 600 & wait", kLoad)),
            "the server ended badly when told to stop (exit code 4): broken");
}

TEST_F(MeasureRoundTest, NamesALoadThatFails) {
  EXPECT_EQ(why(measure(kServeUntilTold, "echo 'nobody listens' >&2; exit 1")),
            "the load failed (exit code 1): nobody listens");
}

TEST_F(MeasureRoundTest, NamesALoadWhoseResultIsNoResult) {
  results::LoadDocument document = load_document();
  document.runs.clear();
  EXPECT_EQ(why(measure(kServeUntilTold, printing(document))),
            "the load's result cannot be read: it holds no run");
}

TEST_F(MeasureRoundTest, TakesTheReportOfHttpFromStandardOutputAndTheFiguresFromTheFile) {
  speak_http();
  const auto result = measure(kServeUntilTold,
                              "for last; do [ \"$before\" != --json ] || file=$last; before=$last; done\n"
                              "echo suite of some version; echo; echo; echo 'Server Software:  fake'; echo; "
                              "echo ' 100%'; echo\n(" +
                                  kLoad + ") > $file");
  ASSERT_TRUE(result) << why(result);
  EXPECT_EQ(result->run.rps(), 500.5);
  EXPECT_EQ(result->report, "Server Software:  fake\n\n 100%\n");
  EXPECT_THAT(load_arguments_seen(),
              testing::MatchesRegex("load http://127.0.0.1:3100/missing -n 50000 -c 7 --no-keepalive "
                                    "--ok-status 404 --format ab -d 10 --warmup 200ms --quiet "
                                    "--json .*/result.json --server-pid [0-9]+"));
}

TEST_F(MeasureRoundTest, DoesNotTakeTheFormerRoundsFigures) {
  speak_http();
  std::ofstream(plan_.folder + "/result.json") << load_document_text(load_document());
  EXPECT_EQ(why(measure(kServeUntilTold, "echo 'Server Software:  fake'")),
            "the load's result cannot be read: it is empty");
}

TEST_F(MeasureRoundTest, GivesTheServerAsManyProcessorsAsItHasWorkers) {
  plan_.server_cpus = usable_cpus();
  for (const std::size_t workers : {1U, 64U}) {
    contestant_.workers = workers;
    const auto result = measure(
        "grep Cpus_allowed_list /proc/$$/status > " + folder_.file("cpus") + "\n" + kServeUntilTold, kLoad);
    ASSERT_TRUE(result) << why(result);
    std::string key, list;
    std::ifstream(folder_.file("cpus")) >> key >> list;
    const bool several = list.find_first_of(",-") != std::string::npos;
    EXPECT_EQ(several, workers > 1 && plan_.server_cpus.size() > 1) << list;
  }
}

TEST_F(MeasureRoundTest, StopsWhenInterrupted) {
  const auto interrupt = EventFd::open();
  ASSERT_TRUE(interrupt);
  interrupt->set();
  interrupt_fd_ = interrupt->fd();
  const auto result = measure(kServeUntilTold, "exec sleep 600");
  ASSERT_FALSE(result);
  EXPECT_TRUE(result.error().interrupted);
}

TEST_F(SilentServerTest, IsReadyWhenItsPortAccepts) {
  const int port = port_;
  const auto result = measure(serve_silently_, kLoad);
  ASSERT_TRUE(result) << why(result);
  EXPECT_EQ(result->run.rps(), 500.5);
  EXPECT_GE(port_, port);
  EXPECT_THAT(load_arguments_seen(), testing::HasSubstr("--port " + std::to_string(port_)));
}

TEST_F(SilentServerTest, IsNotTakenToBeSomebodyElsesThatHasItsPort) {
  const auto taken = Listener::open(resolve("127.0.0.1", 0)->front(), {});
  ASSERT_TRUE(taken) << taken.error().one_line();
  port_ = taken->endpoint().port();
  const auto result = measure(serve_silently_, kLoad);
  ASSERT_TRUE(result) << why(result);
  EXPECT_GT(port_, taken->endpoint().port());
}

TEST_F(SilentServerTest, IsNamedWhereItEndsOrIsNotReadyInTime) {
  EXPECT_EQ(why(measure("echo 'no such codec' >&2; exit 3", kLoad)),
            "the server did not start (exit code 3): no such codec");
  plan_.ready_time = std::chrono::milliseconds(50);
  EXPECT_EQ(why(measure("exec sleep 600", kLoad)),
            "the server was not ready within 50.0ms: it does not listen on 127.0.0.1:" +
                std::to_string(port_) + "; it printed nothing");
}

TEST_F(SilentServerTest, IsNotWaitedForOnceInterrupted) {
  const auto interrupt = EventFd::open();
  ASSERT_TRUE(interrupt);
  interrupt->set();
  interrupt_fd_ = interrupt->fd();
  const auto result = measure("exec sleep 600", kLoad);
  ASSERT_FALSE(result);
  EXPECT_TRUE(result.error().interrupted);
}

}  // namespace
}  // namespace suite::bench
