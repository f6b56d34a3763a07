// tests/run.sh: how it counts and repeats tests.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "tests/scripts/scripts_test.h"

namespace suite::test {
namespace {

using testing::ContainsRegex;
using testing::HasSubstr;
using testing::Not;

// A test case in ctest's JUnit file.
std::string testcase(const std::string& name, const std::string& status, const std::string& output) {
  return "\t<testcase name=\"" + name + "\" classname=\"" + name + "\" time=\"0.1\" status=\"" + status +
         "\">\n\t\t<system-out>" + output + "</system-out>\n\t</testcase>\n";
}

TEST_F(ScriptsTest, RefuseAnUnknownFlagOfTheTestRunner) {
  const Finished finished = run("tests/run.sh --al");
  EXPECT_EQ(finished.status, exited(2));
  EXPECT_THAT(finished.errors, HasSubstr("there is no '--al'"));
}

TEST_F(ScriptsTest, BuildTheProgramAndSoakIt) {
  install_everything();
  program("tree/tests/soak.sh", "echo soak $* with $SUITE >> $here/calls; exit 1");
  EXPECT_EQ(run("tests/run.sh --soak 5 --seed 2").status, exited(1));
  EXPECT_THAT(read("calls"), ContainsRegex("cmake .*--target suite\nsoak 5 --seed 2 with .*/build/suite\n$"));
}

TEST_F(ScriptsTest, RefuseMinutesOfFuzzingThatAreNoNumber) {
  for (const char* minutes : {"", " 0", " -1", " 1.5", " ten", " --all"}) {
    const Finished finished = run(std::string("tests/run.sh --fuzz") + minutes);
    EXPECT_EQ(finished.status, exited(2)) << minutes;
    EXPECT_THAT(finished.errors, HasSubstr("--fuzz takes a number of minutes")) << minutes;
  }
}

// A fuzz program of two targets, of which the second finds something.
TEST_F(ScriptsTest, ShareTheMinutesAmongTheFuzzTargetsAndSayWhatWasFound) {
  program("bin/clang++-19", "cat >$here/probe");
  program("bin/nproc", "echo 1");
  std::filesystem::create_directories(folder_.file("tree/build-fuzz"));
  program("tree/build-fuzz/suite_fuzz",
          "[ $1 != list ] || { printf 'one http\\ntwo none\\n'; exit 0; }\n"
          "echo $* >> $here/calls\n"
          "echo '#12 DONE cov: 345 ft: 1 corp: 1/1b'; echo 'stat::number_of_executed_units: 678'\n"
          "[ $1 = one ] || { echo 'does not hold: the same answers'; exit 77; }");
  const Finished finished = run("tests/run.sh --fuzz 3");
  EXPECT_EQ(finished.status, exited(1));
  EXPECT_THAT(read("calls"), ContainsRegex("one -max_total_time=90 [^\n]*-dict=[^\n]*/words/http.dict"));
  EXPECT_THAT(read("calls"), ContainsRegex("two -max_total_time=90 "));
  EXPECT_THAT(read("calls"), Not(HasSubstr("--preset release")));
  EXPECT_THAT(finished.output, ContainsRegex("one +678 executions +345 edges  ok\n"));
  EXPECT_THAT(finished.output,
              ContainsRegex("two +678 executions +345 edges  FOUND\n  does not hold: the same answers"));
  EXPECT_THAT(finished.output, testing::EndsWith("0 passed, 1 failed, 0 skipped\n"));
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

// As GoogleTest frames a test in its output.
std::string framed(const std::string& name, const std::string& end, const std::string& output = "") {
  return "[ RUN      ] " + name + "\n" + output + end + " " + name + " (3 ms)\n";
}

TEST_F(ScriptsTest, CountEachTestOfABatch) {
  const std::string good = framed("A.Good/epoll", "[       OK ]");
  ctest_reports({testcase("net/A.* 1", "run",
                          good + framed("A.None", "[  SKIPPED ]", "a.cc:2: Skipped\nno IPv6 here\n")) +
                     testcase("net/B.* 1", "fail",
                              framed("B.Moody", "[  FAILED  ]", "too late\n") +
                                  framed("B.Good", "[       OK ]") + "[ RUN      ] B.Dies\nboom\n"),
                 testcase("net/B.* 1", "fail",
                          framed("B.Moody", "[       OK ]") + framed("B.Good", "[       OK ]") +
                              "[ RUN      ] B.Dies\nboom\n"),
                 testcase("net/B.* 1", "fail",
                          framed("B.Moody", "[       OK ]") + framed("B.Good", "[       OK ]") +
                              "[ RUN      ] B.Dies\nboom again\n")});
  const Finished finished = run("tests/run.sh");
  EXPECT_THAT(finished.output, HasSubstr("skipped net/A.None: no IPv6 here\n"));
  EXPECT_THAT(finished.output,
              testing::EndsWith("flaky net/B.Moody (release): failed 1 of 3 runs, fix it\n"
                                "== failed (release):\n--- net/B.Dies (failed 3 of 3 runs)\nboom again\n"
                                "3 passed, 1 failed, 1 skipped\n"));
}

TEST_F(ScriptsTest, TakeWhatFailsBehindTheLastTestOfABatchForItsFailure) {
  const std::string leaks = testcase(
      "net/A.* 2", "fail",
      framed("A.Good", "[       OK ]") + framed("A.Leaks", "[       OK ]") + "[  PASSED  ] 2 tests.\nLEAK\n");
  ctest_reports({leaks, leaks, leaks});
  EXPECT_THAT(run("tests/run.sh").output,
              testing::ContainsRegex("--- net/A.Leaks \\(failed 3 of 3 runs\\)\n(.*\n)*LEAK\n"
                                     "1 passed, 1 failed, 0 skipped\n$"));
  const std::string never = testcase("net/A.* 2", "fail", "cannot start\n");
  ctest_reports({never, never, never});
  EXPECT_THAT(run("tests/run.sh").output,
              testing::EndsWith("--- net/A.* 2 (failed 3 of 3 runs)\ncannot start\n"
                                "0 passed, 1 failed, 0 skipped\n"));
}

TEST_F(ScriptsTest, ForgetTheReportsOfAnEarlierRun) {
  write("tree/build/tests-1.xml", "<testsuite>" + testcase("net/A.Old", "fail", "") + "</testsuite>");
  ctest_reports({testcase("net/A.Good", "run", "")});
  EXPECT_THAT(run("tests/run.sh").output, testing::EndsWith("1 passed, 0 failed, 0 skipped\n"));
}

}  // namespace
}  // namespace suite::test
