#include "client/target.h"

#include <gtest/gtest.h>

#include "tests/support/scripted_server.h"

namespace suite {
namespace {

using namespace std::chrono_literals;

std::string parsed(std::string_view text) {
  const auto target = parse_target(text);
  return target ? target->to_string() : "wrong";
}

TEST(ParseTarget, ReadsAddressesNamesAndPaths) {
  EXPECT_EQ(parsed("127.0.0.1:80"), "127.0.0.1:80");
  EXPECT_EQ(parsed("tcp://127.0.0.1:80"), "127.0.0.1:80");
  EXPECT_EQ(parsed("localhost:1234"), "localhost:1234");
  EXPECT_EQ(parsed("localhost"), "localhost:3900");
  EXPECT_EQ(parsed("[::1]:80"), "[::1]:80");
  EXPECT_EQ(parsed("[::1]"), "[::1]:3900");
  EXPECT_EQ(parsed("::1"), "[::1]:3900");
  EXPECT_EQ(parsed("unix:/run/echo.sock"), "unix:/run/echo.sock");
}

TEST(ParseTarget, RefusesWhatIsNoTarget) {
  for (const char* text : {"", ":80", "host:", "host:0", "host:65536", "host:8x", "tcp://", "ftp://host"}) {
    EXPECT_EQ(parsed(text), "wrong") << text;
  }
}

TEST(ParseTarget, SaysThatItDoesNotSpeakHttp) {
  EXPECT_NE(parse_target("http://127.0.0.1:80/x").error().find("not http"), std::string::npos);
  EXPECT_NE(parse_target("http+unix:/a:/b").error().find("not http"), std::string::npos);
}

TEST(FindListener, GivesTheAddressThatAccepts) {
  const test::ScriptedServer server(test::echo);
  const auto interrupt = EventFd::open();
  const auto found = find_listener({.host = "localhost", .port = server.port()}, 5s, *interrupt);
  ASSERT_TRUE(found) << found.error().one_line();
  EXPECT_EQ(found->to_string(), server.endpoint().to_string());
}

TEST(FindListener, NamesTheServerToStartWhenNobodyListens) {
  test::ScriptedServer server(test::echo);
  server.refuse();
  const auto interrupt = EventFd::open();
  const auto found = find_listener({.host = "127.0.0.1", .port = server.port()}, 5s, *interrupt);
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().why, "Connection refused");
  EXPECT_NE(found.error().advice.find("suite serve-echo --port " + std::to_string(server.port())),
            std::string::npos);
}

}  // namespace
}  // namespace suite
