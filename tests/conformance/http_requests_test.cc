// Which requests are answered, and which refused: request lines, Host, fields, versions (RFC 9110, RFC 9112).
#include <chrono>

#include "common/http/http_date.h"
#include "tests/conformance/http_test.h"

namespace suite {
namespace {

using test::http_request;
using test::HttpClient;
using test::HttpResponse;
using testing::HasSubstr;
using testing::MatchesRegex;
using testing::Not;
using testing::StartsWith;

class HttpRequests : public test::HttpTest {
 protected:
  // The status of a GET of the root with these fields instead of a good Host.
  int status_with(std::string_view fields, std::string_view version = "1.1") {
    return status_for("GET / HTTP/" + std::string(version) + "\r\n" + std::string(fields) + "\r\n");
  }
};
SUITE_FOR_EVERY_BACKEND_AND_TLS(HttpRequests);

TEST_P(HttpRequests, AnswersAGetWithTheFile) {
  const HttpResponse page = get("/index.html");
  EXPECT_EQ(page.status, 200);
  EXPECT_EQ(page.body, kPage);
  EXPECT_THAT(page.head, StartsWith("HTTP/1.1 200 OK\r\n"));
  EXPECT_THAT(page.field("Server"), StartsWith("suite/"));
  EXPECT_THAT(page.field("Date"), MatchesRegex("[A-Z][a-z]+, [0-9]+ [A-Z][a-z]+ [0-9]+ [0-9:]+ GMT"));
  EXPECT_EQ(page.field("Content-Length"), std::to_string(kPage.size()));
  EXPECT_EQ(page.field("Content-Type"), "text/html");
  EXPECT_EQ(page.count("Connection"), 0U) << "HTTP/1.1 stays open without a word";
}

TEST_P(HttpRequests, DatesEachAnswerToTheSecond) {
  using std::chrono::seconds;
  using Clock = std::chrono::system_clock;
  constexpr std::chrono::milliseconds kOld{50 * test::kSlowdown};  // a loop need not read the clock each time
  serve({"--file-cache-valid", "60s"});  // so that the same answer is kept into the next second
  HttpClient client = connect();
  const auto end = std::chrono::ceil<seconds>(Clock::now()) + 2 * kOld;
  while (Clock::now() < end) {
    for (const char* target : {"/a.txt", "/none"}) {
      const auto earliest = std::chrono::floor<seconds>(Clock::now() - kOld);
      const auto date = parse_http_date(client.get(target).field("Date"), earliest);
      ASSERT_TRUE(date) << target;
      ASSERT_GE(*date, earliest) << target;
      ASSERT_LE(*date, Clock::now()) << target;
    }
  }
}

TEST_P(HttpRequests, AnswersADirectoryWithItsIndex) {
  EXPECT_EQ(get("/").body, kPage);
  EXPECT_EQ(get("/folder/").body, "in the folder\n");
}

TEST_P(HttpRequests, AnswersHeadLikeGetWithoutTheBody) {
  HttpClient client = connect();
  for (const char* target : {"/index.html", "/", "/none", "/folder", "/../x", "/a%2Fb"}) {
    const HttpResponse got = client.get(target);
    const HttpResponse head = client.ask("HEAD", target);
    EXPECT_EQ(test::head_without_date(head), test::head_without_date(got)) << target;
  }
  EXPECT_EQ(client.get("/a.txt").body, "alpha\n") << "nothing was left over";
}

TEST_P(HttpRequests, TakesTheAbsoluteFormToo) {
  HttpClient client = connect();
  EXPECT_EQ(client.get("http://elsewhere.example/a.txt").body, "alpha\n");
  EXPECT_EQ(client.get("HTTP://elsewhere.example:81/a.txt?x").body, "alpha\n");
  EXPECT_EQ(client.get("http://elsewhere.example").body, kPage);
  EXPECT_EQ(client.get("http://elsewhere.example?query").body, kPage);
}

TEST_P(HttpRequests, IgnoresTheQuery) { EXPECT_EQ(get("/a.txt?x=1&y=/../../etc/passwd%00").body, "alpha\n"); }

TEST_P(HttpRequests, RefusesTargetsOfNoForm) {
  for (const char* target : {"a.txt", "*", "host:80", "http://", "http:///a.txt", "https", "/a.txt#part",
                             "http://user@host/a.txt", "http://ho st/a.txt", "?x", "/%", "/%4", "/%zz"}) {
    EXPECT_EQ(status_for(http_request("GET", target)), 400) << target;
  }
}

TEST_P(HttpRequests, RefusesRequestLinesOfAnotherShape) {
  const std::string rest = "\r\nHost: test\r\n\r\n";
  for (const char* line : {"GET  / HTTP/1.1", "GET /  HTTP/1.1", "GET / HTTP/1.1 ", " GET / HTTP/1.1",
                           "GET\t/ HTTP/1.1", "GET / http/1.1", "GET / HTTP/1", "GET / HTTP/1.", "GET /",
                           "GET / HTTP/11", "GET / HTTP/1.1x", "GET / HTTP/01.1", "G(T / HTTP/1.1",
                           "GET /\x01 HTTP/1.1", "GET /\x80 HTTP/1.1", "GET / XTTP/1.1", "/ HTTP/1.1"}) {
    EXPECT_EQ(status_for(line + rest), 400) << line;
  }
}

TEST_P(HttpRequests, AsksForExactlyOneGoodHost) {
  EXPECT_EQ(status_with(""), 400);
  EXPECT_EQ(status_with("Host: a\r\nHost: a\r\n"), 400);
  EXPECT_EQ(status_with("Host: a\r\nhost: b\r\n"), 400);
  for (const char* bad : {"a b", "a/b", "http://a", "user@a", "a:b", "a\\b", "[::1", "%", "a%zz", "a]b",
                          "a[b", "[zz]", "[]", "[fe80::1%25eth0]", "[1:2]"}) {
    EXPECT_EQ(status_with(std::string("Host: ") + bad + "\r\n"), 400) << bad;
  }
  for (const char* good :
       {"a", "a:80", "a:", "127.0.0.1:8080", "[::1]", "[::1]:80", "[v1.x]", "a%41", "x_y-z.example"}) {
    EXPECT_EQ(status_with(std::string("Host: ") + good + "\r\n"), 200) << good;
  }
  EXPECT_EQ(status_with("", "1.0"), 200) << "HTTP/1.0 has none";
  EXPECT_EQ(status_with("Host: a\r\nHost: b\r\n", "1.0"), 400);
}

// RFC 9110 4.2.1: "A recipient that processes such a URI reference MUST reject it as invalid."
TEST_P(HttpRequests, RefusesAnEmptyHost) {
  for (const char* host : {"", ":", ":80"}) {
    EXPECT_EQ(status_with(std::string("Host:") + host + "\r\n"), 400) << host;
    EXPECT_EQ(status_with(std::string("Host: ") + host + " \r\n", "1.0"), 400) << host;
    EXPECT_EQ(status_for(http_request("GET", std::string("http://") + host + "/a.txt")), 400) << host;
    EXPECT_EQ(status_for(http_request("GET", std::string("http://") + host)), 400) << host;
  }
}

TEST_P(HttpRequests, RefusesFieldsOfAnotherShape) {
  for (const std::string_view field :
       {std::string_view("X : 1"), std::string_view("X"), std::string_view(": 1"), std::string_view(" X: 1"),
        std::string_view("X: 1\r\n folded"), std::string_view("X: 1\r\n\tfolded"),
        std::string_view("X: a\nY: b"), std::string_view("X: a\rY: b"), std::string_view("X: a\0b", 6),
        std::string_view("X: \x01"), std::string_view("X: \x7f"), std::string_view("X\x80: 1"),
        std::string_view("(X): 1")}) {
    EXPECT_EQ(status_with("Host: a\r\n" + std::string(field) + "\r\n"), 400) << field;
  }
  EXPECT_EQ(status_with("Host: a\r\nX:\r\nY: \t b \t\r\nZ: \xc3\xa4 \"(;\r\n"), 200);
}

TEST_P(HttpRequests, RefusesLinesThatEndInABareLineFeed) {
  EXPECT_EQ(status_for("GET / HTTP/1.1\nHost: a\n\n"), 400);
  EXPECT_EQ(status_for("GET / HTTP/1.1\r\nHost: a\n\r\n"), 400);
}

TEST_P(HttpRequests, SkipsEmptyLinesBeforeARequest) {
  HttpClient client = connect();
  for (const char* lines : {"\r\n", "\r\n\r\n\r\n"}) {
    ASSERT_TRUE(client.send(lines + http_request("GET", "/a.txt")));
    EXPECT_EQ(client.read().body, "alpha\n");
  }
}

TEST_P(HttpRequests, KnowsItsVersions) {
  EXPECT_EQ(status_with("Host: a\r\n", "1.0"), 200);
  EXPECT_EQ(status_with("Host: a\r\n", "1.9"), 200) << "a later minor version is 1.1 and more";
  for (const char* version : {"0.9", "2.0", "3.0", "9.9"}) {
    EXPECT_EQ(status_with("Host: a\r\n", version), 505) << version;
  }
}

TEST_P(HttpRequests, AnswersOtherMethodsWithTheAllowedOnes) {
  for (const char* method :
       {"POST", "PUT", "DELETE", "OPTIONS", "TRACE", "PATCH", "get", "FOO", "M-SEARCH"}) {
    HttpClient client = connect();
    const HttpResponse refused = client.ask(method, "/a.txt");
    EXPECT_EQ(refused.status, 405) << method;
    EXPECT_EQ(refused.field("Allow"), "GET, HEAD") << method;
    EXPECT_EQ(client.get("/a.txt").body, "alpha\n") << "and the connection stays of use, " << method;
  }
  EXPECT_EQ(connect().ask("OPTIONS", "*").status, 405);
  EXPECT_EQ(connect().ask("CONNECT", "host:80").status, 405);
  EXPECT_EQ(connect().ask("CONNECT", "/").status, 400);
}

TEST_P(HttpRequests, RefusesATargetThatIsTooLong) {
  EXPECT_EQ(status_for(http_request("GET", "/" + std::string(8'000, 'a'))), 404);
  EXPECT_EQ(status_for(http_request("GET", "/" + std::string(9'000, 'a'))), 414);
  EXPECT_EQ(status_for("GET /" + std::string(100'000, 'a')), 414) << "though its end never comes";
}

TEST_P(HttpRequests, RefusesFieldsThatAreTooLarge) {
  std::string many;
  for (int i = 0; i < 1'000; ++i) many += "X: y\r\n";
  EXPECT_EQ(status_for(http_request("GET", "/", many)), 431);
  EXPECT_EQ(status_for(http_request("GET", "/", "X: " + std::string(20'000, 'y') + "\r\n")), 200);
  EXPECT_EQ(status_for(http_request("GET", "/", "X: " + std::string(40'000, 'y') + "\r\n")), 431);
  EXPECT_EQ(status_for("GET / HTTP/1.1\r\nHost: a\r\nX: " + std::string(200'000, 'y')), 431)
      << "though its end never comes";
}

TEST_P(HttpRequests, ClosesBehindARequestThatIsRefused) {
  for (const std::string_view bad :
       {"GET / HTTP/1.1\r\n\r\n", "nonsense\r\n\r\n", "GET / HTTP/3.0\r\n\r\n"}) {
    HttpClient client = connect();
    ASSERT_TRUE(client.send(std::string(bad) + http_request("GET", "/a.txt")));
    const HttpResponse refused = client.read();
    EXPECT_GE(refused.status, 400) << bad;
    EXPECT_EQ(refused.field("Connection"), "close") << bad;
    EXPECT_TRUE(client.ends()) << bad;
  }
}

TEST_P(HttpRequests, SaysNothingOfTheMachineInAnyAnswer) {
  for (const char* target : {"/none", "/folder", "/%", "/%00", "/../", "/a.txt/", "/a.txt/b"}) {
    const HttpResponse answer = get(target);
    EXPECT_GE(answer.status, 300) << target;
    EXPECT_THAT(answer.head + answer.body, Not(HasSubstr(root_))) << target;
    EXPECT_THAT(answer.head + answer.body, Not(HasSubstr("/tmp"))) << target;
  }
}

TEST_P(HttpRequests, AnswersExpectationsItMeets) {
  HttpClient client = connect();
  ASSERT_TRUE(client.send(http_request("GET", "/a.txt", "Content-Length: 5\r\nExpect: 100-continue\r\n")));
  EXPECT_EQ(client.read().status, 100);
  ASSERT_TRUE(client.send("hello"));
  EXPECT_EQ(client.read().body, "alpha\n");
  EXPECT_EQ(client.get("/", "Expect: 100-Continue\r\n").status, 200)
      << "without a body there is nothing to wait for";
  EXPECT_EQ(client.get("/", "Expect:\r\n").status, 200) << "an empty list expects nothing (RFC 9110 10.1.1)";
  EXPECT_EQ(client.get("/", "Expect: 100-continue, 100-continue\r\n").status, 200);
  EXPECT_EQ(client.get("/", "Expect: miracles\r\n").status, 417);
}

TEST_P(HttpRequests, SendsNo100WhereItRefusesOrTheBodyIsThere) {
  HttpClient eager = connect();
  ASSERT_TRUE(
      eager.send(http_request("GET", "/a.txt", "Content-Length: 5\r\nExpect: 100-continue\r\n") + "hello"));
  EXPECT_EQ(eager.read().status, 200);
  EXPECT_EQ(connect().ask("POST", "/a.txt", "Content-Length: 5\r\nExpect: 100-continue\r\n").status, 405);
  HttpClient old = connect();
  ASSERT_TRUE(old.send("GET /a.txt HTTP/1.0\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\nhello"));
  EXPECT_EQ(old.read().status, 200) << "HTTP/1.0 knows no 100";
}

}  // namespace
}  // namespace suite
