// measure_round() against a program that stands in for ours: a shell script that serves and loads as told.
#include "cmd/bench/round.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "cmd/bench/ready.h"
#include "cmd/results/load_document.h"
#include "common/net/event_fd.h"
#include "common/net/listener.h"
#include "common/process/affinity.h"
#include "common/process/orphans.h"
#include "tests/support/temporary_folder.h"

namespace suite::bench {
namespace {

using std::chrono::milliseconds;

// The port is the last argument that a server is given.
const std::string kReady =
    "for port; do :; done\necho \"listening on 127.0.0.1:$port (fake, 1 worker)\" >&2\n";
// The trap stands before the ready line does: the load of a test is over in no time, and then comes the
// SIGTERM.
const std::string kServeUntilTold = "trap 'exit 0' TERM\n" + kReady + "sleep 600 & wait\n";
// A result of 1,001 requests in two seconds, with three errors.
results::LoadDocument load_document() {
  results::LoadRun run{.measured = std::chrono::seconds(2),
                       .client_cpu = std::chrono::milliseconds(100),
                       .server_cpu = std::chrono::milliseconds(200)};
  run.counts.completed = 1001;
  run.counts.errors[ErrorKind::kReset] = 2;
  run.counts.errors[ErrorKind::kTimeout] = 1;
  return {.suite = "0.0.0", .runs = {run}};
}

std::string printing(const results::LoadDocument& document) {
  return "cat <<'END'\n" + load_document_text(document) + "END\n";
}

const std::string kLoad = printing(load_document());

class MeasureRoundTest : public testing::Test {
 protected:
  // Both are shell scripts; $5 is the port that the server is told.
  std::expected<RoundResult, RoundFailure> measure(const std::string& serve, const std::string& load) {
    plan_.program = folder_.file("program");
    std::ofstream(plan_.program) << "#!/bin/sh\nif [ $1 = load ]; then\necho \"$*\" > "
                                 << folder_.file("load") << "\n"
                                 << load << "\nelse\n"
                                 << serve << "\nfi\n";
    std::filesystem::permissions(plan_.program, std::filesystem::perms::owner_all);
    contestant_.launch.program = plan_.program;
    return measure_round(plan_, section_, contestant_, port_, interrupt_fd_);
  }

  void speak_http() {
    section_.workload = *find_workload("http-404");
    contestant_.launch.arguments = {"serve-http", "-b", "fake", "-r", "{root}", "-p", "{port}"};
    contestant_.kind = ServerKind::kHttp;
    plan_.folder = folder_.file("");
  }

  std::string load_arguments_seen() const {
    std::string line;
    std::ifstream file(folder_.file("load"));
    std::getline(file, line);
    return line;
  }

  test::TemporaryFolder folder_;
  Plan plan_;
  Section section_{.workload = workloads().front(), .conns = 7};
  Contestant contestant_{.name = "fake",
                         .launch = {.arguments = {"serve-echo", "--backend", "fake", "--port", "{port}"}},
                         .first_port = 3100};
  int port_ = 3100;
  int interrupt_fd_ = -1;
};

std::string why(const std::expected<RoundResult, RoundFailure>& result) {
  return result ? "no failure" : result.error().why;
}

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

// Of servers that say nothing when they are ready.
class SilentServerTest : public MeasureRoundTest {
 protected:
  void SetUp() override {
    contestant_.launch.ready = PortAccepts{};
    port_ = claim_endpoint(resolve("127.0.0.1", 0)->front())->port();
  }
  const std::string serve_silently_ = "exec " SUITE_PROGRAM " serve-echo --port $5 2>/dev/null";
};

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

// Servers of the user's own: /bin/sh or Python, which know no contract. $5 is the port.
class OwnServerTest : public SilentServerTest {
 protected:
  void SetUp() override {
    SilentServerTest::SetUp();
    adopt_orphans();
    contestant_.launch.stop = {.grace = milliseconds(300), .ending = Ending::kAny};
  }
  // Nobody that this process started, or took over, is left.
  static bool nobody_is_left() { return living_orphans().empty(); }

