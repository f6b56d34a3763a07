#include "servers/protocols/http1/http1_request.h"

#include <gtest/gtest.h>

#include <string>

namespace suite {
namespace {

struct Outcome {
  int refusal = 0;  // 0: none
  Http1Request request;
};

Outcome interpreted(const std::string& text) {
  static RequestHead head;  // the request's views point into `kept`
  static std::string kept;
  kept = text;
  EXPECT_EQ(parse_request_head(kept, head), HeadStatus::kComplete) << text;
  const auto request = interpret(head);
  return request ? Outcome{.request = *request} : Outcome{.refusal = request.error()};
}

Outcome with_target(const std::string& target, const std::string& method = "GET") {
  return interpreted(method + " " + target + " HTTP/1.1\r\nHost: a\r\n\r\n");
}

Outcome with_fields(const std::string& fields, const std::string& version = "1.1") {
  return interpreted("GET / HTTP/" + version + "\r\n" + fields + "\r\n");
}

TEST(Http1Request, KnowsTheFormsOfATarget) {
  EXPECT_EQ(with_target("/a/b?c=d?e").request.path, "/a/b");
  EXPECT_EQ(with_target("/a/b?c=d?e").request.query, "?c=d?e");
  EXPECT_EQ(with_target("http://host:80/a?b").request.path, "/a");
  EXPECT_EQ(with_target("HTTP://host/a").request.path, "/a");
  EXPECT_EQ(with_target("http://host").request.path, "/");
  EXPECT_EQ(with_target("http://host?q").request.path, "/");
  EXPECT_EQ(with_target("http://host?q").request.query, "?q");
  EXPECT_EQ(with_target("http://[::1]:8080/").request.path, "/");
  EXPECT_EQ(with_target("*", "OPTIONS").refusal, 0);
  EXPECT_EQ(with_target("host:80", "CONNECT").refusal, 0);
}

TEST(Http1Request, RefusesOtherTargets) {
  for (const char* target :
       {"*", "host:80", "a", "http://", "http:///a", "http://user@host/", "https://host/", "/a#b",
        "http://[::1/", "http://host:port/", "http://ho\"st/", "http://:80/", "http://?q", "http://%/",
        "http://a%zz/", "http://a[b/", "http://[zz]/", "http://[]/"}) {
    EXPECT_EQ(with_target(target).refusal, 400) << target;
  }
  EXPECT_EQ(with_target("/", "CONNECT").refusal, 400);
  // RFC 9110 9.3.6: "A server MUST reject a CONNECT request that targets an empty or invalid port number".
  for (const char* target : {"host", "host:", "host:0", "host:65536", ":80", "[::1]", "[::1]:"}) {
    EXPECT_EQ(with_target(target, "CONNECT").refusal, 400) << target;
  }
}

TEST(Http1Request, AsksForExactlyOneHost) {
  EXPECT_EQ(with_fields("Host: a\r\n").refusal, 0);
  EXPECT_EQ(with_fields("Host: [::1]:8080\r\n").refusal, 0);
  EXPECT_EQ(with_fields("").refusal, 400);
  EXPECT_EQ(with_fields("", "1.0").refusal, 0);
  EXPECT_EQ(with_fields("Host: a\r\nHost: a\r\n").refusal, 400);
  EXPECT_EQ(with_fields("Host: a\r\nhost: b\r\n", "1.0").refusal, 400);
  for (const char* host : {"a b", "a/b", "u@a", "a:b", "a,b/", "[::1", "[::1]x"}) {
    EXPECT_EQ(with_fields("Host: " + std::string(host) + "\r\n").refusal, 400) << host;
  }
}

// RFC 9110 4.2.1: "A sender MUST NOT generate an "http" URI with an empty host identifier." RFC 9112 3.2 has
// an empty Host for targets without an authority, which those of http never are.
TEST(Http1Request, RefusesAnEmptyHost) {
  for (const char* host : {"", " ", ":", ":80"}) {
    const std::string field = "Host:" + std::string(host) + "\r\n";
    EXPECT_EQ(with_fields(field).refusal, 400) << host;
    EXPECT_EQ(with_fields(field, "1.0").refusal, 400) << host;
    EXPECT_EQ(interpreted("GET http://a/ HTTP/1.1\r\n" + field + "\r\n").refusal, 400) << host;
    EXPECT_EQ(interpreted("OPTIONS * HTTP/1.1\r\n" + field + "\r\n").refusal, 400) << host;
  }
}

TEST(Http1Request, KeepsTheConnectionAsTheVersionAndTheClientSay) {
  EXPECT_TRUE(with_fields("Host: a\r\n").request.keep_alive);
  EXPECT_FALSE(with_fields("Host: a\r\nConnection: foo, Close\r\n").request.keep_alive);
  EXPECT_FALSE(with_fields("", "1.0").request.keep_alive);
  EXPECT_TRUE(with_fields("Connection: Keep-Alive\r\n", "1.0").request.keep_alive);
  EXPECT_TRUE(with_fields("Connection: Keep-Alive\r\n", "1.0").request.is_http_10);
  EXPECT_FALSE(with_fields("Connection: keep-alive, close\r\n", "1.0").request.keep_alive);
}

TEST(Http1Request, FindsTheBody) {
  EXPECT_FALSE(with_fields("Host: a\r\n").request.has_body());
  EXPECT_FALSE(with_fields("Host: a\r\nContent-Length: 0\r\n").request.has_body());
  EXPECT_EQ(with_fields("Host: a\r\nContent-Length: 0123\r\n").request.body_size, 123U);
  EXPECT_TRUE(with_fields("Host: a\r\nTransfer-Encoding: Chunked\r\n").request.body_is_chunked);
}

TEST(Http1Request, RefusesFramingThatTwoReadersCouldReadDifferently) {
  for (const char* fields :
       {"Content-Length: 1\r\nTransfer-Encoding: chunked\r\n", "Content-Length: 1\r\nContent-Length: 1\r\n",
        "Content-Length: 1, 1\r\n", "Content-Length: -1\r\n", "Content-Length: +1\r\n", "Content-Length:\r\n",
        "Content-Length: 1 2\r\n", "Content-Length: 0x1\r\n", "Content-Length: 9223372036854775808\r\n",
        "Content-Length: 99999999999999999999999\r\n", "Transfer-Encoding: chunked, chunked\r\n",
        "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", "Transfer-Encoding:\r\n",
        "Transfer-Encoding: chunked, identity\r\n", "Transfer-Encoding: chunked,\r\n",
        "Transfer-Encoding: , chunked\r\n"}) {
    EXPECT_EQ(with_fields("Host: a\r\n" + std::string(fields)).refusal, 400) << fields;
  }
  EXPECT_EQ(with_fields("Host: a\r\nTransfer-Encoding: gzip, chunked\r\n").refusal, 501);
  EXPECT_EQ(with_fields("Host: a\r\nTransfer-Encoding: xchunked\r\n").refusal, 501);
  EXPECT_EQ(with_fields("Host: a\r\nTransfer-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n").refusal, 501);
  EXPECT_EQ(with_fields("Transfer-Encoding: chunked\r\n", "1.0").refusal, 400);
}

TEST(Http1Request, ExpectsNothingButAContinue) {
  EXPECT_TRUE(with_fields("Host: a\r\nExpect: 100-Continue\r\n").request.expects_continue);
  EXPECT_FALSE(with_fields("Expect: 100-continue\r\n", "1.0").request.expects_continue);
  EXPECT_EQ(with_fields("Host: a\r\nExpect: miracles\r\n").refusal, 417);
}

// RFC 9110 10.1.1: Expect = #expectation, and "a member other than 100-continue" is what 417 answers.
TEST(Http1Request, TakesExpectationsForAList) {
  for (const char* fields : {"Expect:\r\n", "Expect: , \r\n"}) {
    const Outcome outcome = with_fields("Host: a\r\n" + std::string(fields));
    EXPECT_EQ(outcome.refusal, 0) << fields;
    EXPECT_FALSE(outcome.request.expects_continue) << fields;
  }
  for (const char* fields :
       {"Expect: 100-continue, 100-continue\r\n", "Expect: ,100-continue,\r\n",
        "Expect: 100-continue\r\nExpect: 100-continue\r\n", "Expect:\r\nexpect: 100-Continue\r\n"}) {
    EXPECT_TRUE(with_fields("Host: a\r\n" + std::string(fields)).request.expects_continue) << fields;
  }
  for (const char* fields : {"Expect: 100-continue, x\r\n", "Expect: x\r\nExpect: 100-continue\r\n",
                             "Expect: 100-continue;x=y\r\n", "Expect: \"100-continue\"\r\n"}) {
    EXPECT_EQ(with_fields("Host: a\r\n" + std::string(fields)).refusal, 417) << fields;
  }
}

TEST(Http1Request, CountsTheLinesOfFieldsThatAreNoLists) {
  const Request twice =
      with_fields("Host: a\r\nRange: bytes=0-1\r\nX: y\r\nrange: bytes=0-1\r\nIf-Range:\r\n").request;
  EXPECT_TRUE(twice.range.present());
  EXPECT_EQ(twice.range.value(), "");
  EXPECT_TRUE(twice.if_range.present());
  EXPECT_FALSE(twice.if_modified_since.present());
}

TEST(Http1Request, TakesConnectionOptionsOfAllLines) {
  EXPECT_FALSE(
      with_fields("Host: a\r\nConnection: ,x,\r\nX: y\r\nconnection:, close\r\n").request.keep_alive);
  EXPECT_TRUE(with_fields("Connection:\r\nConnection: , keep-alive\r\n", "1.0").request.keep_alive);
}

TEST(Http1Request, GathersConditionsWhateverTheirCase) {
  const Request request =
      with_fields(
          "HOST: a\r\nif-none-match: \"x\"\r\nIF-MODIFIED-SINCE: then\r\nRange: bytes=1-2\r\n"
          "If-Range: \"y\"\r\nIf-Match: *\r\nIf-Unmodified-Since: now\r\n")
          .request;
  EXPECT_EQ(request.if_none_match.lines[0].value, "\"x\"");
  EXPECT_EQ(request.if_modified_since.value(), "then");
  EXPECT_EQ(request.range.value(), "bytes=1-2");
  EXPECT_EQ(request.if_range.value(), "\"y\"");
  EXPECT_EQ(request.if_match.lines[0].value, "*");
  EXPECT_EQ(request.if_unmodified_since.value(), "now");
}

TEST(Http1Request, TellsMethodsApartByCase) {
  EXPECT_EQ(with_target("/", "GET").request.method, Method::kGet);
  EXPECT_EQ(with_target("/", "HEAD").request.method, Method::kHead);
  EXPECT_EQ(with_target("/", "get").request.method, Method::kOther);
  EXPECT_EQ(with_target("/", "BREW").request.method, Method::kOther);
}

}  // namespace
}  // namespace suite
