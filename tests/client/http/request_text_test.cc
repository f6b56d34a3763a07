#include "client/http/request_text.h"

#include <gtest/gtest.h>

namespace suite {
namespace {

TEST(RequestText, IsAPlainGet) {
  EXPECT_EQ(request_text({.path = "/x?y", .authority = "localhost:8080", .user_agent = "suite/1"}),
            "GET /x?y HTTP/1.1\r\nHost: localhost:8080\r\nUser-Agent: suite/1\r\nAccept: */*\r\n\r\n");
}

TEST(RequestText, SaysHowLongItsBodyIs) {
  EXPECT_EQ(
      request_text({.method = "POST", .authority = "h", .user_agent = "s", .body = "abc", .has_body = true}),
      "POST / HTTP/1.1\r\nHost: h\r\nUser-Agent: s\r\nAccept: */*\r\nContent-Length: 3\r\n\r\nabc");
  EXPECT_TRUE(request_text({.has_body = true}).contains("Content-Length: 0\r\n"));
}

TEST(RequestText, AsksForTheConnectionsEnd) {
  EXPECT_TRUE(request_text({.close = true}).ends_with("Connection: close\r\n\r\n"));
}

TEST(RequestText, LetsGivenHeadersReplaceOurs) {
  EXPECT_EQ(request_text({.authority = "h",
                          .user_agent = "s",
                          .headers = {{.name = "host", .value = "other"},
                                      {.name = "User-agent", .value = "mine"},
                                      {.name = "ACCEPT", .value = "text/plain"},
                                      {.name = "content-length", .value = "9"},
                                      {.name = "Connection", .value = "x"},
                                      {.name = "X", .value = "1"},
                                      {.name = "X", .value = "2"}},
                          .body = "abc",
                          .has_body = true,
                          .close = true}),
            "GET / HTTP/1.1\r\nhost: other\r\nUser-agent: mine\r\nACCEPT: text/plain\r\ncontent-length: 9\r\n"
            "Connection: x\r\nX: 1\r\nX: 2\r\n\r\nabc");
}

TEST(ParseHeader, SplitsAtTheFirstColon) {
  const auto header = parse_header("X-Time: \t12:30 ");
  ASSERT_TRUE(header);
  EXPECT_EQ(header->name, "X-Time");
  EXPECT_EQ(header->value, "12:30");
  EXPECT_EQ(parse_header("Empty:")->value, "");
}

TEST(ParseHeader, RefusesWhatIsNoHeader) {
  for (const char* text : {"", "no colon", ": x", "Na me: x", "Name : x", "N\xc3\xa4me: x", "X: a\r\nY: b",
                           "X: \n", "X: \x7f", "Transfer-Encoding: chunked", "transfer-encoding: gzip"}) {
    EXPECT_FALSE(parse_header(text)) << text;
  }
}

TEST(IsUsableMethod, TakesTokensButNotConnect) {
  for (const char* method : {"GET", "HEAD", "POST", "PUT", "M-SEARCH", "get"})
    EXPECT_TRUE(is_usable_method(method));
  for (const char* method : {"", "CONNECT", "GE T", "G\r\nT", "G:"}) EXPECT_FALSE(is_usable_method(method));
}

}  // namespace
}  // namespace suite
