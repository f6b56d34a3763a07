// What is particular to `suite load --driver uring`: where io_uring is forbidden, and where its queues are
// small.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "tests/support/child.h"
#include "tests/support/patience.h"
#include "tests/support/scripted_server.h"
#include "tests/support/server.h"

namespace suite::test {
namespace {

using testing::HasSubstr;

TEST(LoadUring, IsRefusedInOneLineWhereItIsForbidden) {
  const ScriptedServer server(echo);
  const auto without_uring = [&](const char* driver) {
    return run_to_end({.arguments = {SUITE_WITHOUT_URING, SUITE_PROGRAM, "load",
                                     server.endpoint().to_string(), "-n", "5", "--driver", driver}});
  };
  const Finished refused = without_uring("uring");
  EXPECT_EQ(refused.status, exited(1));
  EXPECT_EQ(refused.output, "");
  EXPECT_EQ(refused.errors,
            "suite load: cannot open an io_uring: Operation not permitted (it is forbidden here: by "
            "kernel.io_uring_disabled, or by a container's filter)\n");
  EXPECT_EQ(without_uring("auto").status, exited(0));
}

// Entries are submitted in the middle of a turn then, and completions wait for room: none may get lost.
TEST(LoadUring, LosesNothingWhereItsQueuesAreFull) {
  if (run_to_end(suite_command({"backends"})).output.find("open an io_uring") != std::string::npos) {
    GTEST_SKIP() << "this kernel forbids io_uring";
  }
  if (kThreadSanitized) GTEST_SKIP() << "ThreadSanitizer does not start with a library preloaded";
  const Server server(ServerOptions{});
  ASSERT_TRUE(server.running());
  for (const char* size : {"64", "3000", "60000"}) {
    const Finished finished = run_to_end(
        {.arguments = {SUITE_PROGRAM, "load", server.endpoint().to_string(), "-c", "200", "-D", "4", "--size",
                       size, "-n", "4000", "-e", "9", "--timeout", "20s", "-q", "--driver", "uring"},
         .environment = {{"LD_PRELOAD", SUITE_SMALL_RING}, {"ASAN_OPTIONS", "verify_asan_link_order=0"}}});
    EXPECT_EQ(finished.status, exited(0)) << finished.errors;
    EXPECT_THAT(finished.output, HasSubstr("errors: 0")) << "with " << size << " bytes";
  }
}

}  // namespace
}  // namespace suite::test
