// benchmark.sh and tests/run.sh, with stand-ins for what installs and builds: nothing is installed or built.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
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
using testing::IsEmpty;
using testing::Not;

// A copy of the scripts in a tree of its own, where `dpkg-query`, `apt-get` and the like are ours. What is
// installed is a list in a file; each call of apt-get, sudo and cmake is noted in another.
class ScriptsTest : public testing::Test {
 protected:
  ScriptsTest() {
    fs::create_directories(folder_.file("tree/cmake"));
    fs::create_directories(folder_.file("tree/tests"));
    fs::create_directories(folder_.file("tree/build"));
    for (const char* script : {"benchmark.sh", "cmake/setup.sh", "tests/run.sh"}) {
      fs::copy_file(std::string(SUITE_SOURCE_DIR "/") + script, folder_.file("tree/") + script);
    }
    fs::create_directories(folder_.file("bin"));
    write("installed", "");
    write("calls", "");
    program("bin/dpkg-query",
            R"(for last; do :; done; grep -qx -e "$last" $here/installed && echo installed)");
    program("bin/apt-cache", R"(for last; do :; done; ! grep -qx -e "$last" $here/unknown 2>/dev/null)");
    program("bin/apt-get",
            "echo apt-get $* >> $here/calls; echo chatter\n"
            "for word; do [ $1 = install ] && echo $word >> $here/installed; done; exit 0");
    program("bin/id", "echo ${FAKE_UID:-0}");
    program("bin/sudo", R"(echo sudo >> $here/calls; shift; exec "$@")");
    program("bin/cmake", "echo cmake $* >> $here/calls; echo chatter");
    program("tree/build/suite", R"(echo "suite $*"; exit 7)");
  }

  void write(const std::string& name, const std::string& text) const {
    std::ofstream(folder_.file(name)) << text;
  }
  void program(const std::string& name, const std::string& script) const {
    write(name, "#!/bin/sh\nhere=" + folder_.file("") + "\n" + script + "\n");
    fs::permissions(folder_.file(name), fs::perms::owner_all);
  }
  std::string read(const std::string& name) const {
    std::ostringstream text;
    text << std::ifstream(folder_.file(name)).rdbuf();
    return text.str();
  }
  void install_everything() const {
    write("installed",
          "g++\ncmake\nninja-build\nlibfmt-dev\nlibcli11-dev\nnlohmann-json3-dev\nnode-llhttp\n"
          "libuv1-dev\nlibasio-dev\n");
  }

  // Runs a command line in the tree's root, our programs first.
  Finished run(const std::string& command, const std::string& uid = "0") const {
    return run_to_end(
        {.arguments = {"/bin/sh", "-c", "cd " + folder_.file("tree") + " && " + command},
         .environment = {{"PATH", folder_.file("bin") + ":" + std::getenv("PATH")}, {"FAKE_UID", uid}}});
  }

  TemporaryFolder folder_;
};

TEST_F(ScriptsTest, ArePosixShell) {
  const std::string shell = fs::exists("/bin/dash") ? "/bin/dash" : "/bin/sh";
  for (const char* script : {"benchmark.sh", "cmake/setup.sh", "tests/run.sh", ".ci/run"}) {
    const Finished finished =
        run_to_end({.arguments = {shell, "-n", std::string(SUITE_SOURCE_DIR "/") + script}});
    EXPECT_EQ(finished.status, exited(0)) << finished.errors;
  }
}

TEST_F(ScriptsTest, WithoutInstallingOnlyPrintTheLineAndFail) {
  for (const char* command : {"sh benchmark.sh --no-install", "tests/run.sh --no-install"}) {
    const Finished finished = run(command);
    EXPECT_EQ(finished.status, exited(1)) << command;
    EXPECT_THAT(finished.output, IsEmpty());
    EXPECT_THAT(finished.errors,
                ContainsRegex("^apt-get update && apt-get install -y --no-install-recommends g\\+\\+ cmake .*"
                              "nlohmann-json3-dev node-llhttp libuv1-dev"));
    EXPECT_THAT(read("calls"), IsEmpty());
  }
}

TEST_F(ScriptsTest, CallNoAptGetWhereNothingIsMissing) {
  install_everything();
  run("sh benchmark.sh");
  EXPECT_THAT(read("calls"), Not(HasSubstr("apt-get")));
}

