// What `suite load` sends over HTTP where a user adds to it, and where it connects to.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <nlohmann/json.hpp>

#include "tests/e2e/load.h"
#include "tests/e2e/recorded_requests.h"
#include "tests/support/child.h"
#include "tests/support/scripted_server.h"

namespace suite {
namespace {

using testing::HasSubstr;
using testing::Not;

// RFC 9112 9.6: "A client that sends a 'close' connection option MUST NOT send further requests on that
// connection".
TEST(LoadSends, ConnectionCloseMeansNoKeepalive) {
  test::RequestRecorder recorder;
  const test::ScriptedServer server(std::ref(recorder));
  for (const char* header : {"Connection: close", "connection: x, CLOSE"}) {
    const int before = server.accepted();
    const test::Finished finished =
        test::load({test::url(server), "-n", "5", "-c", "1", "-q", "--format", "json", "-H", header});
    const auto document = nlohmann::json::parse(finished.output);
    EXPECT_EQ(document["runs"][0]["completed"], 5) << header;
    EXPECT_EQ(document["config"]["http"]["no_keepalive"], true);
    EXPECT_GE(server.accepted() - before, 1 + 5) << "one looks whether there is a server";
  }
  EXPECT_THAT(recorder.requests().front(), HasSubstr("\r\nConnection: close\r\n"));
  EXPECT_THAT(recorder.requests().back(), Not(HasSubstr("Connection: close")));
  EXPECT_THAT(recorder.requests().back(), HasSubstr("\r\nconnection: x, CLOSE\r\n"));
}

TEST(LoadSends, APostWithoutABodySaysSo) {
  EXPECT_THAT(test::request_of({"-X", "POST"}), HasSubstr("\r\nContent-Length: 0\r\n"));
  EXPECT_THAT(test::request_of({"-X", "GET"}), Not(HasSubstr("Content-Length")));
}

TEST(LoadSends, AContentLengthThatIsRightOnce) {
  const std::string request = test::request_of({"-H", "content-length: 5", "-b", "hello"});
  EXPECT_THAT(request, HasSubstr("\r\ncontent-length: 5\r\n"));
  EXPECT_THAT(request, Not(HasSubstr("Content-Length")));
}

// What a shell makes of `input` in front of `suite load URL FLAGS`.
test::Finished load_behind(const std::string& input, const std::string& flags) {
  return test::run_to_end({.arguments = {"/bin/sh", "-c", input + " \"" SUITE_PROGRAM "\" load " + flags}});
}

TEST(LoadSends, ABodyFromStdin) {
  test::RequestRecorder recorder;
  const test::ScriptedServer server(std::ref(recorder));
  const std::string once = test::url(server) + " -n 1 -c 1 -q ";
  EXPECT_EQ(load_behind("printf 'from a pipe' |", once + "-X POST -b @-").status, test::exited(0));
  EXPECT_THAT(recorder.requests().front(), HasSubstr("\r\nContent-Length: 11\r\n\r\nfrom a pipe"));
  const test::Finished empty = load_behind("true |", once + "-b @-");
  EXPECT_EQ(empty.status, test::exited(2));
  EXPECT_THAT(empty.errors, HasSubstr("--body: stdin is empty; an empty body is --body ''"));
}

TEST(LoadSends, PathsAndAPayloadFromStdin) {
  test::RequestRecorder recorder;
  const test::ScriptedServer server(std::ref(recorder));
  EXPECT_EQ(load_behind("printf '/a\\n/b\\n' |", test::url(server) + " -n 2 -c 1 -q --urls -").status,
            test::exited(0));
  EXPECT_THAT(recorder.requests().back(), HasSubstr("GET /b "));
  const test::ScriptedServer echo(test::echo);
  const test::Finished finished =
      load_behind("printf ping |", echo.endpoint().to_string() + " -n 3 -c 1 -q -f - --format json");
  EXPECT_EQ(nlohmann::json::parse(finished.output)["config"]["payload_bytes"], 4);
}

TEST(LoadSends, ResolveConnectsElsewhereAndLeavesTheHost) {
  test::RequestRecorder recorder;
  const test::ScriptedServer server(std::ref(recorder));
  const std::string name = "suite.invalid:" + std::to_string(server.port());
  const std::string entry = name + ":127.0.0.1";
  const test::Finished finished =
      test::load({"http://" + name + "/", "--resolve", entry, "-n", "1", "-c", "1", "--format", "json"});
  EXPECT_EQ(finished.status, test::exited(0)) << finished.errors;
  EXPECT_THAT(recorder.requests().front(), HasSubstr("\r\nHost: " + name + "\r\n"));
  EXPECT_THAT(finished.errors,
              HasSubstr("suite load http://" + name + "/ --resolve " + entry + " --conns 1"));
  const auto config = nlohmann::json::parse(finished.output)["config"];
  EXPECT_EQ(config["resolve"], nlohmann::json({entry}));
  EXPECT_EQ(config["address"], server.endpoint().to_string());
}

TEST(LoadSends, ResolveIsForAnEchoToo) {
  const test::ScriptedServer server(test::echo);
  const std::string name = "suite.invalid:" + std::to_string(server.port());
  const test::Finished finished = test::load({name, "--resolve", name + ":127.0.0.1", "-n", "1", "-c", "1"});
  EXPECT_EQ(finished.status, test::exited(0)) << finished.errors;
  EXPECT_TRUE(finished.errors.starts_with("suite load " + name + " --resolve " + name + ":127.0.0.1 --conns"))
      << finished.errors;
}

}  // namespace
}  // namespace suite