  // Listens on its first argument, and says nothing.
  const std::string listens_ =
      "python3 -c 'import socket,sys,time; s=socket.create_server((\"127.0.0.1\",int(sys.argv[1]))); "
      "time.sleep(600)' ";
};

TEST_F(OwnServerTest, MayEndHoweverItLikesWhenToldTo) {
  for (const char* ending : {"exec ", "trap 'exit 7' TERM; "}) {
    const std::string way(ending);
    const auto result = measure(way == "exec " ? way + listens_ + "$5" : way + listens_ + "$5 & wait", kLoad);
    EXPECT_TRUE(result) << why(result);
    EXPECT_TRUE(nobody_is_left());
  }
}

TEST_F(OwnServerTest, IsNamedWhereItGoesIntoTheBackground) {
  EXPECT_THAT(why(measure("setsid " + listens_ + "$5 & exit 0", kLoad)),
              testing::MatchesRegex("the server went into the background \\(its command ended, and left .+ "
                                    "\\(process [0-9]+\\) running\\): start it in the foreground"));
  EXPECT_TRUE(nobody_is_left());
}

TEST_F(OwnServerTest, IsNamedWhereItEndsAtOnce) {
  EXPECT_EQ(why(measure("exit 0", kLoad)), "the server did not start (exit code 0): it printed nothing");
  EXPECT_EQ(
      why(measure("echo starting; echo 'Error: no database'; echo; echo 'Node.js v20.0.0'; exit 1", kLoad)),
      "the server did not start (exit code 1): Error: no database")
      << "of what it printed, wherever it printed it, what speaks of the error";
}

TEST_F(OwnServerTest, IsNamedWhereItListensElsewhere) {
  plan_.ready_time = milliseconds(1500);
  const auto elsewhere = claim_endpoint(resolve("127.0.0.1", 0)->front())->port();
  EXPECT_EQ(why(measure("exec " + listens_ + std::to_string(elsewhere), kLoad)),
            "the server was not ready within 1.50s: it was told port " + std::to_string(port_) +
                ", and listens on 127.0.0.1:" + std::to_string(elsewhere) + "; it printed nothing");
  EXPECT_TRUE(nobody_is_left());
}

TEST_F(OwnServerTest, IsKilledAndNamedWhereItIgnoresSigterm) {
  EXPECT_EQ(why(measure("trap '' TERM; exec " + listens_ + "$5", kLoad)),
            "the server did not stop within 300ms of SIGTERM, and was killed");
  EXPECT_TRUE(nobody_is_left());
}

TEST_F(OwnServerTest, IsNamedWhereItLeavesADaemonBehind) {
  EXPECT_THAT(why(measure("setsid sleep 600 & exec " + listens_ + "$5", kLoad)),
              testing::MatchesRegex("the server left sleep \\(process [0-9]+\\) running when it ended, which "
                                    "was stopped too"));
  EXPECT_TRUE(nobody_is_left());
  EXPECT_THAT(why(measure("(trap '' TERM; exec sleep 600) & exec " + listens_ + "$5", kLoad)),
              testing::HasSubstr("left sleep"))
      << "in its own group, but deaf";
  EXPECT_TRUE(nobody_is_left());
}

TEST_F(OwnServerTest, IsNamedWhereItIsNotThere) {
  contestant_.launch.program = "/nowhere/server";
  EXPECT_EQ(why(measure_round(plan_, section_, contestant_, port_, -1)),
            "cannot start /nowhere/server: No such file or directory");
}

TEST_F(OwnServerTest, IsNotHeldUpByWhatItPrints) {
  const auto result =
      measure("head -c 1000000 /dev/zero | tr '\\0' '\\n'; exec " + listens_ + "$5", "sleep 0.1\n" + kLoad);
  EXPECT_TRUE(result) << why(result);
}

// More than a pipe holds, written while the load runs: the load does not end before it is through.
TEST_F(OwnServerTest, IsReadWhileTheLoadRuns) {
  const std::string marker = folder_.file("through");
  const auto result =
      measure("(sleep 0.1; head -c 300000 /dev/zero; touch " + marker + ") & exec " + listens_ + "$5",
              "while [ ! -e " + marker + " ]; do sleep 0.01; done\n" + kLoad);
  EXPECT_TRUE(result) << why(result);
}

TEST_F(OwnServerTest, TriesAnotherPortWhereItFindsItTaken) {
  const auto result =
      measure("[ $5 -gt " + std::to_string(port_) +
                  " ] || { echo 'Error: listen EADDRINUSE' >&2; exit 1; }; exec " + listens_ + "$5",
              kLoad);
  EXPECT_TRUE(result) << why(result);
  EXPECT_THAT(why(measure("echo 'bind: address already in use' >&2; exit 1", kLoad)),
              testing::MatchesRegex("it found every port up to [0-9]+ taken: bind: address already in use"));
}

// Somebody else listens on the port by the time that it starts.
TEST_F(OwnServerTest, IsNotTakenToBeSomebodyElsesWhoTookItsPortMeanwhile) {
  const auto taken = Listener::open(resolve("127.0.0.1", 0)->front(), {});
  ASSERT_TRUE(taken) << taken.error().one_line();
  auto server =
      ChildProcess::start({.program = "sh",
                           .arguments = {"-c", "sleep 0.1; echo Address already in use >&2; exit 1"},
                           .cpus = {},
                           .err = ChildStream::kCapture});
  ASSERT_TRUE(server);
  EXPECT_EQ(await_ready(PortAccepts{}, *server, taken->endpoint().port(),
                        {.time = std::chrono::seconds(60), .foreign_time = std::chrono::seconds(60)}),
            Readiness::kPortTaken);
}

TEST_F(OwnServerTest, IsReadyWhenAPathAnswers2xx) {
  const std::string serves =
      "exec python3 -c 'import http.server as h,sys\n"
      "class A(h.BaseHTTPRequestHandler):\n"
      "  asked=0\n"
      "  def do_GET(self):\n"
      "    A.asked+=1; self.send_response(200 if A.asked>2 and self.path==\"/health\" else 503)\n"
      "    self.end_headers()\n"
      "h.HTTPServer((\"127.0.0.1\",int(sys.argv[1])),A).serve_forever()' $5 2>>" +
      folder_.file("log");
  contestant_.launch.ready = PathAnswers{.path = "/health"};
  const auto result = measure(serves, kLoad);
  EXPECT_TRUE(result) << why(result);
  std::ifstream file(folder_.file("log"));
  const std::string log{std::istreambuf_iterator<char>(file), {}};
  EXPECT_THAT(log, testing::ContainsRegex("503 -(.|\n)*503 -(.|\n)*GET /health HTTP/1.1\" 200"));
  contestant_.launch.ready = PathAnswers{.path = "/nowhere"};
  plan_.ready_time = milliseconds(1500);
  EXPECT_THAT(why(measure(serves, kLoad)), testing::HasSubstr(": GET /nowhere was last answered with 503; "));
}

TEST_F(OwnServerTest, IsPreparedForBeforeEachStart) {
  plan_.prepare = "echo {port} >> " + folder_.file("prepared");
  ASSERT_TRUE(measure("exec " + listens_ + "$5", kLoad));
  const int first = port_;
  ASSERT_TRUE(measure("exec " + listens_ + "$5", kLoad));
  std::ifstream prepared(folder_.file("prepared"));
  std::vector<int> ports;
  for (int port = 0; prepared >> port;) ports.push_back(port);
  EXPECT_THAT(ports, testing::ElementsAre(first, port_));
  plan_.prepare = "sh -c 'echo cannot migrate; exit 3'";
  EXPECT_EQ(why(measure("exec " + listens_ + "$5", kLoad)), "--prepare failed (exit code 3): cannot migrate");
  plan_.prepare = "sleep 600 &";
  EXPECT_THAT(why(measure("exec " + listens_ + "$5", kLoad)), testing::StartsWith("--prepare left "));
  EXPECT_TRUE(nobody_is_left());
}

TEST_F(OwnServerTest, IsNeitherStartedNorStoppedWhereItRunsAlready) {
  contestant_.url = "http://127.0.0.1:1/x";
  const auto result = measure("touch " + folder_.file("started"), kLoad);
  EXPECT_TRUE(result) << why(result);
  EXPECT_FALSE(std::filesystem::exists(folder_.file("started")));
  EXPECT_THAT(load_arguments_seen(), testing::Not(testing::HasSubstr("--server-pid")));
}

}  // namespace
}  // namespace suite::bench
