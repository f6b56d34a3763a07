// `suite bench` with servers of the user's own, as a user runs it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <vector>

#include "tests/support/child.h"
#include "tests/support/server.h"

namespace suite::test {
namespace {

using testing::ContainsRegex;
using testing::HasSubstr;

const std::string kOurs = SUITE_PROGRAM;

Finished bench_own(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(),
                   {SUITE_PROGRAM, "bench", "--secs", "200ms", "--conns", "3", "--warmup", "50ms"});
  return run_to_end({.arguments = std::move(arguments)}, std::chrono::seconds(60));
}

std::string serve_http(const std::string& more = {}) {
  return kOurs + " serve-http -p {port} -r {root} -w {workers}" + more;
}

TEST(BenchOwnServers, EndsWithAVerdictOnTwoVersions) {
  const Finished finished =
      bench_own({"--before", serve_http(), "--after", serve_http(" -b libuv"), "--rounds", "6"});
  EXPECT_EQ(finished.status, exited(0)) << finished.errors;
  EXPECT_THAT(finished.output, HasSubstr("\n\nHTTP, GET /, 3 connections.\n\nsuite load http://127.0.0.1:"));
  EXPECT_THAT(finished.output, ContainsRegex("\nThroughput: [0-9.]+ \\[reqests/sec\\], errors: 0\n"));
  EXPECT_THAT(
      finished.errors,
      ContainsRegex("\n(after is [0-9.]+ % (faster|slower) than before \\(|after takes [0-9.]+ % (more|less) "
                    "server CPU per request than before \\(|no difference shown between before and "
                    "after \\().*95 %: [^\n]*\\)\\.\n$"));
}

// It sleeps before each answer: no noise hides that.
TEST(BenchOwnServers, ExitsWith3WhereARegressionIsShown) {
  const std::string slow =
      "python3 -c 'import http.server as h,sys,time\nclass A(h.BaseHTTPRequestHandler):\n  def "
      "do_GET(self):\n"
      "    time.sleep(0.03); self.send_response(200); self.send_header(\"Content-Length\",\"0\"); "
      "self.end_headers()\n  def log_message(self,*a): pass\n"
      "h.ThreadingHTTPServer((\"127.0.0.1\",int(sys.argv[1])),A).serve_forever()' {port}";
  const auto tolerating = [&](const std::string& percent) {
    return bench_own({"--before", serve_http(), "--after", slow, "--rounds", "6", "--metric", "rps", "--secs",
                      "150ms", "--fail-on-regression", percent});
  };
  const Finished failed = tolerating("5%"), tolerated = tolerating("100%");
  EXPECT_EQ(failed.status, exited(3)) << failed.errors;
  EXPECT_THAT(failed.errors,
              ContainsRegex("suite bench: a regression: throughput fell by [0-9]+ %, which is not "
                            "less than 5 %\n$"));
  EXPECT_EQ(tolerated.status, exited(0)) << tolerated.errors;
  EXPECT_THAT(tolerated.errors, HasSubstr(" % slower than before (95 %: "));
}

TEST(BenchOwnServers, SaysWhichVersionFailedAndKeepsWhatTheOtherDid) {
  const Finished finished = bench_own(
      {"--before", serve_http(), "--after", "sh -c 'echo out of luck >&2; exit 3' {port}", "--rounds", "2"});
  EXPECT_EQ(finished.status, exited(1));
  EXPECT_THAT(finished.output, ContainsRegex("\nThroughput: [^\n]*\nThroughput: "));
  EXPECT_THAT(finished.errors, HasSubstr("  1. before "));
  EXPECT_THAT(finished.errors,
              ContainsRegex("\nno verdict: before did [0-9,]+ req/s, the median of 2 rounds; after failed in "
                            "round 1 \\(the server did not start \\(exit code 3\\): out of luck\\)\\.\n$"));
}

TEST(BenchOwnServers, GoesOnWithTheOthersWhereOneIsNotThere) {
  const Finished finished =
      bench_own({"--server", "gone=./nowhere {port}", "--server", "ours=" + serve_http(), "--server",
                 "lost=exec nowhere {port} 'a b'", "--rounds", "1"});
  EXPECT_EQ(finished.status, exited(1));
  EXPECT_THAT(finished.errors, HasSubstr(", gone: cannot start ./nowhere: No such file or directory\n"));
  EXPECT_THAT(finished.errors,
              ContainsRegex(", lost: the server did not start \\(exit code 127\\): sh: [^\n]*not found\n"));
  EXPECT_THAT(finished.errors, HasSubstr("  1. ours "));
}

TEST(BenchOwnServers, MeasuresOneThatRunsAlreadyAndLeavesItRunning) {
  Server server(ServerOptions{.verb = "serve-http"});
  ASSERT_TRUE(server.running());
  const Finished finished =
      bench_own({"--url", "live=http://127.0.0.1:" + std::to_string(server.endpoint().port()) + "/missing",
                 "--ok-status", "404", "--rounds", "1"});
  EXPECT_EQ(finished.status, exited(0)) << finished.errors;
  EXPECT_THAT(finished.output, HasSubstr("# runs already: http://127.0.0.1:"));
  EXPECT_THAT(finished.errors, ContainsRegex("  1\\. live +[0-9,]+ +-"));
  EXPECT_EQ(server.stop(), exited(0)) << "it was not stopped";
}

TEST(BenchOwnServers, ThatEchoAreComparedWithBackends) {
  const Finished finished = bench_own(
      {"--server", "echo:own=" + kOurs + " serve-echo -p {port}", "--backends", "epoll", "--rounds", "1"});
  EXPECT_EQ(finished.status, exited(0)) << finished.errors;
  EXPECT_THAT(finished.errors, HasSubstr("Echo, 3 connections"));
  EXPECT_THAT(finished.errors, ContainsRegex("[12]\\. own +[0-9,]+ [^\n]*[0-9.]+us"));
  EXPECT_THAT(finished.errors, ContainsRegex("[12]\\. epoll +[0-9,]+ [^\n]*[0-9.]+us"));
}

TEST(BenchOwnServers, RefusesBeforehandWhatCannotBeRight) {
  const struct {
    std::vector<std::string> flags;
    std::string says;
  } cases[] = {
      {{"--server", "a=./a"}, "--server: 'a': './a' has no {port}"},
      {{"--server", "a=./a {port}", "--server", "a=./b {port}"}, "'a' is named more than once"},
      {{"--server", "libuv=./a {port}", "--backends", "libuv"},
       "--server: 'libuv' is the name of two contestants"},
      {{"--before", "./a {port}"}, "--before needs --after"},
      {{"--server", "a=./a {port}", "--path", "/x", "--workloads", "http-close"},
       "--path and --workloads exclude each other"},
      {{"--server", "a=./a {port}", "--workloads", "echo-d1"}, "'a' takes part in none of these workloads"},
      {{"--before", "./a {port}", "--after", "./b {port}", "--fail-on-regression", "5", "--rounds", "5"},
       "--fail-on-regression takes at least 6 rounds, and these are 5"},
  };
  for (const auto& one : cases) {
    const Finished finished = bench_own(one.flags);
    EXPECT_EQ(finished.status, exited(2)) << one.says;
    EXPECT_THAT(finished.output, testing::IsEmpty());
    EXPECT_THAT(finished.errors, HasSubstr(one.says));
  }
}

}  // namespace
}  // namespace suite::test
