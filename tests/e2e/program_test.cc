// The program as a whole: help, version, verbs, exit codes, streams.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "tests/support/child.h"

namespace suite {
namespace {

test::Finished suite_with(const std::vector<std::string>& arguments) {
  return test::run_to_end(test::suite_command(arguments));
}

std::ptrdiff_t lines_in(const std::string& text) { return std::ranges::count(text, '\n'); }

TEST(Program, WithoutAVerbShowsAShortHelpOnStderr) {
  const test::Finished finished = suite_with({});
  EXPECT_EQ(finished.status, test::exited(2));
  EXPECT_EQ(finished.output, "");
  EXPECT_THAT(finished.errors, testing::HasSubstr("suite serve-echo --backend epoll --port 3900"));
  EXPECT_LT(lines_in(finished.errors), 30);
}

TEST(Program, ShowsItsHelpOnStdout) {
  for (const char* flag : {"--help", "-h"}) {
    const test::Finished finished = suite_with({flag});
    EXPECT_EQ(finished.status, test::exited(0));
    EXPECT_EQ(finished.errors, "");
    EXPECT_THAT(finished.output, testing::HasSubstr("serve-echo"));
  }
}

TEST(Program, ShowsTheHelpOfAVerbThatIsAskedAbout) {
  const test::Finished asked = suite_with({"help", "load"}), flag = suite_with({"load", "--help"});
  EXPECT_EQ(asked.status, test::exited(0));
  EXPECT_EQ(asked.output, flag.output);
  EXPECT_THAT(suite_with({"help", "laod"}).errors, testing::HasSubstr("did you mean 'load'?"));
}

TEST(Program, NamesItsVersionCompilerLibrariesAndCommit) {
  const test::Finished finished = suite_with({"--version"});
  EXPECT_EQ(finished.status, test::exited(0));
  EXPECT_EQ(finished.errors, "");
  EXPECT_TRUE(finished.output.starts_with("suite ")) << finished.output;
  for (const char* part : {"commit ", "compiler: ", "libraries: ", "fmt "}) {
    EXPECT_THAT(finished.output, testing::HasSubstr(part));
  }
}

TEST(Program, SuggestsAVerb) {
  const test::Finished finished = suite_with({"serve-ecko"});
  EXPECT_EQ(finished.status, test::exited(2));
  EXPECT_EQ(finished.output, "");
  EXPECT_EQ(finished.errors, "suite: there is no verb 'serve-ecko'; did you mean 'serve-echo'?\n");
}

TEST(Program, ListsItsVerbsWhereNothingIsNear) {
  const test::Finished finished = suite_with({"juggle"});
  EXPECT_EQ(finished.status, test::exited(2));
  EXPECT_THAT(finished.errors, testing::HasSubstr("serve-echo"));
  EXPECT_EQ(lines_in(finished.errors), 1);
}

TEST(Program, ListsItsBackends) {
  const test::Finished finished = suite_with({"backends"});
  EXPECT_EQ(finished.status, test::exited(0));
  EXPECT_EQ(finished.errors, "");
  for (const char* name : {"epoll", "prefork", "poll", "libuv", "libevent", "libev", "asio", "asio-coro"}) {
    EXPECT_THAT(finished.output, testing::HasSubstr(name)) << "built in, or listed with the reason";
  }
}

TEST(Program, ListsItsBackendsForProgramsToo) {
  const test::Finished finished = suite_with({"backends", "--json"});
  EXPECT_EQ(finished.status, test::exited(0));
  EXPECT_EQ(finished.errors, "");
  const auto document = nlohmann::json::parse(finished.output);
  const auto& first = document.at("backends").at(0);
  EXPECT_EQ(first.at("name"), "epoll");
  EXPECT_EQ(first.at("workers"), "threads");
  EXPECT_EQ(first.at("usable"), true);
  EXPECT_TRUE(first.at("library").is_null());
}

TEST(Program, RefusesWhatIsNoFlagOfItsBackends) {
  const test::Finished finished = suite_with({"backends", "--jsn"});
  EXPECT_EQ(finished.status, test::exited(2));
  EXPECT_EQ(finished.output, "");
  EXPECT_EQ(lines_in(finished.errors), 1);
  EXPECT_THAT(finished.errors, testing::HasSubstr("--json"));
}

TEST(Program, NamesEachLibraryOnce) {
  const std::string version = suite_with({"--version"}).output;
  EXPECT_EQ(version.find("Asio "), version.rfind("Asio ")) << version;
}

TEST(ServeEchoHelp, GoesToStdoutExamplesFirstAndFitsAScreen) {
  const test::Finished finished = suite_with({"serve-echo", "--help"});
  EXPECT_EQ(finished.status, test::exited(0));
  EXPECT_EQ(finished.errors, "");
  EXPECT_LT(lines_in(finished.output), 60);
  EXPECT_LT(finished.output.find("suite serve-echo --backend epoll --port 3900"),
            finished.output.find("Usage:"));
}

}  // namespace
}  // namespace suite
