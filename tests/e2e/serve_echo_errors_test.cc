// Command lines that cannot be right, and servers that cannot start: one line, and the right exit code.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/support/child.h"
#include "tests/support/temporary_folder.h"

namespace suite {
namespace {

// The one line that a failing `suite serve-echo` prints, without "suite serve-echo: ".
std::string complaint(const std::vector<std::string>& flags, int code) {
  test::Command command = test::suite_command({"serve-echo"});
  for (const std::string& flag : flags) command.arguments.push_back(flag);
  const test::Finished finished = test::run_to_end(command);
  EXPECT_EQ(finished.status, test::exited(code)) << finished.errors;
  EXPECT_EQ(finished.output, "");
  EXPECT_EQ(std::ranges::count(finished.errors, '\n'), 1) << finished.errors;
  constexpr std::string_view kBegin = "suite serve-echo: ";
  EXPECT_TRUE(finished.errors.starts_with(kBegin)) << finished.errors;
  return finished.errors.substr(std::min(kBegin.size(), finished.errors.size()));
}
std::string usage_error(const std::vector<std::string>& flags) { return complaint(flags, 2); }
std::string start_error(const std::vector<std::string>& flags) { return complaint(flags, 1); }

TEST(ServeEchoErrors, SuggestsABackend) {
  EXPECT_THAT(usage_error({"--backend", "epol"}), testing::HasSubstr("did you mean 'epoll'?"));
}

TEST(ServeEchoErrors, ListsTheBackendsWhereNothingIsNear) {
  const std::string line = usage_error({"-b", "quicksand"});
  EXPECT_THAT(line, testing::HasSubstr("--backend"));
  EXPECT_THAT(line, testing::HasSubstr("epoll, "));
}

TEST(ServeEchoErrors, NamesTheFlagWhatWasGivenAndWhatIsAccepted) {
  struct Case {
    std::vector<std::string> flags;
    std::string_view words;
  };
  const std::vector<Case> cases{
      {{"--port", "70000"}, "--port: '70000' is too large; at most 65,535"},
      {{"--port", "-1"}, "--port: '-1' is not a count"},
      {{"-p", "http"}, "--port: 'http' is not a count"},
      {{"--workers", "0"}, "--workers: '0' is neither 'auto' nor a count from 1 to 1024"},
      {{"--workers", "many"}, "--workers: 'many' is neither 'auto'"},
      {{"--backlog", "0"}, "--backlog: '0' is too small; at least 1"},
      {{"--backlog", "x"}, "--backlog: 'x' is not a count"},
      {{"--max-connections", "0"}, "--max-connections: '0' is too small; at least 1"},
      {{"--idle-timeout", "5x"}, "--idle-timeout: '5x' is not a duration such as 250ms"},
      {{"--idle-timeout", "0"}, "--idle-timeout: '0' is no duration"},
      {{"--send-timeout", "soon"}, "--send-timeout: 'soon' is not a duration"},
      {{"--drain", "-5s"}, "--drain: '-5s' is not a duration"},
      {{"--pin=yes"}, "--pin: it takes no value"},
      {{"--busy-poll=1"}, "--busy-poll: it takes no value"},
      {{"--backend"}, "--backend: its value is missing"},
      {{"--bakend", "epoll"}, "there is no --bakend; did you mean --backend?"},
      {{"3900"}, "'3900' is one argument too many"},
  };
  for (const Case& each : cases) {
    const std::string line = usage_error(each.flags);
    EXPECT_NE(line.find(each.words), std::string::npos) << line;
    EXPECT_THAT(line, testing::HasSubstr("see 'suite serve-echo --help'"));
  }
}

TEST(ServeEchoErrors, RefusesMoreConnectionsThanDescriptors) {
  EXPECT_THAT(usage_error({"-p", "0", "--max-connections", "100M"}),
              testing::HasSubstr("--max-connections: 100,000,000 is more than"));
}

TEST(ServeEchoErrors, RefusesFewerConnectionsThanWorkers) {
  EXPECT_THAT(usage_error({"-p", "0", "--max-connections", "1", "--workers", "2"}),
              testing::HasSubstr("--max-connections"));
}

TEST(ServeEchoErrors, SaysThatAHostDoesNotResolve) {
  EXPECT_THAT(start_error({"-p", "0", "--host", "no-such-host.invalid"}),
              testing::HasSubstr("cannot find the host 'no-such-host.invalid'"));
}

TEST(ServeEchoErrors, SaysThatAnAddressIsNotOfThisMachine) {
  EXPECT_THAT(start_error({"-p", "0", "--host", "192.0.2.1"}),
              testing::HasSubstr("give --host an address of this machine"));
}

TEST(ServeEchoErrors, SaysThatAUnixPathIsTooLongOrItsFolderMissing) {
  const test::TemporaryFolder folder;
  EXPECT_THAT(start_error({"--host", "unix:/tmp/" + std::string(200, 'x')}), testing::HasSubstr("107 bytes"));
  EXPECT_THAT(start_error({"--host", "unix:" + folder.file("none/echo.sock")}),
              testing::HasSubstr("the folder of that path does not exist"));
}

}  // namespace
}  // namespace suite
