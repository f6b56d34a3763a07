#include "common/process/orphans.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <signal.h>

#include <string>
#include <vector>

#include "common/process/child_process.h"
#include "tests/support/patience.h"

namespace suite {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

class Orphans : public testing::Test {
 protected:
  void SetUp() override {
    adopt_orphans();
    ASSERT_TRUE(living_orphans().empty());
  }
  // Its children become orphans.
  static void run(std::string script) {
    auto child = ChildProcess::start({.program = "sh", .arguments = {"-c", std::move(script)}, .cpus = {}});
    ASSERT_TRUE(child);
    ASSERT_TRUE(child->wait({.deadline = std::chrono::steady_clock::now() + seconds(20)}));
  }
};

TEST_F(Orphans, AreFoundInWhateverSessionTheyAre) {
  run("setsid sleep 600 & sleep 601 &");
  ASSERT_TRUE(test::eventually([] { return describe(living_orphans()) == "2 processes: sleep, sleep"; }));
  EXPECT_EQ(end_orphans(milliseconds(0), seconds(20)).size(), 2U);
  EXPECT_TRUE(living_orphans().empty());
}

TEST_F(Orphans, AreNoneWhereTheyEndByThemselves) {
  run("sleep 0.02 &");
  EXPECT_TRUE(end_orphans(seconds(20), seconds(20)).empty());
}

TEST_F(Orphans, AreKilledWithAllThatTheyStartedWhereTheyIgnoreSigterm) {
  run("trap '' TERM; (sleep 600; true) & (setsid sleep 600; true) &");
  EXPECT_EQ(end_orphans(milliseconds(0), milliseconds(20)).size(), 2U);
  EXPECT_TRUE(living_orphans().empty());
}

TEST_F(Orphans, AreNotTheChildThatRuns) {
  const auto child = ChildProcess::start({.program = "sleep", .arguments = {"600"}, .cpus = {}});
  ASSERT_TRUE(child);
  EXPECT_TRUE(living_orphans(child->pid()).empty());
  EXPECT_EQ(living_orphans().size(), 1U);
}

TEST_F(Orphans, AreCalledByTheirProgramsName) {
  EXPECT_EQ(describe({{.pid = 7, .name = "node"}}), "node (process 7)");
}

}  // namespace
}  // namespace suite
