#include "client/target.h"

#include <gtest/gtest.h>

#include "tests/support/scripted_server.h"

namespace suite {
namespace {

using namespace std::chrono_literals;

TEST(TargetName, TellsTheHostOfARequest) {
  EXPECT_EQ(parse_target("http://localhost:8080/")->authority(), "localhost:8080");
  EXPECT_EQ(parse_target("http://localhost:80/")->authority(), "localhost");
  EXPECT_EQ(parse_target("http://[::1]/")->authority(), "[::1]");
  EXPECT_EQ(parse_target("http+unix:/run/x.sock")->authority(), "localhost");
}

// RFC 6874 1: a zone has a meaning on this machine only. It is for connecting, and never in Host.
TEST(TargetName, KeepsTheZoneOfAnAddressOutOfTheHostOfARequest) {
  const auto target = parse_target("http://[fe80::1%25eth0]:8080/x");
  EXPECT_EQ(target->authority(), "[fe80::1]:8080");
  EXPECT_EQ(target->to_string(), "[fe80::1%eth0]:8080");
  EXPECT_EQ(target->url(), "http://[fe80::1%25eth0]:8080/x");
  EXPECT_EQ(parse_target(target->url())->url(), target->url());
}

TEST(FindListener, GivesTheAddressThatAccepts) {
  const test::ScriptedServer server(test::echo);
  const auto interrupt = EventFd::open();
  const auto found = find_listener({.host = "localhost", .port = server.port()}, 5s, *interrupt);
  ASSERT_TRUE(found) << found.error().one_line();
  EXPECT_EQ(found->to_string(), server.endpoint().to_string());
}

TEST(FindListener, ConnectsToTheAddressesThatStandInForTheResolvers) {
  const test::ScriptedServer server(test::echo);
  const auto interrupt = EventFd::open();
  TargetName target{.host = "suite.invalid", .port = server.port()};
  EXPECT_FALSE(find_listener(target, 5s, *interrupt));
  target.addresses = {server.endpoint()};
  const auto found = find_listener(target, 5s, *interrupt);
  ASSERT_TRUE(found) << found.error().one_line();
  EXPECT_EQ(found->to_string(), server.endpoint().to_string());
}

TEST(FindListener, NamesTheAddressesThatStandInForTheResolversWhenNobodyListens) {
  test::ScriptedServer server(test::echo);
  server.refuse();
  const auto interrupt = EventFd::open();
  const auto found = find_listener(
      {.host = "suite.invalid", .port = server.port(), .addresses = {server.endpoint()}}, 5s, *interrupt);
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().what,
            "connect to suite.invalid:" + std::to_string(server.port()) + " at 127.0.0.1");
  EXPECT_TRUE(found.error().advice.ends_with("suite serve-echo --port " + std::to_string(server.port())));
}

TEST(FindListener, SaysThatALinkLocalAddressGoesWithItsInterface) {
  const auto interrupt = EventFd::open();
  const auto found = find_listener({.host = "fe80::1", .port = 1}, 5s, *interrupt);
  ASSERT_FALSE(found);
  if (found.error().why != "Invalid argument") GTEST_SKIP() << "no IPv6 here: " << found.error().why;
  EXPECT_EQ(found.error().advice, "a link-local address goes with its network interface: [fe80::1%eth0]");
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
