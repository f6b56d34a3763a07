// What `suite load` takes of memory while it runs.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <string>
#include <vector>

#include "tests/support/process_stats.h"
#include "tests/support/server.h"
#include "tests/support/temporary_folder.h"

namespace suite {
namespace {

// Its resident bytes when each of these seconds of the window is over.
std::vector<std::size_t> memory_after(const std::vector<std::string>& seconds,
                                      std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), "load");
  arguments.insert(arguments.end(), {"-d", "1h", "--progress", "on"});
  test::Child load(test::suite_command(arguments));
  std::vector<std::size_t> memory;
  for (const std::string& second : seconds) {
    EXPECT_TRUE(load.wait_for_line(second + "s of ")) << load.errors();
    memory.push_back(test::resident_bytes(load.pid()));
  }
  load.signal(SIGINT);
  EXPECT_EQ(load.wait(), test::exited(128 + SIGINT));
  return memory;
}

class LoadMemory : public testing::Test {
 protected:
  void SetUp() override {
    if (test::kSanitized) GTEST_SKIP() << "a sanitizer's own memory would be counted";
  }
  static constexpr std::size_t kFew = 100, kMany = 3'100;

  static void expect_small_connections(const std::string& target) {
    const auto with = [&](std::size_t connections) {
      return memory_after({"1"}, {target, "-c", std::to_string(connections)})[0];
    };
    const std::size_t few = with(kFew);
    EXPECT_LE(with(kMany), few + (kMany - kFew) * 4096);
  }
};

TEST_F(LoadMemory, OfAConnectionIsFourKibibytesAtTheMost) {
  const test::Server echo(test::ServerOptions{});
  ASSERT_TRUE(echo.running());
  expect_small_connections(echo.endpoint().to_string());
  const test::TemporaryFolder folder;
  std::ofstream(folder.file("index.html")) << "hello";
  const test::Server http({.verb = "serve-http", .flags = {"--root", folder.file("")}});
  ASSERT_TRUE(http.running());
  expect_small_connections("http://" + http.endpoint().to_string() + "/");
}

TEST_F(LoadMemory, DoesNotGrowWithTheNumberOfRequests) {
  const test::Server server(test::ServerOptions{});
  ASSERT_TRUE(server.running());
  const auto memory = memory_after({"2", "4"}, {server.endpoint().to_string(), "-c", "50", "-D", "100"});
  EXPECT_LE(memory[1], memory[0] + 64 * 1024) << "of millions of requests";
}

}  // namespace
}  // namespace suite
