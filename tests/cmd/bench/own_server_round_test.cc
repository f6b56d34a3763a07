// measure_round() with servers of the user's own, which know no contract of ours.
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
      "python3 -c 'import signal,socket,sys; s=socket.create_server((\"127.0.0.1\",int(sys.argv[1]))); "
      "signal.pause()' ";
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
  const auto result = measure("head -c 1000000 /dev/zero | tr '\\0' '\\n'; exec " + listens_ + "$5", kLoad);
  EXPECT_TRUE(result) << why(result);
}

// More than a pipe holds, written while the load runs: the load does not end before it is through.
TEST_F(OwnServerTest, IsReadWhileTheLoadRuns) {
  const std::string begun = folder_.file("begun"), through = folder_.file("through");
  const auto until = [](const std::string& file) {
    return "until [ -e " + file + " ]; do sleep 0.01; done; ";
  };
  const auto result = measure(
      "(" + until(begun) + "head -c 300000 /dev/zero; touch " + through + ") & exec " + listens_ + "$5",
      "touch " + begun + "; " + until(through) + kLoad);
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
