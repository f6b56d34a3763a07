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

std::string url(std::string_view text) {
  const auto target = parse_target(text);
  return target && target->is_http() ? target->url() : "wrong";
}

TEST(ParseTarget, ReadsHttpUrls) {
  EXPECT_EQ(url("http://127.0.0.1"), "http://127.0.0.1:80/");
  EXPECT_EQ(url("HTTP://localhost:8080/a/b?c=d#fragment"), "http://localhost:8080/a/b?c=d");
  EXPECT_EQ(url("http://localhost?x"), "http://localhost:80/?x");
  EXPECT_EQ(url("http://localhost#x"), "http://localhost:80/");
  EXPECT_EQ(url("http://[::1]:8080/x"), "http://[::1]:8080/x");
  EXPECT_EQ(url("http://[::1]"), "http://[::1]:80/");
  EXPECT_EQ(url("http+unix:/run/x.sock:/a?b=c:/d"), "http+unix:/run/x.sock:/a?b=c:/d");
  EXPECT_EQ(url("http+unix:/run/x.sock"), "http+unix:/run/x.sock:/");
  EXPECT_EQ(parse_target("http+unix:/run/x.sock:/a")->to_string(), "unix:/run/x.sock");
}

TEST(ParseTarget, RefusesWhatIsNoHttpUrl) {
  for (const char* text :
       {"http://", "http:///x", "http://:80/", "http://host:0/", "http://host:99999/", "http://host:x/",
        "http://user@host/", "http://user:password@host/", "http://ho st/", "http://host/a b",
        "http://host/\r\nX: y", "http://host/\xc3\xa4", "http://[::1/", "http://::1]/", "http://ho\"st/",
        "http+unix:", "http+unix:/a:/b c"}) {
    EXPECT_EQ(url(text), "wrong") << text;
  }
  EXPECT_NE(parse_target("https://localhost/").error().find("https is not supported"), std::string::npos);
  EXPECT_NE(parse_target("http://a:b@localhost/").error().find("user"), std::string::npos);
}

TEST(TargetName, TellsTheHostOfARequest) {
  EXPECT_EQ(parse_target("http://localhost:8080/")->authority(), "localhost:8080");
  EXPECT_EQ(parse_target("http://localhost:80/")->authority(), "localhost");
  EXPECT_EQ(parse_target("http://[::1]/")->authority(), "[::1]");
  EXPECT_EQ(parse_target("http+unix:/run/x.sock")->authority(), "localhost");
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

TEST(FindListener, NamesTheHttpServerToStartForAnHttpTarget) {
  test::ScriptedServer server(test::echo);
  server.refuse();
  const auto interrupt = EventFd::open();
  const auto target = parse_target("http://127.0.0.1:" + std::to_string(server.port()) + "/x");
  const auto found = find_listener(*target, 5s, *interrupt);
  ASSERT_FALSE(found);
  EXPECT_NE(found.error().advice.find("suite serve-http --port " + std::to_string(server.port())),
            std::string::npos);
}

}  // namespace
}  // namespace suite
