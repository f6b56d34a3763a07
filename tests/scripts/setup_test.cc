// benchmark.sh and tests/run.sh, with stand-ins for what installs and builds: nothing is installed or built.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
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

// A test case in ctest's JUnit file.
std::string testcase(const std::string& name, const std::string& status, const std::string& output) {
  return "\t<testcase name=\"" + name + "\" classname=\"" + name + "\" time=\"0.1\" status=\"" + status +
         "\">\n\t\t<system-out>" + output + "</system-out>\n\t</testcase>\n";
}

// A copy of the scripts in a tree of its own, where `dpkg-query`, `apt-get` and the like are ours. What is
// installed is a list in a file; each call of apt-get, sudo and cmake is noted in another.
class ScriptsTest : public testing::Test {
 protected:
  ScriptsTest() {
    fs::create_directories(folder_.file("tree/cmake"));
    fs::create_directories(folder_.file("tree/tests"));
    fs::create_directories(folder_.file("tree/build"));
    for (const char* script : {"benchmark.sh", "cmake/setup.sh", "tests/run.sh", "tests/read_junit.py"}) {
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
    program("bin/update-rc.d", "echo update-rc.d $* >> $here/calls");
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
          "g++\ncmake\nninja-build\nlibfmt-dev\nnlohmann-json3-dev\n"
          "libssl-dev\nliburing-dev\nlibuv1-dev\nlibevent-dev\nlibev-dev\nlibasio-dev\nlibboost-context-"
          "dev\nlibjs-chart."
          "js\n");
  }

  // A ctest that reports these in turn; its exit code is ctest's.
  void ctest_reports(const std::vector<std::string>& runs) const {
    for (std::size_t i = 0; i < runs.size(); ++i) {
      write("run-" + std::to_string(i), "<testsuite>" + runs[i] + "</testsuite>\n");
    }
    write("ctest-calls", "");
    program("bin/ctest",
            "run=$(grep -c . $here/ctest-calls); echo $* >> $here/ctest-calls\n"
            "for last; do :; done; cp $here/run-$run $last; ! grep -q 'status=\"fail' $last || exit 8");
  }

  // Runs a command line in the tree's root, our programs first.
  Finished run(const std::string& command, const std::string& uid = "0") const {
    return run_to_end({.arguments = {"/bin/sh", "-c", "cd " + folder_.file("tree") + " && " + command},
                       .environment = {{"PATH", folder_.file("bin") + ":" + std::getenv("PATH")},
                                       {"FAKE_UID", uid},
                                       {"SUITE_POLICY", folder_.file("policy-rc.d")}}});
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
                              "nlohmann-json3-dev libssl-dev liburing-dev "));
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
  write("installed",
        "g++\ncmake\nninja-build\nnlohmann-json3-dev\n"
        "libssl-dev\nliburing-dev\nlibuv1-dev\nlibevent-dev\nlibev-dev\nlibasio-dev\nlibboost-context-"
        "dev\nlibjs-chart."
        "js\n");
  const Finished finished = run("sh benchmark.sh");
  EXPECT_THAT(finished.errors, HasSubstr("--no-install-recommends libfmt-dev\n"));
  EXPECT_THAT(read("calls"),
              HasSubstr("apt-get update\napt-get install -y --no-install-recommends libfmt-dev\n"));
  EXPECT_EQ(finished.output, "suite bench -o ./benchmark.json\n") << "chatter belongs on stderr";
}

TEST_F(ScriptsTest, InstallWhatPeersNeedOnlyWhenAskedTo) {
  install_everything();
  EXPECT_THAT(run("sh benchmark.sh --quick").errors, Not(HasSubstr("python3")));
  const Finished asked = run("sh benchmark.sh --install-peers --quick");
  EXPECT_THAT(read("calls"),
              ContainsRegex("apt-get install .* python3 python3-gevent .*python3-eventlet nodejs"));
  EXPECT_EQ(asked.output, "suite bench -o ./benchmark.json --quick\n") << "the flag is the script's own";
  write("calls", "");
  run("sh benchmark.sh --install-peers");
  EXPECT_THAT(read("calls"), Not(HasSubstr("apt-get"))) << "all of it is there now";
}

