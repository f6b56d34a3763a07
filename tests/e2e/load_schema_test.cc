// What `suite load` really writes is as docs/load.schema.json says.
#include <unistd.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <fstream>
#include <nlohmann/json.hpp>

#include "tests/support/child.h"
#include "tests/support/json_schema.h"
#include "tests/support/patience.h"
#include "tests/support/scripted_server.h"
#include "tests/support/server.h"
#include "tests/support/temporary_folder.h"

namespace suite {
namespace {

using Json = nlohmann::json;
using test::receive;
using test::ScriptedServer;

std::vector<std::string> load_arguments(const std::string& target, std::vector<std::string> flags) {
  flags.insert(flags.begin(), {SUITE_PROGRAM, "load", target, "-q", "--format", "json"});
  return flags;
}

// One line of what was printed.
std::string one_line(const std::string& document) { return Json::parse(document).dump(); }

std::string json_of(const ScriptedServer& server, std::vector<std::string> flags) {
  const test::Command command{.arguments = load_arguments(server.endpoint().to_string(), std::move(flags))};
  return one_line(test::run_to_end(command).output);
}

std::string interrupted_json() {
  std::atomic<int> served = 0;
  const ScriptedServer server([&](int fd, int) {
    for (std::string bytes = receive(fd); !bytes.empty(); bytes = receive(fd)) {
      test::send_all(fd, bytes);
      ++served;
    }
  });
  test::Child child({.arguments = load_arguments(server.endpoint().to_string(), {"-d", "1h"})});
  EXPECT_TRUE(test::eventually([&] { return served > 100; }));
  child.signal(SIGINT);
  EXPECT_EQ(child.wait(), test::exited(130));
  return one_line(child.output());
}

std::string http_json(const test::TemporaryFolder& folder) {
  std::ofstream(folder.file("page.html")) << "<p>a page</p>";
  const test::Server server({.verb = "serve-http", .backend = "epoll", .flags = {"--root", folder.file("")}});
  const std::string url = "http://" + server.endpoint().to_string() + "/page.html";
  return one_line(
      test::run_to_end({.arguments = load_arguments(url, {"-n", "50", "-c", "2", "-H", "X-A: b"})}).output);
}

TEST(LoadSchema, IsFitByEveryKindOfRun) {
  const ScriptedServer echo(test::echo);
  const ScriptedServer closing([](int, int) {});
  const test::TemporaryFolder folder;
  const std::vector<std::string> documents{
      json_of(echo, {"-n", "5000", "-c", "4", "--server-pid", std::to_string(::getpid())}),
      json_of(echo, {"-d", "50ms", "-c", "4", "-t", "2", "--runs", "3", "--size", "64", "-e", "7"}),
      json_of(echo, {"-n", "1", "-c", "1", "--source-ip", "127.0.0.2"}),
      json_of(echo, {"-d", "100ms", "-c", "4", "--rate", "2000", "--arrivals", "poisson"}),
      json_of(echo, {"-d", "50ms", "-c", "4", "--latency", "off"}),
      json_of(echo, {"-d", "50ms", "-c", "4", "--rate", "2000", "--latency", "off"}),
      json_of(closing, {"-d", "50ms", "-c", "4", "--rate", "2000", "--timeout", "50ms"}),
      json_of(echo, {"-d", "50ms", "-c", "4", "--fail-if", "p99>1h", "--fail-if", "errors>1%"}),
      json_of(echo, {"-d", "20ms", "-c", "2", "--find-max", "p99<1ns"}),  // no run passes
      json_of(echo, {"-d", "20ms", "-c", "2", "--driver", "null"}),
      json_of(closing, {"-d", "50ms", "-c", "4"}),  // nothing succeeds
      interrupted_json(),
      http_json(folder)};
  const auto complaints = test::schema_complaints("docs/load.schema.json", documents);
  if (!complaints) GTEST_SKIP() << "no validator: package python3-jsonschema";
  EXPECT_THAT(*complaints, testing::Each(""));
}

}  // namespace
}  // namespace suite
