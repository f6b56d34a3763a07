#include "client/http/request_text.h"

#include <gtest/gtest.h>

#include <vector>

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

// RFC 9110 8.6: "a user agent normally sends Content-Length in a POST request even when the value is 0".
TEST(RequestText, SaysThatAMethodWithContentHasNone) {
  for (const char* method : {"POST", "PUT", "PATCH"}) {
    EXPECT_TRUE(request_text({.method = method}).ends_with("\r\nContent-Length: 0\r\n\r\n")) << method;
  }
  for (const char* method : {"GET", "HEAD", "DELETE", "OPTIONS", "post"}) {
    EXPECT_FALSE(request_text({.method = method}).contains("Content-Length")) << method;
  }
}

TEST(RequestText, AsksForTheConnectionsEnd) {
  EXPECT_TRUE(request_text({.close = true}).ends_with("Connection: close\r\n\r\n"));
  EXPECT_TRUE(request_text({.headers = {{.name = "Connection", .value = "x"}}, .close = true})
                  .ends_with("Connection: close\r\nConnection: x\r\n\r\n"));
  EXPECT_TRUE(request_text({.headers = {{.name = "connection", .value = "x, Close"}}, .close = true})
                  .ends_with("*/*\r\nconnection: x, Close\r\n\r\n"))
      << "once is enough";
}

// RFC 9110 7.2: "it is good practice to generate Host as the first header field".
TEST(RequestText, HasAGivenHostWhereOursStands) {
  EXPECT_TRUE(
      request_text({.authority = "h",
                    .user_agent = "s",
                    .headers = {{.name = "X", .value = "1"}, {.name = "HOST", .value = "other"}}})
          .starts_with("GET / HTTP/1.1\r\nHOST: other\r\nUser-Agent: s\r\nAccept: */*\r\nX: 1\r\n\r\n"));
}

TEST(RequestText, LetsGivenHeadersReplaceOurs) {
  EXPECT_EQ(request_text({.authority = "h",
                          .user_agent = "s",
                          .headers = {{.name = "host", .value = "other"},
                                      {.name = "User-agent", .value = "mine"},
                                      {.name = "ACCEPT", .value = "text/plain"},
                                      {.name = "content-length", .value = "3"},
                                      {.name = "Connection", .value = "close"},
                                      {.name = "X", .value = "1"},
                                      {.name = "X", .value = "2"}},
                          .body = "abc",
                          .has_body = true,
                          .close = true}),
            "GET / HTTP/1.1\r\nhost: other\r\nUser-agent: mine\r\nACCEPT: text/plain\r\ncontent-length: 3\r\n"
            "Connection: close\r\nX: 1\r\nX: 2\r\n\r\nabc");
}

TEST(HasConnectionOption, LooksAtEachElementOfEachConnection) {
  const auto has = [](std::vector<HttpHeader> headers) { return has_connection_option(headers, "close"); };
  EXPECT_TRUE(has({{.name = "Connection", .value = "close"}}));
  EXPECT_TRUE(has({{.name = "connection", .value = "x"}, {.name = "CONNECTION", .value = ", y ,\tClOsE"}}));
  EXPECT_FALSE(has({{.name = "Connection", .value = "closed, x-close"}, {.name = "X", .value = "close"}}));
  EXPECT_FALSE(has({}));
}

// RFC 9110 8.6: "MUST NOT send ... a Content-Length header field ... known to be incorrect"; RFC 9112 3.2:
// one Host.
TEST(ContradictionIn, NamesAWrongLengthAndWhatIsGivenTwice) {
  const HttpHeader five{.name = "content-length", .value = "5"};
  const HttpHeader host{.name = "Host", .value = "a"};
  EXPECT_EQ(contradiction_in(std::vector{five, host}, 5), std::nullopt);
  EXPECT_EQ(contradiction_in(std::vector<HttpHeader>{{.name = "Content-Length", .value = "0"}}, 0),
            std::nullopt);
  EXPECT_EQ(contradiction_in(std::vector{five}, 1),
            "Content-Length: 5 contradicts the body, which has 1 byte: leave it out, it is sent by itself");
  for (const char* value : {"", "x", "05", "5,5", "-5"}) {
    EXPECT_TRUE(contradiction_in(std::vector<HttpHeader>{{.name = "Content-Length", .value = value}}, 5))
        << value;
  }
  EXPECT_EQ(contradiction_in(std::vector{five, five}, 5), "Content-Length is given twice: a request has one");
  EXPECT_EQ(contradiction_in(std::vector<HttpHeader>{host, {.name = "HOST", .value = "a"}}, 0),
            "Host is given twice: a request has one");
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