TEST_F(ScriptsTest, BuildWithoutPeersWhereNothingMayBeInstalled) {
  install_everything();
  const Finished finished = run("sh benchmark.sh --install-peers --no-install");
  EXPECT_THAT(finished.errors,
              HasSubstr("apt-get install -y --no-install-recommends python3 python3-gevent "));
  EXPECT_THAT(read("calls"), Not(HasSubstr("apt-get")));
  EXPECT_EQ(finished.output, "suite bench -o ./benchmark.json\n");
}

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

TEST_F(ScriptsTest, InstallWhatPeersNeedToTestThem) {
  install_everything();
  run("tests/run.sh");
  EXPECT_THAT(read("calls"), ContainsRegex("apt-get install .*python3-gevent"));
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
  EXPECT_EQ(finished.output, "suite bench -o ./benchmark.json\n");
}

TEST_F(ScriptsTest, BuildWithoutAnOptionalLibraryEvenWhereNothingMayBeInstalled) {
  write("installed", "g++\ncmake\nninja-build\nlibfmt-dev\nnlohmann-json3-dev\n");
  const Finished finished = run("sh benchmark.sh --no-install");
  EXPECT_THAT(finished.errors,
              HasSubstr("liburing-dev libuv1-dev libevent-dev libev-dev libasio-dev libboost-context-dev "
                        "libjs-chart.js\n"));
  EXPECT_EQ(finished.output, "suite bench -o ./benchmark.json\n");
}

TEST_F(ScriptsTest, HandAllOtherFlagsToTheBenchAndItsExitCodeBack) {
  install_everything();
  const Finished finished =
      run("cd / && " + folder_.file("tree/benchmark.sh") + " --quick --no-install -o 'a b'");
  EXPECT_EQ(finished.output, "suite bench --quick -o a b\n");
  EXPECT_EQ(finished.status, exited(7));
  EXPECT_THAT(finished.errors, HasSubstr("Built " + folder_.file("tree/build/suite")));
}

TEST_F(ScriptsTest, StartNoServiceOfAPackage) {
  install_everything();
  const std::pair<std::string, std::string> cases[] = {{"nginx-light", "nginx"}, {"lighttpd", "lighttpd"}};
  for (const auto& [package, service] : cases) {
    // Asks as Debian's invoke-rc.d would, and is there from the start of the installation to its end.
    program("bin/apt-get", "[ $1 = install ] || exit 0\n$here/policy-rc.d " + service +
                               " start; echo policy $? >> $here/calls; echo " + package +
                               " >> $here/installed");
    for (const char* uid : {"0", "1000"}) {
      install_everything();
      write("calls", "");
      run("tests/run.sh", uid);
      EXPECT_THAT(read("calls"), ContainsRegex("policy 101\n(sudo\n)?update-rc.d " + service + " disable\n"))
          << uid;
      EXPECT_FALSE(fs::exists(folder_.file("policy-rc.d"))) << uid;
    }
  }
}

// caddy's package has a unit of systemd and no script in /etc/init.d.
TEST_F(ScriptsTest, StartNoServiceAtTheNextBootThatHasAUnitOnly) {
  install_everything();
  program("bin/update-rc.d", "echo 'cannot find a LSB script' >&2; exit 1");
  program("bin/deb-systemd-helper", "echo $DPKG_MAINTSCRIPT_PACKAGE: deb-systemd-helper $* >> $here/calls");
  run("tests/run.sh");
  EXPECT_THAT(read("calls"), HasSubstr("nginx-light: deb-systemd-helper disable nginx.service\n"));
}

