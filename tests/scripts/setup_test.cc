// What the scripts install, and which services of it they hold back.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <string>

#include "tests/scripts/scripts_test.h"

namespace suite::test {
namespace {

namespace fs = std::filesystem;
using testing::ContainsRegex;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

TEST_F(ScriptsTest, ArePosixShell) {
  const std::string shell = fs::exists("/bin/dash") ? "/bin/dash" : "/bin/sh";
  for (const char* script : {"benchmark.sh", "cmake/setup.sh", "tests/run.sh", "tests/fuzz/run.sh",
                             "tests/fuzz/run_target.sh", ".ci/run", "docs/make-results.sh"}) {
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
                              "nlohmann-json3-dev libssl-dev libnghttp2-dev liburing-dev "));
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
        "libssl-dev\nlibnghttp2-dev\nliburing-dev\nlibuv1-dev\nlibevent-dev\nlibev-dev\n"
        "libasio-dev\nlibboost-context-dev\nlibjs-chart.js\n");
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

}  // namespace
}  // namespace suite::test
