#include "common/net/endpoint.h"

#include <gtest/gtest.h>

#include <net/if.h>
#include <netinet/in.h>

namespace suite {
namespace {

Endpoint only(std::string_view host, std::uint16_t port) {
  const auto found = resolve(host, port);
  if (!found) {
    ADD_FAILURE() << found.error().one_line();
    return {};
  }
  return found->front();
}

TEST(Endpoint, ReadsAndWritesAnIpv4Address) {
  const Endpoint endpoint = only("127.0.0.1", 3900);
  EXPECT_EQ(endpoint.to_string(), "127.0.0.1:3900");
  EXPECT_EQ(endpoint.family(), AF_INET);
  EXPECT_EQ(endpoint.port(), 3900);
  EXPECT_FALSE(endpoint.is_unix());
  EXPECT_EQ(endpoint.path(), "");
}

TEST(Endpoint, ReadsAndWritesAnIpv6AddressWithOrWithoutBrackets) {
  for (const char* host : {"::1", "[::1]"}) {
    const Endpoint endpoint = only(host, 8080);
    EXPECT_EQ(endpoint.to_string(), "[::1]:8080");
    EXPECT_EQ(endpoint.family(), AF_INET6);
    EXPECT_EQ(endpoint.port(), 8080);
  }
}

TEST(Endpoint, WritesTheZoneOfAnAddress) {
  sockaddr_in6 address{};
  address.sin6_family = AF_INET6;
  address.sin6_port = htons(80);
  address.sin6_addr = {{{0xfe, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1}}};
  address.sin6_scope_id = ::if_nametoindex("lo");
  const Endpoint endpoint(reinterpret_cast<const sockaddr*>(&address), sizeof address);
  EXPECT_EQ(endpoint.to_string(), "[fe80::1%lo]:80");
  EXPECT_EQ(endpoint.host_and_zone(), "fe80::1%lo");
  EXPECT_EQ(endpoint.host(), "fe80::1");
  EXPECT_EQ(only("fe80::1%lo", 80).to_string(), endpoint.to_string());
  EXPECT_EQ(only("::1", 80).host_and_zone(), "::1");
}

TEST(Endpoint, SaysWhatIsWrongWithAZone) {
  EXPECT_EQ(resolve("fe80::1%no-such", 80).error().why, "there is no network interface 'no-such'");
  EXPECT_EQ(resolve("::1%lo", 80).error().advice, "give ::1");
}

TEST(Endpoint, KnowsAnAddressFromAName) {
  for (const char* text : {"::1", "fe80::1%eth0", "1:2:3:4:5:6:7:8"}) EXPECT_TRUE(is_ipv6(text)) << text;
  for (const char* text : {"", "[::1]", "127.0.0.1", "localhost", "1:2"}) EXPECT_FALSE(is_ipv6(text)) << text;
  EXPECT_TRUE(is_address("127.0.0.1"));
  EXPECT_TRUE(is_address("::1"));
  EXPECT_FALSE(is_address("localhost"));
}

TEST(Endpoint, ReadsAndWritesAUnixSocket) {
  const Endpoint endpoint = only("unix:/run/echo.sock", 3900);
  EXPECT_EQ(endpoint.to_string(), "unix:/run/echo.sock");
  EXPECT_TRUE(endpoint.is_unix());
  EXPECT_EQ(endpoint.path(), "/run/echo.sock");
  EXPECT_EQ(endpoint.port(), 0);
}

TEST(Endpoint, TakesAUnixPathOf107BytesAndNoMore) {
  EXPECT_EQ(only("unix:" + std::string(107, 'x'), 0).path(), std::string(107, 'x'));
  EXPECT_FALSE(resolve("unix:" + std::string(108, 'x'), 0));
  EXPECT_FALSE(resolve("unix:", 0));
}

TEST(Endpoint, ChangesItsPortAndNothingElse) {
  EXPECT_EQ(only("127.0.0.1", 1).with_port(65535).to_string(), "127.0.0.1:65535");
  EXPECT_EQ(only("::1", 1).with_port(2).to_string(), "[::1]:2");
  EXPECT_EQ(only("unix:/a", 1).with_port(2).to_string(), "unix:/a");
}

TEST(Endpoint, OfNoAddressSaysSo) {
  EXPECT_EQ(Endpoint().to_string(), "(no address)");
  EXPECT_EQ(Endpoint().port(), 0);
}

TEST(Endpoint, OfAnUnnamedUnixPeerHasAnEmptyPath) {
  sockaddr address{};
  address.sa_family = AF_UNIX;
  EXPECT_EQ(Endpoint(&address, sizeof address.sa_family).path(), "");
}

TEST(Endpoint, SaysWhichHostCannotBeFound) {
  const auto found = resolve("no-such-host.invalid", 1);
  ASSERT_FALSE(found);
  EXPECT_TRUE(found.error().one_line().starts_with("cannot find the host 'no-such-host.invalid': "))
      << found.error().one_line();
}

TEST(Endpoint, RefusesAnEmptyHost) { EXPECT_FALSE(resolve("", 1)); }

// What accept(2) says of an IPv4 client on an IPv6 listener.
TEST(Endpoint, ShowsAMappedAddressAsIpv4) {
  const Endpoint mapped = resolve("::ffff:127.0.0.1", 80)->front();
  EXPECT_EQ(mapped.unmapped().to_string(), "127.0.0.1:80");
  EXPECT_TRUE(mapped.is_local());
  EXPECT_FALSE(resolve("::ffff:192.0.2.1", 80)->front().is_local());
  for (const char* host : {"::1", "::7f00:1", "127.0.0.1", "unix:/x"}) {
    const Endpoint other = resolve(host, 80)->front();
    EXPECT_EQ(other.unmapped().to_string(), other.to_string()) << host;
  }
}

TEST(LocalEndpoint, OfADescriptorThatIsNoSocketIsAnError) { EXPECT_FALSE(local_endpoint(-1)); }

TEST(Endpoint, IsLocalWhereNobodyElseCanBeMeant) {
  for (const char* host : {"127.0.0.1", "127.9.9.9", "::1", "unix:/x"}) {
    EXPECT_TRUE(resolve(host, 1)->front().is_local()) << host;
  }
  for (const char* host : {"0.0.0.0", "128.0.0.1", "192.0.2.1", "::", "2001:db8::1"}) {
    EXPECT_FALSE(resolve(host, 1)->front().is_local()) << host;
  }
}

}  // namespace
}  // namespace suite