// Compilers of other languages and servers of a hundred megabytes are for those who ask for everything.
TEST_F(ScriptsTest, InstallHeavyPeersForAllTestsOnly) {
  install_everything();
  run("tests/run.sh --no-install");
  EXPECT_THAT(read("calls"), Not(HasSubstr("golang-go")));
  const Finished all = run("tests/run.sh --no-install --all");
  EXPECT_THAT(all.errors, ContainsRegex("apt-get install [^\n]* caddy golang-go"));
  EXPECT_THAT(run("tests/run.sh --no-install").errors, Not(HasSubstr("golang-go")));
}

TEST_F(ScriptsTest, HoldServicesBackWhicheverOfTheirPackagesIsMissing) {
  for (const char* missing : {"nginx-light", "lighttpd"}) {
    install_everything();
    std::string others;
    for (const char* package : {"nginx-light", "lighttpd"}) {
      if (std::string(package) != missing) others += std::string(package) + "\n";
    }
    write("installed", read("installed") + others);
    write("calls", "");
    program("bin/apt-get", "[ $1 = update ] || { test -x $here/policy-rc.d && echo held >> $here/calls; }");
    run("tests/run.sh");
    EXPECT_THAT(read("calls"), HasSubstr("held\n")) << missing;
  }
}

TEST_F(ScriptsTest, LeaveAPolicyForServicesThatIsThere) {
  install_everything();
  program("policy-rc.d", "exit 102");
  run("tests/run.sh");
  EXPECT_THAT(read("policy-rc.d"), testing::EndsWith("exit 102\n"));
}

TEST_F(ScriptsTest, TakeAwayAPolicyForServicesThatAKilledRunLeftBehind) {
  install_everything();
  program("bin/apt-get", "[ $1 = update ] || kill -9 $PPID");  // the shell that would have removed it
  run("tests/run.sh");
  ASSERT_TRUE(fs::exists(folder_.file("policy-rc.d")));
  program("bin/apt-get", "exit 0");
  run("tests/run.sh");
  EXPECT_FALSE(fs::exists(folder_.file("policy-rc.d")));
}

TEST_F(ScriptsTest, TakeTheirPolicyForServicesAwayWhenInterrupted) {
  for (const char* signal : {"INT", "TERM", "HUP"}) {
    install_everything();
    write("calls", "");
    program(
        "bin/apt-get",
        std::string("[ $1 = update ] || { test -x $here/policy-rc.d && echo there >> $here/calls; kill -") +
            signal + " $PPID; }");
    run("tests/run.sh");
    EXPECT_THAT(read("calls"), HasSubstr("there\n")) << signal;
    EXPECT_FALSE(fs::exists(folder_.file("policy-rc.d"))) << signal;
  }
}

TEST_F(ScriptsTest, TouchNoPolicyForServicesWhereNoPackageBringsOne) {
  program("bin/apt-get", "test ! -e $here/policy-rc.d || echo policy >> $here/calls");
  run("sh benchmark.sh");
  EXPECT_THAT(read("calls"), Not(HasSubstr("policy")));
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
  const std::string bad = testcase("net/A.Bad", "fail", "no\n");
  ctest_reports({testcase("net/A.B", "notrun", "a.cc:2: Skipped\nno IPv6 here\n") +
                     testcase("C", "disabled", "") + testcase("net/A.Good", "run", "") +
                     testcase("net/A.Better", "run", "") + bad,
                 bad, bad});
  const Finished finished = run("tests/run.sh");
  EXPECT_EQ(finished.status, exited(1));
  EXPECT_THAT(finished.output, HasSubstr("skipped net/A.B: no IPv6 here\n"));
  EXPECT_THAT(finished.output, testing::EndsWith("2 passed, 1 failed, 2 skipped\n"));
}

