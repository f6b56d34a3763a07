// benchmark.sh: what it hands to the comparison, and what it leaves.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <filesystem>
#include <string>

#include "tests/scripts/scripts_test.h"

namespace suite::test {
namespace {

namespace fs = std::filesystem;
using testing::ContainsRegex;
using testing::HasSubstr;

// A `suite` that writes what -o names, and notes what it was called with.
constexpr const char* kWritingSuite =
    R"(echo "suite $*" >> $here/calls
while [ $# -gt 1 ]; do [ "$1" = -o ] && echo "{}" > "$2"; shift; done; exit 7)";

TEST_F(ScriptsTest, LeaveADocumentAndItsPageBesideTheLog) {
  install_everything();
  program("tree/build/suite", kWritingSuite);
  fs::create_directories(folder_.file("a b"));
  const std::string base = folder_.file("a b/today");
  const Finished finished = run("sh benchmark.sh --quick > '" + base + ".log'");
  EXPECT_EQ(finished.status, exited(7)) << "bench's own";
  EXPECT_THAT(read("calls"), HasSubstr("suite bench -o " + base + ".json --quick\n"));
  EXPECT_THAT(read("calls"), HasSubstr("suite report " + base + ".json -o " + base + ".html\n"));
  EXPECT_TRUE(fs::exists(base + ".html"));
}

TEST_F(ScriptsTest, MakeThePageOfTheDocumentThatTheUserNames) {
  install_everything();
  program("tree/build/suite", kWritingSuite);
  for (const char* flag : {"-o x.json", "-ox.json"}) {
    write("calls", "");
    write("tree/x.json", "");
    if (std::string(flag) == "-ox.json")
      program("tree/build/suite", std::string("echo {} > x.json\n") + kWritingSuite);
    run(std::string("sh benchmark.sh ") + flag + " > out.log");
    EXPECT_THAT(read("calls"), HasSubstr(std::string("suite bench ") + flag + "\n"));
    EXPECT_THAT(read("calls"), ContainsRegex("suite report x.json -o .*/tree/out.html\n")) << flag;
  }
}

TEST_F(ScriptsTest, MakeNoPageWhereNothingWasMeasured) {
  install_everything();
  write("tree/benchmark.json", "of yesterday");
  run("touch -d yesterday benchmark.json; sh benchmark.sh --help");
  EXPECT_FALSE(fs::exists(folder_.file("tree/benchmark.html")));
}

// As `exec` would.
TEST_F(ScriptsTest, HandASignalOnToTheComparison) {
  install_everything();
  program("tree/build/suite",
          "[ $1 = report ] || { trap 'echo stopped; exit 143' TERM; echo measuring >&2; while :; do sleep "
          "0.01; done; }");
  Child child(
      {.arguments = {"/bin/sh", "-c", "cd " + folder_.file("tree") + " && exec sh benchmark.sh"},
       .environment = {{"PATH", folder_.file("bin") + ":" + std::getenv("PATH")}, {"FAKE_UID", "0"}}});
  ASSERT_TRUE(child.wait_for_line("measuring")) << child.errors();
  child.signal(SIGTERM);
  EXPECT_EQ(child.wait(), exited(143));
  EXPECT_EQ(child.output(), "stopped\n");
}

TEST_F(ScriptsTest, HandAllOtherFlagsToTheBenchAndItsExitCodeBack) {
  install_everything();
  const Finished finished =
      run("cd / && " + folder_.file("tree/benchmark.sh") + " --quick --no-install -o 'a b'");
  EXPECT_EQ(finished.output, "suite bench --quick -o a b\n");
  EXPECT_EQ(finished.status, exited(7));
  EXPECT_THAT(finished.errors, HasSubstr("Built " + folder_.file("tree/build/suite")));
}

}  // namespace
}  // namespace suite::test
