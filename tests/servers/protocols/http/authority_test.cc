#include "servers/protocols/http/authority.h"

#include <gtest/gtest.h>

#include <string>

namespace suite {
namespace {

TEST(HttpAuthority, SplitsHostAndPort) {
  EXPECT_EQ(parse_authority("a.example")->host, "a.example");
  EXPECT_FALSE(parse_authority("a.example")->port);
  EXPECT_EQ(parse_authority("a.example:80")->host, "a.example");
  EXPECT_EQ(parse_authority("a.example:80")->port, "80");
  EXPECT_EQ(parse_authority("a.example:")->port, "") << "port = *DIGIT (RFC 3986 3.2.3)";
  EXPECT_EQ(parse_authority("[::1]:8080")->host, "[::1]");
  EXPECT_EQ(parse_authority("[::1]:8080")->port, "8080");
  EXPECT_FALSE(parse_authority("[::1]")->port);
}

TEST(HttpAuthority, TakesEveryHostOfTheGrammar) {
  for (const char* host : {"a", "a%41", "x_y-z.example", "127.0.0.1", "999.1.1.1", "-._~!$&'()*+,;=",
                           "%7f%C3%a4", "[::]", "[1:2:3:4:5:6:7:8]", "[::ffff:127.0.0.1]", "[2001:DB8::A]",
                           "[1::]", "[::2:3:4:5:6:7:8]", "[v1.a]", "[vF.:]", "[V1f.a:b~!]"}) {
    EXPECT_TRUE(parse_authority(host)) << host;
    EXPECT_TRUE(parse_authority(std::string(host) + ":1")) << host;
  }
}

// RFC 9110 4.2.1: "A recipient that processes such a URI reference MUST reject it as invalid."
TEST(HttpAuthority, RefusesAnEmptyHost) {
  for (const char* text : {"", ":", ":80"}) EXPECT_FALSE(parse_authority(text)) << text;
}

// RFC 3986 3.2.2.
TEST(HttpAuthority, RefusesWhatIsNoHost) {
  for (const char* host : {"%",
                           "%4",
                           "a%",
                           "a%4",
                           "a%zz",
                           "a%4g",
                           "a]b",
                           "a[b",
                           "]",
                           "[",
                           "a b",
                           "a/b",
                           "a?b",
                           "a#b",
                           "a@b",
                           "a\\b",
                           "a\"b",
                           "a<b",
                           "a^b",
                           "a`b",
                           "a{b",
                           "a|b",
                           "\xc3\xa4",
                           "[zz]",
                           "[]",
                           "[::1",
                           "[::1]x",
                           "[1]",
                           "[127.0.0.1]",
                           "[1:2:3:4:5:6:7]",
                           "[1:2:3:4:5:6:7:8:9]",
                           "[1::2::3]",
                           "[:1:2:3:4:5:6:7]",
                           "[12345::]",
                           "[::ffff:1.2.3]",
                           "[::ffff:1.2.3.256]",
                           "[::ffff:01.2.3.4]",
                           "[::g]",
                           "[fe80::1%eth0]",
                           "[fe80::1%25eth0]",
                           "[v.a]",
                           "[v1.]",
                           "[v1]",
                           "[v1a]",
                           "[vg.a]",
                           "[v1.a@b]",
                           "[v1.%41]",
                           "[v1.[]",
                           "[::1]]",
                           "[[::1]]",
                           "[ ::1]"}) {
    EXPECT_FALSE(parse_authority(host)) << host;
    EXPECT_FALSE(parse_authority(std::string(host) + ":80")) << host;
  }
}

TEST(HttpAuthority, RefusesWhatIsNoPort) {
  for (const char* text : {"a:b", "a:80x", "a:-1", "a:+1", "a:1:2", "a: 1", "::1", "[::1]::", "[::1]:a"}) {
    EXPECT_FALSE(parse_authority(text)) << text;
  }
}

TEST(HttpAuthority, KnowsThePortsOfTcp) {
  EXPECT_EQ(port_number("1"), 1U);
  EXPECT_EQ(port_number("0080"), 80U);
  EXPECT_EQ(port_number("65535"), 65535U);
  for (const char* digits : {"", "0", "65536", "99999999999999999999", "8x"})
    EXPECT_FALSE(port_number(digits));
}

}  // namespace
}  // namespace suite
