// What `suite load` shows while it runs, on a terminal and elsewhere.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <map>

#include "tests/support/child.h"
#include "tests/support/scripted_server.h"

namespace suite {
namespace {

using test::ScriptedServer;
using testing::ContainsRegex;
using testing::HasSubstr;
using testing::Not;

constexpr const char* kClearLine = "\r\033[K";

std::vector<std::string> one_second_load(const ScriptedServer& server, std::vector<std::string> flags) {
  flags.insert(flags.begin(),
               {SUITE_PROGRAM, "load", server.endpoint().to_string(), "-c", "2", "-d", "1100ms"});
  return flags;
}

test::Finished load_for_a_second(const ScriptedServer& server, std::vector<std::string> flags) {
  return test::run_to_end({.arguments = one_second_load(server, std::move(flags))});
}

/// What a terminal of so many columns got: script(1) makes it and copies what is written on it.
class LoadOnATerminal : public testing::Test {
 protected:
  void SetUp() override {
    if (!std::filesystem::exists("/usr/bin/script")) GTEST_SKIP() << "no /usr/bin/script: package bsdutils";
  }

  // On an xterm with colours, unless `environment` says otherwise.
  std::string load(const std::string& columns, std::vector<std::string> flags,
                   std::map<std::string, std::string> environment = {}) {
    std::string command = "stty cols " + columns + "; exec";
    for (const std::string& argument : one_second_load(server_, std::move(flags))) command += " " + argument;
    environment.insert({{"TERM", "xterm"},
                        {"NO_COLOR", ""},
                        {"LC_ALL", "C.UTF-8"},
                        {"SHELL", "/bin/sh"},
                        {"COMMAND", command}});
    const test::Finished finished = test::run_to_end(
        {.arguments = {"/bin/sh", "-c", "exec /usr/bin/script -qec \"$COMMAND\" /dev/null </dev/null"},
         .environment = {environment.begin(), environment.end()}});
    EXPECT_EQ(finished.status, test::exited(0)) << finished.output << finished.errors;
    return finished.output;
  }

  // The lines that each renewed the one before.
  static std::vector<std::string> renewed(const std::string& text) {
    std::vector<std::string> lines;
    for (std::size_t at = text.find(kClearLine); at != std::string::npos;) {
      const std::size_t begin = at + std::string_view(kClearLine).size();
      at = text.find(kClearLine, begin);
      if (at != std::string::npos) lines.push_back(text.substr(begin, at - begin));
    }
    return lines;
  }

  ScriptedServer server_{test::echo};
};

TEST_F(LoadOnATerminal, OneLineIsRenewedAndGoneAtTheEnd) {
  const std::string text = load("90", {});
  const auto lines = renewed(text);
  ASSERT_GE(lines.size(), 2U) << text;
  EXPECT_EQ(lines[0], "connecting");
  EXPECT_THAT(lines[1],
              ContainsRegex("^1s of 1100ms  [0-9,]+ req/s  p99 [0-9.]+.s  errors 0  \033\\[36m█\033\\[0m$"));
  EXPECT_THAT(text, HasSubstr(std::string(kClearLine) + "  requests "))
      << "the summary has the line for itself";
}

TEST_F(LoadOnATerminal, ItsWidthAndNoColorAreHeeded) {
  const auto lines = renewed(load("40", {}, {{"NO_COLOR", "1"}}));
  ASSERT_GE(lines.size(), 2U);
  for (const std::string& line : lines) {
    EXPECT_LT(line.size(), 40U) << line;
    EXPECT_THAT(line, Not(HasSubstr("\033")));
  }
  EXPECT_THAT(lines[1], HasSubstr(" req/s"));
}

TEST_F(LoadOnATerminal, WhatComesBeforeTheFirstSecondIsNamed) {
  const auto lines = renewed(load("90", {"--warmup", "20ms", "--runs", "2"}));
  ASSERT_GE(lines.size(), 3U);
  EXPECT_EQ(lines[0], "run 1 of 2  connecting");
  EXPECT_EQ(lines[1], "run 1 of 2  warming up for 20ms");
  EXPECT_THAT(lines, testing::Contains("run 2 of 2  connecting"));
}

TEST_F(LoadOnATerminal, NothingIsShownWhereItIsNotWanted) {
  EXPECT_THAT(load("90", {"--progress", "off"}), Not(HasSubstr(kClearLine)));
  EXPECT_THAT(load("90", {"-q"}), Not(HasSubstr(kClearLine)));
  EXPECT_THAT(load("90", {}, {{"TERM", "dumb"}}), Not(HasSubstr(kClearLine))) << "it could not be renewed";
}

TEST_F(LoadOnATerminal, LatenciesAreDrawnAsBarsThatFit) {
  const std::string drawn = load("60", {});
  EXPECT_THAT(drawn, ContainsRegex("\n  distribution  up to +[0-9.]+.?s +[<0-9.]+ %  [█▏▎▍▌▋▊▉]+\r\n"));
  EXPECT_THAT(load("60", {"--histogram", "off"}), Not(HasSubstr("distribution")));
  EXPECT_THAT(load("60", {}, {{"LC_ALL", "C"}}), ContainsRegex(" %  #+\r\n"));
}

TEST(LoadWithoutATerminal, LatenciesAreDrawnOnlyWhenAskedFor) {
  const ScriptedServer server(test::echo);
  EXPECT_THAT(load_for_a_second(server, {}).errors, Not(HasSubstr("distribution")));
  EXPECT_THAT(load_for_a_second(server, {"--histogram", "on"}).errors, HasSubstr("\n  distribution  up to "));
}

TEST(LoadOfSeveralRuns, EndsWithTheirMediansAndEachWarningOnce) {
  const ScriptedServer server(test::echo);
  const test::Finished finished =
      test::run_to_end({.arguments = {SUITE_PROGRAM, "load", server.endpoint().to_string(), "-c", "3", "-n",
                                      "3", "--runs", "3"}});
  const std::string& errors = finished.errors;
  EXPECT_THAT(errors, HasSubstr("\n3 runs, median (least to greatest):\n  throughput  "));
  const std::size_t warning = errors.find("  warning (all runs): only 3 samples");
  ASSERT_NE(warning, std::string::npos) << errors;
  EXPECT_EQ(errors.find("only 3 samples"), errors.rfind("only 3 samples")) << "not after each run";
}

TEST(LoadWithoutATerminal, LinesAreWrittenOnlyWhenAskedFor) {
  const ScriptedServer server(test::echo);
  const test::Finished asked = load_for_a_second(server, {"--progress", "on"});
  EXPECT_THAT(asked.errors, ContainsRegex("\n1s of 1100ms  [0-9,]+ req/s  p99 [0-9.]+.s  errors 0\n"));
  EXPECT_THAT(asked.errors, Not(HasSubstr("\033")));
  EXPECT_EQ(std::ranges::count(asked.output, '\n'), 1) << "stdout has the result alone";
  EXPECT_THAT(load_for_a_second(server, {}).errors, Not(HasSubstr("1s of 1100ms")));
  EXPECT_EQ(load_for_a_second(server, {"--progress", "on", "-q"}).errors, "");
}

}  // namespace
}  // namespace suite
