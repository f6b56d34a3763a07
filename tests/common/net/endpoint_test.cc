#include "common/net/endpoint.h"

#include <gtest/gtest.h>

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
