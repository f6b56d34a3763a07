// What is particular to serving with io_uring: what it says of the kernel, and where that forbids it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <vector>

#include "common/net/endpoint.h"
#include "tests/support/child.h"
#include "tests/support/server.h"
#include "tests/support/socket.h"

namespace suite::test {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::Not;

Finished run_without_uring(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), {SUITE_WITHOUT_URING, SUITE_PROGRAM});
  return run_to_end({.arguments = std::move(arguments)});
}

bool forbidden_here() {
  return run_to_end(suite_command({"backends"})).output.find("open an io_uring") != std::string::npos;
}

TEST(ServeUring, RefusesInOneLineWhereItIsForbidden) {
  const Finished finished = run_without_uring({"serve-echo", "--backend", "uring", "--port", "0"});
  EXPECT_EQ(finished.status, exited(1));
  EXPECT_EQ(finished.errors,
            "suite serve-echo: cannot open an io_uring: Operation not permitted (it is forbidden here: by "
            "kernel.io_uring_disabled, or by a container's filter)\n");
}

TEST(ServeUring, IsListedAsForbiddenWhereItIs) {
  const Finished finished = run_without_uring({"backends"});
  EXPECT_EQ(finished.status, exited(0));
  EXPECT_THAT(finished.output, HasSubstr("cannot open an io_uring: Operation not permitted"));
}

TEST(ServeUring, IsSkippedInAComparisonOfAllWhereItIsForbidden) {
  const Finished finished =
      run_without_uring({"bench", "--backends", "all", "--peers", "none", "--workloads", "echo-d1",
                         "--rounds", "1", "--secs", "100ms", "--conns", "2"});
  EXPECT_EQ(finished.status, exited(0)) << finished.errors;
  EXPECT_THAT(finished.output + finished.errors, HasSubstr("uring: cannot open an io_uring"));
  EXPECT_THAT(finished.output, Not(HasSubstr("--backend uring")));
}

TEST(ServeUring, SaysWhatItUsesOfTheKernelUnlessItIsToBeQuiet) {
  if (forbidden_here()) GTEST_SKIP() << "this kernel forbids io_uring";
  Server talkative({.backend = "uring"});
  ASSERT_TRUE(talkative.running());
  EXPECT_THAT(talkative.child().errors(),
              HasSubstr("suite serve-echo: uring uses single issuer, deferred task running"));
  Server quiet({.backend = "uring", .flags = {"--quiet"}});
  ASSERT_TRUE(quiet.running());
  EXPECT_THAT(quiet.child().errors(), Not(HasSubstr("uses")));
}

// Entries are submitted in the middle of a turn then, and completions wait for room: none may get lost.
TEST(ServeUring, LosesNothingWhereItsQueuesAreFull) {
  if (forbidden_here()) GTEST_SKIP() << "this kernel forbids io_uring";
  if (kThreadSanitized) GTEST_SKIP() << "ThreadSanitizer does not start with a library preloaded";
  Server server(
      {.backend = "uring",
       .environment = {{"LD_PRELOAD", SUITE_SMALL_RING}, {"ASAN_OPTIONS", "verify_asan_link_order=0"}}});
  ASSERT_TRUE(server.running());
  for (const char* size : {"64", "3000", "60000"}) {
    const Finished load =
        run_to_end(suite_command({"load", server.endpoint().to_string(), "-c", "200", "-D", "4", "--size",
                                  size, "-n", "4000", "--timeout", "20s", "-q"}));
    EXPECT_EQ(load.status, exited(0));
    EXPECT_THAT(load.output, HasSubstr("errors: 0")) << "with " << size << " bytes";
  }
  EXPECT_EQ(server.stop(), exited(0));
}

// Far from its bound it accepts all that wait at once, and near it one by one.
TEST(ServeUring, KeepsItsBoundWhereItHadAcceptedManyAtOnce) {
  if (forbidden_here()) GTEST_SKIP() << "this kernel forbids io_uring";
  constexpr std::size_t kBound = 4200;
  Server server({.backend = "uring", .flags = {"--max-connections", std::to_string(kBound)}});
  ASSERT_TRUE(server.running());
  std::vector<Socket> sockets;
  for (std::size_t i = 0; i < kBound; ++i) {
    sockets.emplace_back(server.endpoint());
    ASSERT_TRUE(sockets.back().send("x")) << i;
    ASSERT_EQ(sockets.back().receive(1), "x") << i;
  }
  Socket waiting(server.endpoint());
  ASSERT_TRUE(waiting.send("x"));
  ASSERT_TRUE(sockets.front().exchange("still here", 5) == "still here");
  EXPECT_EQ(waiting.receive(1, 50ms), "");
  sockets.pop_back();
  EXPECT_EQ(waiting.receive(1), "x");
}

}  // namespace
}  // namespace suite::test
