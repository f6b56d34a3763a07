// suite as process 1, as in a container: no signal has a default effect there, and nobody else reaps.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <cstdint>
#include <filesystem>
#include <regex>
#include <string>
#include <vector>

#include "tests/support/child.h"
#include "tests/support/process_stats.h"
#include "tests/support/socket.h"

namespace suite::test {
namespace {

constexpr const char* kUnshare = "/usr/bin/unshare";

// `arguments` as process 1 of a PID namespace; what is left of it ends with the unshare(1) around it.
Command as_process_one(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), {kUnshare, "--user", "--map-root-user", "--pid", "--fork",
                                       "--kill-child", "--mount-proc"});
  return {.arguments = std::move(arguments)};
}

class ProcessOne : public testing::TestWithParam<const char*> {
 protected:
  void SetUp() override {
    if (!std::filesystem::exists(kUnshare)) GTEST_SKIP() << "there is no " << kUnshare;
    const Finished tried = run_to_end(as_process_one({"/bin/sh", "-c", "exit 0"}));
    if (tried.status != exited(0)) GTEST_SKIP() << "PID namespaces are not permitted here: " << tried.errors;
  }
};

TEST_P(ProcessOne, ServesAndEndsOnSigtermWithExitCodeZero) {
  Child child(as_process_one(
      suite_command({"serve-echo", "--backend", GetParam(), "--workers", "2", "--port", "0"}).arguments));
  const auto ready = child.wait_for_line("listening on ");
  ASSERT_TRUE(ready) << child.errors();
  std::smatch port;
  ASSERT_TRUE(std::regex_search(*ready, port, std::regex(":(\\d+) ")));
  EXPECT_TRUE(echoes(resolve("127.0.0.1", static_cast<std::uint16_t>(std::stoi(port[1]))).value().front()));

  const std::vector<::pid_t> inside = children_of(child.pid());
  ASSERT_EQ(inside.size(), 1U);
  send_signal(inside.front(), SIGTERM);
  EXPECT_EQ(child.wait(), exited(0)) << child.errors();
  EXPECT_THAT(child.errors(), testing::HasSubstr("served 1 connection"));
}

INSTANTIATE_TEST_SUITE_P(On, ProcessOne, testing::Values("epoll", "prefork"),
                         [](const auto& each) { return std::string(each.param); });

}  // namespace
}  // namespace suite::test
