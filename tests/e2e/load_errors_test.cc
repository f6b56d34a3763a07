// `suite load` where something is wrong: one clear line, the right exit code, no hanging.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "tests/e2e/load.h"
#include "tests/support/child.h"
#include "tests/support/patience.h"
#include "tests/support/process_stats.h"
#include "tests/support/scripted_server.h"
#include "tests/support/socket.h"
#include "tests/support/temporary_folder.h"

namespace suite {
namespace {

using test::load;
using test::receive;
using test::ScriptedServer;

// All that is refused: tests/cmd/load/load_options_test.cc.
TEST(LoadErrors, ACommandLineThatCannotBeRightIsRefusedInOneLine) {
  const test::Finished finished = load({"--conns", "0"});
  EXPECT_EQ(finished.status, test::exited(2));
  EXPECT_EQ(finished.output, "");
  EXPECT_EQ(finished.errors,
            "suite load: --conns: '0' is too small; at least 1 is accepted (see 'suite load --help')\n");
}

TEST(LoadErrors, NobodyListeningNamesTheServerToStart) {
  ScriptedServer server(test::echo);
  server.refuse();
  const test::Finished finished = load({server.endpoint().to_string()});
  EXPECT_EQ(finished.status, test::exited(1));
  EXPECT_EQ(finished.output, "");
  EXPECT_EQ(std::ranges::count(finished.errors, '\n'), 1) << finished.errors;
  EXPECT_THAT(finished.errors,
              testing::HasSubstr("suite serve-echo --port " + std::to_string(server.port())));
}

// Whatever the limit: the number of threads that is advised holds all connections, or none is advised.
TEST(LoadErrors, AdviceAboutDescriptorsWorksWhenItIsFollowed) {
  if (test::kThreadSanitized) GTEST_SKIP() << "its threads share a table";
  const ScriptedServer server(test::echo);
  const std::vector<std::string> asked{SUITE_PROGRAM, "load", server.endpoint().to_string(), "-c", "16", "-n",
                                       "32",          "-q"};
  for (const std::size_t limit : {4U, 6U, 7U, 8U, 9U, 13U, 21U, 22U}) {
    const test::Finished refused = test::run_to_end({.arguments = asked, .descriptor_limit = limit});
    if (refused.status == test::exited(0)) continue;
    EXPECT_EQ(refused.status, test::exited(2)) << limit << refused.errors;
    const std::size_t advice = refused.errors.find("give --threads ");
    if (advice == std::string::npos) {
      EXPECT_LT(limit, 7U) << refused.errors;
      EXPECT_THAT(refused.errors, testing::HasSubstr("raise the limit, ulimit -n 23"));
      continue;
    }
    std::vector<std::string> followed = asked;
    followed.insert(followed.end(),
                    {"--threads", std::to_string(std::stoul(refused.errors.substr(advice + 15)))});
    const test::Finished ran = test::run_to_end({.arguments = followed, .descriptor_limit = limit});
    EXPECT_EQ(ran.status, test::exited(0)) << limit << ran.errors;
    EXPECT_THAT(ran.output, testing::HasSubstr("errors: 0")) << limit << ran.errors;
  }
}

TEST(LoadErrors, AHostThatDoesNotResolveIsNamed) {
  const test::Finished finished = load({"nowhere.invalid:1"});
  EXPECT_EQ(finished.status, test::exited(1));
  EXPECT_THAT(finished.errors, testing::HasSubstr("nowhere.invalid"));
}

TEST(LoadErrors, NothingThatSucceededIsAFailureAndStillPrinted) {
  const ScriptedServer server([](int, int) {});
  const test::Finished finished = load({server.endpoint().to_string(), "-q", "-d", "50ms"});
  EXPECT_EQ(finished.status, test::exited(1));
  EXPECT_THAT(finished.output,
              testing::MatchesRegex("Throughput: 0\\.00 \\[reqests/sec\\], errors: [1-9][0-9]*\n"));
  EXPECT_THAT(
      finished.errors,
      testing::MatchesRegex("suite load: no request succeeded: [0-9,]+ failed \\([0-9,]+ [a-z]+.*\\)\n"))
      << "also under -q: it is why the exit code is 1";
}

TEST(LoadErrors, ASilentServerIsWhyNothingSucceeded) {
  const ScriptedServer server(test::swallow);
  const test::Finished finished = load({server.endpoint().to_string(), "-q", "-d", "50ms"});
  EXPECT_EQ(finished.status, test::exited(1));
  EXPECT_EQ(finished.errors, "suite load: no request succeeded: none was answered\n");
}

TEST(LoadErrors, ErrorsAloneDoNotChangeTheExitCode) {
  const ScriptedServer server([](int fd, int) { test::send_all(fd, receive(fd)); });
  const test::Finished finished = load({server.endpoint().to_string(), "-q", "-c", "1", "-n", "20"});
  EXPECT_EQ(finished.status, test::exited(0));
  EXPECT_THAT(finished.output, testing::Not(testing::HasSubstr("errors: 0")));
}

TEST(LoadErrors, HelpIsShortAndShowsExamplesFirst) {
  const test::Finished finished = load({"--help"});
  EXPECT_EQ(finished.status, test::exited(0));
  EXPECT_EQ(finished.errors, "");
  EXPECT_LT(std::ranges::count(finished.output, '\n'), 60);
  EXPECT_LT(finished.output.find("suite load --conns 100 --secs 10"), finished.output.find("--requests"));
  EXPECT_THAT(finished.output, testing::HasSubstr("--help-all"));
}

TEST(LoadErrors, HelpAllShowsEveryFlagInGroups) {
  const test::Finished finished = load({"--help-all"});
  EXPECT_EQ(finished.status, test::exited(0));
  EXPECT_THAT(finished.output, testing::HasSubstr("\n\nSockets and threads\n      --driver NAME "));
  EXPECT_THAT(finished.output, testing::HasSubstr("  -e, --per-conn N "));
}

// --- Signals --------------------------------------------------------------------------------------------

// A load on `server` that would go on for an hour.
test::Child endless(const ScriptedServer& server, std::vector<std::string> flags = {}) {
  flags.insert(flags.begin(),
               {SUITE_PROGRAM, "load", server.endpoint().to_string(), "-d", "1h", "--format", "json"});
  return test::Child({.arguments = std::move(flags)});
}

class LoadInterrupted : public testing::TestWithParam<int> {};

TEST_P(LoadInterrupted, PrintsWhatWasMeasured) {
  std::atomic<int> served = 0;
  const ScriptedServer server([&](int fd, int) {
    for (std::string bytes = receive(fd); !bytes.empty(); bytes = receive(fd)) {
      test::send_all(fd, bytes);
      ++served;
    }
  });
  test::Child child = endless(server);
  ASSERT_TRUE(test::eventually([&] { return served > 1000; }));
  child.signal(GetParam());
  EXPECT_EQ(child.wait(), test::exited(128 + GetParam()));
  const auto run = nlohmann::json::parse(child.output())["runs"][0];
  EXPECT_EQ(run["interrupted"], true);
  EXPECT_GT(run["completed"], 500);
  EXPECT_EQ(run["sent"], run["completed"].get<int>() + run["in_flight_at_end"].get<int>());
}

INSTANTIATE_TEST_SUITE_P(Signals, LoadInterrupted, testing::Values(SIGINT, SIGTERM));

TEST(LoadErrors, ASignalEndsTheRunsThatWereStillToCome) {
  const ScriptedServer server(test::echo);
  test::Child child = endless(server, {"--runs", "5"});
  ASSERT_TRUE(test::eventually([&] { return server.accepted() > 50; }));
  child.signal(SIGINT);
  EXPECT_EQ(child.wait(), test::exited(130));
  EXPECT_EQ(nlohmann::json::parse(child.output())["runs"].size(), 1U);
}

TEST(LoadErrors, ASignalEndsTheSearchForAServerAndSaysSo) {
  const auto listener = Listener::open(resolve("127.0.0.1", 0)->front(), {.backlog = 1});
  const test::Socket first(listener->endpoint()), second(listener->endpoint());  // no room for another one
  test::Child child({.arguments = {SUITE_PROGRAM, "load", listener->endpoint().to_string()}});
  const std::size_t before = test::kThreadSanitized ? 2 : 1;  // it has a thread of its own
  ASSERT_TRUE(test::eventually([&] { return test::thread_count(child.pid()) > before; }))
      << "the one that takes signals";
  child.signal(SIGINT);
  EXPECT_EQ(child.wait(), test::exited(130));
  EXPECT_EQ(child.output(), "");
  EXPECT_EQ(child.errors(), "suite load: interrupted while looking for a server at " +
                                listener->endpoint().to_string() + ": nothing was measured\n");
}

TEST(LoadErrors, ASignalEndsTheConnectingToo) {
  const auto listener = Listener::open(resolve("127.0.0.1", 0)->front(), {.backlog = 1});
  test::Child child(
      {.arguments = {SUITE_PROGRAM, "load", listener->endpoint().to_string(), "--timeout", "1h"}});
  ASSERT_TRUE(child.wait_for_line("suite load "));  // the settings: a listener was found
  child.signal(SIGTERM);
  EXPECT_EQ(child.wait(), test::exited(143));
  EXPECT_EQ(child.output(), "Throughput: 0.00 [reqests/sec], errors: 0\n");
}

}  // namespace
}  // namespace suite
