// `suite bench` with peers as a user runs it; also with peers that are up to no good.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "tests/support/child.h"
#include "tests/support/temporary_folder.h"

namespace suite::test {
namespace {

namespace fs = std::filesystem;
using testing::ContainsRegex;
using testing::HasSubstr;
using testing::Not;

// A copy of the program with a folder of peers of its own beside it.
class BenchPeers : public testing::Test {
 protected:
  void SetUp() override {
    if (!fs::exists("/usr/bin/python3")) GTEST_SKIP() << "no /usr/bin/python3: package python3";
    fs::copy_file(SUITE_PROGRAM, folder_.file("suite"));
    fs::create_directory(folder_.file("peers"));
    for (const char* script : {"peer.py", "peer_http.py", "server_epoll.py"}) {
      fs::copy_file(std::string(SUITE_SOURCE_DIR "/servers/peers/") + script,
                    folder_.file("peers/") + script);
    }
  }
  // A peer that says it can run, and then does this.
  void peer(const std::string& script, const std::string& body) const {
    std::ofstream(folder_.file("peers/") + script) << "import sys, time\n"
                                                      "if '--check' in sys.argv: sys.exit(0)\n"
                                                      "port = sys.argv[sys.argv.index('--port') + 1]\n"
                                                   << body;
  }
  // Rounds long enough for a reply on a loaded machine.
  Finished bench(std::vector<std::string> flags) const {
    std::vector<std::string> arguments{folder_.file("suite"),
                                       "bench",
                                       "--backends",
                                       "epoll",
                                       "--rounds",
                                       "1",
                                       "--secs",
                                       "300ms",
                                       "--conns",
                                       "3",
                                       "--workloads",
                                       "echo-d1"};
    arguments.insert(arguments.end(), flags.begin(), flags.end());
    return run_to_end({.arguments = arguments}, 3 * kPatience);  // many servers come and go
  }

  TemporaryFolder folder_;
};

TEST_F(BenchPeers, StandBesideTheBackendsInOneLog) {
  const Finished finished = bench({"--peers", "python-epoll", "--workloads", "echo-d1,http-close"});
  EXPECT_EQ(finished.status, exited(0)) << finished.errors;
  EXPECT_THAT(finished.output,
              ContainsRegex("\nsuite load --conns 3 --secs 300ms --depth 1 --port [0-9]+\n\n"
                            "/usr/bin/python3 -B /[^ ]+/peers/server_epoll\\.py echo --port [0-9]+\n"
                            "Throughput: [0-9.]+ \\[reqests/sec\\], errors: 0\n"));
  EXPECT_THAT(finished.output, ContainsRegex("\nServer Software: +python-epoll\n"));
  EXPECT_THAT(finished.output, ContainsRegex("\npython-epoll +[0-9]+\\.[0-9]+ +-\n"));
  EXPECT_THAT(finished.errors, ContainsRegex("[12]\\. python-epoll +[0-9,]+ [^\n]*[0-9.]+us"));
}

TEST_F(BenchPeers, AreNotAskedForWhereBackendsAre) {
  EXPECT_THAT(bench({}).output, Not(HasSubstr("python3")));
}

TEST_F(BenchPeers, ThatAreMissingAreSkippedAndNoFailure) {
  const Finished finished = bench({"--peers", "installed"});
  EXPECT_EQ(finished.status, exited(0)) << finished.errors;
  EXPECT_THAT(finished.output, HasSubstr("server_epoll.py echo"));
  for (const std::string& stream : {finished.output, finished.errors}) {
    EXPECT_THAT(stream, ContainsRegex("Skipped gevent: [^\n]*server_gevent\\.py is missing"));
  }
}

TEST_F(BenchPeers, AskedForByNameThatCannotRunAreAFailureAndTheOthersGoOn) {
  const Finished finished = bench({"--peers", "gevent,python-epoll"});
  EXPECT_EQ(finished.status, exited(1));
  EXPECT_THAT(finished.errors, HasSubstr("suite bench: gevent cannot run here: "));
  EXPECT_THAT(finished.output, HasSubstr("server_epoll.py echo"));
}

TEST_F(BenchPeers, ThatDieOrTalkNonsenseAreNamedInOneLineAndTheOthersGoOn) {
  peer("server_gevent.py", "sys.exit('no more greenlets')\n");
  peer("server_eventlet.py",
       "print('listening on the radio', file=sys.stderr, flush=True)\ntime.sleep(60)\n");
  // It ends when the load has been refused already.
  peer("server_tornado.py",
       "print(f'listening on 127.0.0.1:{port} (x, 1 worker)', file=sys.stderr, "
       "flush=True)\ntime.sleep(0.2)\n");
  const Finished finished = bench({"--peers", "gevent,eventlet,tornado,python-epoll"});
  EXPECT_EQ(finished.status, exited(1));
  EXPECT_THAT(finished.errors,
              HasSubstr("gevent: the server did not start (exit code 1): no more greenlets\n"));
  EXPECT_THAT(finished.errors, ContainsRegex("eventlet: the server was told port [0-9]+, and said: listening "
                                             "on the radio\n"));
  EXPECT_THAT(finished.errors, HasSubstr("tornado: the server died during the round (exit code 0)"));
  EXPECT_THAT(finished.output, HasSubstr("server_epoll.py echo"));
  EXPECT_THAT(finished.output, HasSubstr("suite serve-echo --backend epoll"));
}

TEST_F(BenchPeers, OfAnotherNameAreRefusedWithASuggestion) {
  const Finished finished = bench({"--peers", "tornda"});
  EXPECT_EQ(finished.status, exited(2));
  EXPECT_THAT(finished.errors, HasSubstr("did you mean 'tornado'?"));
  EXPECT_EQ(bench({"--peers", "gevent-wsgi"}).status, exited(1)) << "its program is missing";
}

}  // namespace
}  // namespace suite::test
