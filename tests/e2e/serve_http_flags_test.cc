// The flags that only `suite serve-http` has, as its user meets them: defaults, other names, errors. What
// they mean to each backend is tested in tests/conformance.
#include <sys/stat.h>
#include <unistd.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "common/net/listener.h"
#include "tests/support/http_client.h"
#include "tests/support/server.h"
#include "tests/support/temporary_folder.h"

namespace suite {
namespace {

using testing::HasSubstr;

class ServeHttpFlags : public testing::Test {
 protected:
  void SetUp() override {
    std::filesystem::create_directory(root_);
    std::ofstream(root_ + "/a.txt") << "alpha\n";
  }
  static test::Server started(std::vector<std::string> flags) {
    return test::Server({.verb = "serve-http", .flags = std::move(flags)});
  }
  static std::string body(const test::Server& server) {
    return test::HttpClient(server.endpoint()).get("/a.txt").body;
  }
  // The one line of a command line that cannot be right.
  static std::string usage_error(const std::vector<std::string>& flags) {
    test::Command command = test::suite_command({"serve-http", "--port", "0"});
    command.arguments.insert(command.arguments.end(), flags.begin(), flags.end());
    const test::Finished finished = test::run_to_end(command);
    EXPECT_EQ(finished.status, test::exited(2)) << finished.errors;
    EXPECT_EQ(finished.output, "");
    EXPECT_EQ(std::ranges::count(finished.errors, '\n'), 1) << finished.errors;
    EXPECT_TRUE(finished.errors.starts_with("suite serve-http: ")) << finished.errors;
    return finished.errors;
  }
  test::TemporaryFolder folder_;
  std::string root_ = folder_.file("root");
};

TEST_F(ServeHttpFlags, RootChoosesTheFiles) {
  for (const char* flag : {"-r", "--root", "--document-root"}) {
    test::Server server = started({flag, root_});
    ASSERT_TRUE(server.running()) << server.child().errors();
    EXPECT_EQ(body(server), "alpha\n") << flag;
  }
}

TEST_F(ServeHttpFlags, TheRootIsWhereItWasStartedUnlessGiven) {
  test::Command command = test::suite_command({"serve-http", "--port", "0"});
  command.arguments.insert(command.arguments.begin(), {"/usr/bin/env", "-C", root_});
  test::Child child(command);
  const auto line = child.wait_for_line("listening on 127.0.0.1:");
  ASSERT_TRUE(line) << child.errors();
  const auto port = static_cast<std::uint16_t>(std::stoi(line->substr(line->find(':') + 1)));
  EXPECT_EQ(test::HttpClient(resolve("127.0.0.1", port)->front()).get("/a.txt").body, "alpha\n");
}

TEST_F(ServeHttpFlags, ARootGivenByALinkIsThatRoot) {
  std::filesystem::create_directory_symlink(root_, folder_.file("link"));
  test::Server server = started({"-r", folder_.file("link")});
  ASSERT_TRUE(server.running()) << server.child().errors();
  EXPECT_EQ(body(server), "alpha\n");
}

TEST_F(ServeHttpFlags, ARootThatIsMissingOrNoDirectoryIsAnErrorOfTheCommandLine) {
  const std::string missing = usage_error({"--root", folder_.file("none")});
  EXPECT_THAT(missing, HasSubstr("--root"));
  EXPECT_THAT(missing, HasSubstr("none"));
  EXPECT_THAT(missing, HasSubstr("No such file or directory"));
  EXPECT_THAT(usage_error({"--root", root_ + "/a.txt"}), HasSubstr("Not a directory"));
  EXPECT_THAT(usage_error({"--root", ""}), HasSubstr("--root"));
}

TEST_F(ServeHttpFlags, ARootThatMayNotBeReadIsAnErrorOfTheCommandLine) {
  ASSERT_EQ(::chmod(root_.c_str(), 0), 0);
  if (::access(root_.c_str(), R_OK) == 0) GTEST_SKIP() << "root may read everything";
  EXPECT_THAT(usage_error({"--root", root_}), HasSubstr("Permission denied"));
}

TEST_F(ServeHttpFlags, ALogThatCannotBeWrittenIsAnErrorOfTheCommandLine) {
  const std::string line = usage_error({"-r", root_, "--access-log", folder_.file("none/access.log")});
  EXPECT_THAT(line, HasSubstr("--access-log"));
  EXPECT_THAT(line, HasSubstr("none/access.log"));
  EXPECT_THAT(usage_error({"-r", root_, "--file-log", root_}), HasSubstr("Is a directory"));
}

TEST_F(ServeHttpFlags, ListensOnPort8080UnlessTold) {
  if (!claim_endpoint(resolve("127.0.0.1", 8080)->front())) GTEST_SKIP() << "port 8080 is taken";
  test::Child child(test::suite_command({"serve-http", "-r", root_}));
  EXPECT_TRUE(child.wait_for_line("listening on 127.0.0.1:8080 (epoll, 1 worker)")) << child.errors();
}

}  // namespace
}  // namespace suite
