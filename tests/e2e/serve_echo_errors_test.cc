// Command lines that cannot be right, and servers that cannot start: one line, and the right exit code.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/support/child.h"
#include "tests/support/patience.h"
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

// All that is refused: tests/cmd/serve/serve_options_test.cc.
TEST(ServeEchoErrors, RefusesInOneLineWhatCannotBeRight) {
  EXPECT_EQ(usage_error({"--port", "70000"}),
            "--port: '70000' is too large; at most 65,535 is accepted (see 'suite serve-echo --help')\n");
  EXPECT_THAT(usage_error({"-p", "0", "--max-connections", "100M"}),
              testing::HasSubstr("--max-connections: 100,000,000 is more than"));
}

TEST(ServeEchoErrors, SaysThatAHostDoesNotResolve) {
  EXPECT_THAT(start_error({"-p", "0", "--host", "no-such-host.invalid"}),
              testing::HasSubstr("cannot find the host 'no-such-host.invalid'"));
}

TEST(ServeEchoErrors, SaysThatAnAddressIsNotOfThisMachine) {
  EXPECT_THAT(start_error({"-p", "0", "--host", "192.0.2.1"}),
              testing::HasSubstr("give --host an address of this machine"));
}

TEST(ServeEchoErrors, SaysThatItMayNotStartAsManyThreads) {
  if (test::kSanitized) GTEST_SKIP() << "a sanitizer takes more address space than the limit of this test";
  const test::Finished finished = test::run_to_end(
      {.arguments = {"/bin/sh", "-c", "ulimit -v 300000; exec \"$0\" serve-echo -p 0 -w 64", SUITE_PROGRAM}});
  EXPECT_EQ(finished.status, test::exited(1));
  EXPECT_EQ(
      finished.errors,
      "suite serve-echo: cannot start 64 workers: Resource temporarily unavailable (give fewer --workers, or "
      "allow more: ulimit -u, ulimit -v)\n");
}

TEST(ServeEchoErrors, SaysThatAUnixPathIsTooLongOrItsFolderMissing) {
  const test::TemporaryFolder folder;
  EXPECT_THAT(start_error({"--host", "unix:/tmp/" + std::string(200, 'x')}), testing::HasSubstr("107 bytes"));
  EXPECT_THAT(start_error({"--host", "unix:" + folder.file("none/echo.sock")}),
              testing::HasSubstr("the folder of that path does not exist"));
}

}  // namespace
}  // namespace suite