TEST_F(ScriptsTest, EndWithTheNamesOfTheFailedTestsAndTheEndsOfTheirOutput) {
  std::string counted;
  for (int line = 1; line <= 40; ++line) counted += "line " + std::to_string(line) + ".\n";
  const std::string failures =
      testcase("net/A.Bad/&lt;1&gt;", "fail", counted) + testcase("net/A.Worse", "fail", "a &amp;lt; b\n");
  ctest_reports({testcase("net/A.Good", "run", "fine") + failures, failures, failures});
  const Finished finished = run("tests/run.sh");
  EXPECT_EQ(finished.status, exited(1));
  EXPECT_THAT(finished.output, HasSubstr("s  FAILED\n== failed (release):\n"
                                         "--- net/A.Bad/<1> (failed 3 of 3 runs)\nline 11.\nline 12.\n"));
  EXPECT_THAT(finished.output, testing::EndsWith("line 40.\n--- net/A.Worse (failed 3 of 3 runs)\na &lt; b\n"
                                                 "1 passed, 2 failed, 0 skipped\n"));
}

TEST_F(ScriptsTest, ReportATestThatPassesWhenRunAloneAsFlakyWithHowOftenItFailed) {
  const std::string bad = testcase("net/A.Bad", "fail", "no\n"),
                    rare = testcase("net/A.Rare", "fail", "late\n");
  ctest_reports(
      {testcase("net/A.Good", "run", "") + testcase("net/A.Moody", "fail", "too late\n") + rare + bad,
       testcase("net/A.Moody", "run", "") + rare + bad, testcase("net/A.Rare", "run", "") + bad});
  const Finished finished = run("tests/run.sh");
  EXPECT_EQ(finished.status, exited(1));
  EXPECT_THAT(finished.output,
              testing::EndsWith("FAILED\nflaky net/A.Moody (release): failed 1 of 2 runs, fix it\n"
                                "flaky net/A.Rare (release): failed 2 of 3 runs, fix it\n"
                                "== failed (release):\n--- net/A.Bad (failed 3 of 3 runs)\nno\n"
                                "3 passed, 1 failed, 0 skipped\n"));
  EXPECT_THAT(read("ctest-calls"), ContainsRegex("--parallel [0-9]+ --output-junit .*\n"
                                                 ".*--output-on-failure --rerun-failed --output-junit .*\n"))
      << "alone: the further runs are not parallel";
}

TEST_F(ScriptsTest, PassWhereAllThatFailedPassWhenRunAlone) {
  ctest_reports({testcase("net/A.Moody", "fail", "too late\n"), testcase("net/A.Moody", "run", "")});
  const Finished finished = run("tests/run.sh");
  EXPECT_EQ(finished.status, exited(0));
  EXPECT_THAT(finished.output,
              testing::EndsWith("s  ok\nflaky net/A.Moody (release): failed 1 of 2 runs, fix it\n"
                                "1 passed, 0 failed, 0 skipped\n"));
}

TEST_F(ScriptsTest, RunNothingAgainWhereTooMuchFailedToBeAnAccident) {
  std::string failures;
  for (int i = 0; i < 21; ++i) failures += testcase("net/A.Bad/" + std::to_string(i), "fail", "no\n");
  ctest_reports({testcase("net/A.Good", "run", "") + failures});
  const Finished finished = run("tests/run.sh");
  EXPECT_EQ(finished.status, exited(1));
  EXPECT_THAT(finished.output, testing::EndsWith("--- net/A.Bad/20\nno\n1 passed, 21 failed, 0 skipped\n"));
  EXPECT_THAT(read("ctest-calls"), Not(HasSubstr("--rerun-failed")));
}

TEST_F(ScriptsTest, FailWhereCTestLeavesNoReport) {
  program("bin/ctest", "exit 1");
  const Finished finished = run("tests/run.sh");
  EXPECT_EQ(finished.status, exited(1));
  EXPECT_THAT(finished.output, testing::EndsWith("0 passed, 1 failed, 0 skipped\n"));
}

TEST_F(ScriptsTest, ForgetTheReportsOfAnEarlierRun) {
  write("tree/build/tests-1.xml", "<testsuite>" + testcase("net/A.Old", "fail", "") + "</testsuite>");
  ctest_reports({testcase("net/A.Good", "run", "")});
  EXPECT_THAT(run("tests/run.sh").output, testing::EndsWith("1 passed, 0 failed, 0 skipped\n"));
}

}  // namespace
}  // namespace suite::test