TEST_F(ScriptsTest, InstallWhatIsMissingAndNothingElse) {
  install_everything();
  write("installed", "g++\ncmake\nninja-build\nlibcli11-dev\nnlohmann-json3-dev\nnode-llhttp\nlibuv1-dev\nlibasio-dev\n");
  const Finished finished = run("sh benchmark.sh");
  EXPECT_THAT(finished.errors, HasSubstr("--no-install-recommends libfmt-dev\n"));
  EXPECT_THAT(read("calls"),
              HasSubstr("apt-get update\napt-get install -y --no-install-recommends libfmt-dev\n"));
  EXPECT_EQ(finished.output, "suite bench\n") << "chatter belongs on stderr";
}

TEST_F(ScriptsTest, InstallThroughSudoWhereTheUserIsNotRoot) {
  run("sh benchmark.sh", "1000");
  EXPECT_THAT(read("calls"), HasSubstr("sudo\napt-get update\nsudo\napt-get install"));
}

TEST_F(ScriptsTest, NameThePackagesThatAReleaseLacksAndGoOn) {
  write("unknown", "libasio-dev\nnlohmann-json3-dev\n");
  const Finished finished = run("sh benchmark.sh");
  EXPECT_THAT(finished.errors, HasSubstr("This release has no package libasio-dev."));
  EXPECT_THAT(finished.errors, HasSubstr("This release has no package nlohmann-json3-dev."));
  EXPECT_THAT(finished.errors, HasSubstr("Still missing: nlohmann-json3-dev."));
  EXPECT_THAT(read("calls"), ContainsRegex("apt-get install .*libfmt-dev"));
  EXPECT_EQ(finished.output, "suite bench\n");
}

TEST_F(ScriptsTest, BuildWithoutAnOptionalLibraryEvenWhereNothingMayBeInstalled) {
  write("installed", "g++\ncmake\nninja-build\nlibfmt-dev\nlibcli11-dev\nnlohmann-json3-dev\nnode-llhttp\n");
  const Finished finished = run("sh benchmark.sh --no-install");
  EXPECT_THAT(finished.errors, HasSubstr("libuv1-dev libasio-dev\n"));
  EXPECT_EQ(finished.output, "suite bench\n");
}

TEST_F(ScriptsTest, HandAllOtherFlagsToTheBenchAndItsExitCodeBack) {
  install_everything();
  const Finished finished =
      run("cd / && " + folder_.file("tree/benchmark.sh") + " --quick --no-install -o 'a b'");
  EXPECT_EQ(finished.output, "suite bench --quick -o a b\n");
  EXPECT_EQ(finished.status, exited(7));
  EXPECT_THAT(finished.errors, HasSubstr("Built " + folder_.file("tree/build/suite")));
}

TEST_F(ScriptsTest, RefuseAnUnknownFlagOfTheTestRunner) {
  const Finished finished = run("tests/run.sh --al");
  EXPECT_EQ(finished.status, exited(2));
  EXPECT_THAT(finished.errors, HasSubstr("there is no '--al'"));
}

TEST_F(ScriptsTest, CountAStageThatCannotBuildAsAFailure) {
  program("bin/cmake", "exit 1");
  const Finished finished = run("tests/run.sh");
  EXPECT_EQ(finished.status, exited(1));
  EXPECT_THAT(finished.output, ContainsRegex("release +[0-9]+ s  FAILED\n0 passed, 1 failed, 0 skipped\n$"));
}

TEST_F(ScriptsTest, SumWhatCTestCounted) {
  program(
      "bin/ctest",
      "for last; do :; done\n"
      "printf '<testsuite\\n\\ttests=\"9\"\\n\\tfailures=\"2\"\\n\\tdisabled=\"1\"\\n\\tskipped=\"3\"\\n' > "
      "$last\n"
      "printf '<testcase name=\"net/A.B\" x=\"1\">\\na.cc:2: Skipped\\nno IPv6 here\\n' >> $last; exit 8");
  const Finished finished = run("tests/run.sh");
  EXPECT_EQ(finished.status, exited(1));
  EXPECT_THAT(finished.output, HasSubstr("skipped net/A.B: no IPv6 here\n"));
  EXPECT_THAT(finished.output, testing::EndsWith("3 passed, 2 failed, 4 skipped\n"));
}

}  // namespace
}  // namespace suite::test
