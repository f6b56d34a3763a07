// Targets as users write them: understood, or refused with what to write instead.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "client/target.h"

namespace suite {
namespace {

using testing::HasSubstr;

std::string parsed(std::string_view text) {
  const auto target = parse_target(text);
  return target ? target->to_string() : "wrong";
}

std::string url(std::string_view text) {
  const auto target = parse_target(text);
  return target && target->is_http() ? target->url() : "wrong";
}

std::string complaint(std::string_view text) {
  const auto target = parse_target(text);
  return target ? "none, but " + target->url() : target.error();
}

TEST(ParseTarget, ReadsAddressesNamesAndPaths) {
  EXPECT_EQ(parsed("127.0.0.1:80"), "127.0.0.1:80");
  EXPECT_EQ(parsed("tcp://127.0.0.1:80"), "127.0.0.1:80");
  EXPECT_EQ(parsed("localhost:1234"), "localhost:1234");
  EXPECT_EQ(parsed("localhost"), "localhost:3900");
  EXPECT_EQ(parsed("host.example."), "host.example.:3900");
  EXPECT_EQ(parsed("[::1]:80"), "[::1]:80");
  EXPECT_EQ(parsed("[::1]"), "[::1]:3900");
  EXPECT_EQ(parsed("::1"), "[::1]:3900");
  EXPECT_EQ(parsed("fe80::1%eth0"), "[fe80::1%eth0]:3900");
  EXPECT_EQ(parsed("[fe80::1%eth0]:80"), "[fe80::1%eth0]:80");
  EXPECT_EQ(parsed("unix:/run/echo.sock"), "unix:/run/echo.sock");
  EXPECT_EQ(parsed("unix:///run/echo.sock"), "unix:///run/echo.sock") << "to the kernel the same file";
  EXPECT_EQ(parsed("unix:/run/echo "), "unix:/run/echo ");
}

TEST(ParseTarget, ReadsHttpUrls) {
  EXPECT_EQ(url("http://127.0.0.1"), "http://127.0.0.1:80/");
  EXPECT_EQ(url("http://localhost:8080/a/b?c=d#fragment"), "http://localhost:8080/a/b?c=d");
  EXPECT_EQ(url("http://localhost?x"), "http://localhost:80/?x");
  EXPECT_EQ(url("http://localhost#x"), "http://localhost:80/");
  EXPECT_EQ(url("http://[::1]:8080/x"), "http://[::1]:8080/x");
  EXPECT_EQ(url("http://[::1]"), "http://[::1]:80/");
  EXPECT_EQ(url("http+unix:/run/x.sock:/a?b=c:/d"), "http+unix:/run/x.sock:/a?b=c:/d");
  EXPECT_EQ(url("http+unix:/run/x.sock"), "http+unix:/run/x.sock:/");
  EXPECT_EQ(parse_target("http+unix:/run/x.sock:/a")->to_string(), "unix:/run/x.sock");
}

// RFC 9110 4.2.2: the default port of https is 443, and the Host names any other (7.2).
TEST(ParseTarget, ReadsUrlsOfTls) {
  EXPECT_EQ(url("https://localhost/a?b"), "https://localhost:443/a?b");
  EXPECT_EQ(url("HTTPS://[::1]:8443"), "https://[::1]:8443/");
  EXPECT_EQ(parse_target("https://localhost/")->authority(), "localhost");
  EXPECT_EQ(parse_target("https://localhost:80/")->authority(), "localhost:80");
  EXPECT_EQ(parse_target("http://localhost:443/")->authority(), "localhost:443");
  EXPECT_EQ(parse_target("tls://localhost:1234")->url(), "tls://localhost:1234");
  EXPECT_TRUE(parse_target("tls://localhost:1234")->tls);
  EXPECT_FALSE(parse_target("localhost:1234")->tls);
}

// RFC 9110 4.2.1: "If the port is equal to the default port ... or the port subcomponent is empty".
TEST(ParseTarget, TakesAnEmptyPortOfAUrlForTheDefault) {
  EXPECT_EQ(url("http://127.0.0.1:/x"), "http://127.0.0.1:80/x");
  EXPECT_EQ(url("http://[::1]:/"), "http://[::1]:80/");
  EXPECT_EQ(url("http://localhost:?x"), "http://localhost:80/?x");
  EXPECT_EQ(parsed("tcp://localhost:"), "localhost:3900");
  EXPECT_THAT(complaint("localhost:"), HasSubstr("port is missing"));
}

// RFC 6874 2 writes the percent sign as %25; what people paste has it as it is.
TEST(ParseTarget, ReadsTheZoneOfAnAddress) {
  for (const char* text : {"http://[fe80::1%25eth0]:8080/", "http://[fe80::1%eth0]:8080/"}) {
    EXPECT_EQ(url(text), "http://[fe80::1%25eth0]:8080/");
    EXPECT_EQ(parse_target(text)->host, "fe80::1%eth0");
  }
  EXPECT_EQ(parsed("[fe80::1%25]:80"), "[fe80::1%25]:80") << "no URL: the interface of that number";
  EXPECT_THAT(complaint("http://[fe80::1%25]/"), HasSubstr("give [fe80::1%eth0]"));
  EXPECT_THAT(complaint("[fe80::1%]:80"), HasSubstr("give [fe80::1%eth0]"));
  EXPECT_EQ(url("http://127.0.0.1%25lo/"), "wrong");
}

// RFC 3986 3.1.
TEST(ParseTarget, TakesSchemesInAnyCaseOfLetters) {
  EXPECT_EQ(url("HTTP://localhost:1/"), "http://localhost:1/");
  EXPECT_EQ(parsed("Tcp://localhost:1"), "localhost:1");
  EXPECT_EQ(parsed("UNIX:/A"), "unix:/A");
  EXPECT_EQ(url("HTTP+Unix:/A:/b"), "http+unix:/A:/b");
}

TEST(ParseTarget, LeavesOutBlanksAtTheEnds) {
  EXPECT_EQ(url(" http://localhost:1/x\t"), "http://localhost:1/x");
  EXPECT_EQ(parsed(" localhost:1 "), "localhost:1");
}

TEST(ParseTarget, SaysWhatToWriteInsteadOfWhatIsNoTarget) {
  const std::vector<std::pair<const char*, const char*>> cases{
      {"", "the host is missing"},
      {":80", "the host is missing"},
      {"tcp://", "the host is missing"},
      {"http://", "the host is missing"},
      {"http:///x", "the host is missing"},
      {"http://:80/", "the host is missing"},
      {"http:/one-slash/", "give http://one-slash/"},
      {"http:host:80/x", "give http://host:80/x"},
      {"http:\\\\host", "give http://host"},
      {"HTTP:", "give http://HOST"},
      {"tcp:host:80", "give tcp://host:80"},
      {"//host/x", "give http://host/x"},
      {"127.0.0.1:80/x", "give http://127.0.0.1:80/x"},
      {"localhost/", "give http://localhost/"},
      {"localhost?x", "give http://localhost?x"},
      {"tcp://host:80/x", "give tcp://host:80, or http://host:80/x"},
      {"/run/x.sock", "unix:/run/x.sock, or http+unix:/run/x.sock:/path"},
      {"./x.sock", "unix:./x.sock"},
      {"http://unix:/run/x.sock:/y", "http+unix:PATH:/path"},
      {"http+unix://%2Frun%2Fx.sock/y", "http+unix:PATH:/path"},
      {"http://::1:80/", "give [::1]:80, or [::1:80]"},
      {"::1:80", "give [::1]:80, or [::1:80]"},
      {"http://::1/", "give [::1]"},
      {"1:2:3:4:5:6:7:8:80", "give [1:2:3:4:5:6:7:8]:80"},
      {"a:b:c", "'a:b:c' has more than one colon: give HOST:PORT"},
      {"http://[127.0.0.1]/", "'127.0.0.1' is no IPv6 address"},
      {"[::1]x", "'x' does not belong behind the bracket"},
      {"http://[::1/", "a bracket is missing"},
      {"http://::1]/", "a bracket is missing"},
      {"8080", "give 127.0.0.1:8080"},
      {"http://8080/", "give 127.0.0.1:8080"},
      {"host:0", "'0' is not a port from 1 to 65535"},
      {"host:65536", "'65536' is not a port from 1 to 65535"},
      {"host:8x", "'8x' is not a port from 1 to 65535"},
      {"host:+80", "'+80' is not a port from 1 to 65535"},
      {"http://host:80:/", "more than one colon"},
      {"http://user:password@host/", "give --header 'Authorization: ...'"},
      {"user@host:80", "a user and password are not supported"},
      {"http://b\xc3\xbc\x63her.example/", "xn--"},
      {"b\xc3\xbc\x63her.example:80", "xn--"},
      {"http://ho st/", "'ho st' is not a host"},
      {"http://ho\"st/", "'ho\"st' is not a host"},
      {"http://host%41/", "'host%41' is not a host"},
      {"http://host/a b", "no spaces"},
      {"http://host/\r\nX: y", "no spaces"},
      {"http://host/\xc3\xa4", "no spaces"},
      {"http+unix:", "1 to 107 bytes"},
      {"unix:", "1 to 107 bytes"},
      {"http+unix:/a:/b c", "no spaces"},
      {"https:localhost", "give https://localhost"},
      {"tls:localhost", "give tls://localhost"},
      {"tls://localhost/x", "tls has no path: give tls://localhost, or https://localhost/x"},
      {"tls://unix:/run/x.sock", "no TLS over a unix socket here"},
      {"ftp://host", "'ftp' is not supported"},
  };
  for (const auto& [text, says] : cases) EXPECT_THAT(complaint(text), HasSubstr(says)) << text;
}

TEST(ParseHost, ReadsAddressesNamesAndSockets) {
  EXPECT_EQ(parse_host("localhost"), "localhost");
  EXPECT_EQ(parse_host("::1"), "::1");
  EXPECT_EQ(parse_host("::1:80"), "::1:80") << "where there can be no port";
  EXPECT_EQ(parse_host("[fe80::1%eth0]"), "fe80::1%eth0");
  EXPECT_EQ(parse_host("unix:/x"), "unix:/x");
}

TEST(ParseHost, SaysWhatToGiveInsteadOfWhatIsNoHost) {
  EXPECT_THAT(parse_host("").error(), HasSubstr("the host is missing"));
  EXPECT_THAT(parse_host("host:80").error(), HasSubstr("--port"));
  EXPECT_THAT(parse_host("[::1]:80").error(), HasSubstr("--port"));
  EXPECT_THAT(parse_host("http://host/").error(), HasSubstr("as TARGET"));
  EXPECT_THAT(parse_host("unix:").error(), HasSubstr("1 to 107 bytes"));
}

// RFC 9110 4.2.3: "The scheme and host are case-insensitive".
TEST(IsSameHost, TakesNoNoticeOfCase) {
  EXPECT_TRUE(is_same_host("LocalHost", "localhost"));
  EXPECT_FALSE(is_same_host("localhost", "localhost."));
}

// "unix:" and a port is no socket's path behind tls://.
TEST(ParseTarget, ReadsAHostThatIsNamedUnixBehindTls) {
  EXPECT_EQ(parse_target("tls://unix")->url(), "tls://unix:3900");
  EXPECT_EQ(parse_target("tls://unix:3900")->host, "unix");
  EXPECT_FALSE(parse_target("tls://unix:/run/x.sock"));
}

// In a network of containers such names are usual.
TEST(ParseTarget, ReadsAgainWhatIsPrintedOfAHostThatIsNamedLikeAScheme) {
  for (const char* host : {"http", "HTTPS", "tcp", "tls", "unix"}) {
    const TargetName name{.host = host};
    EXPECT_EQ(name.url(), std::string("tcp://") + host + ":3900");
    const auto again = parse_target(name.url());
    ASSERT_TRUE(again) << again.error();
    EXPECT_EQ(again->host, host);
  }
}

}  // namespace
}  // namespace suite
