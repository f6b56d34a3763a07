// What a test suite for servers of static files asks first: pages, indexes, names, sizes, types, and what is
// not to be had.
#include <filesystem>

#include "common/http/http_date.h"
#include "tests/conformance/http_test.h"

namespace suite {
namespace {

using test::http_request;
using test::HttpClient;
using test::HttpResponse;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

class HttpStatic : public test::HttpTest {
 protected:
  void SetUp() override {
    HttpTest::SetUp();
    std::filesystem::create_directories(path("site/shop/shelf"));
    std::filesystem::create_directories(path("site/bare"));
    write("site/shop/index.html", kShop);
    write("site/shop/page.html", kShop);
    write("site/shop/shelf/item.txt", "an item\n");
  }
  static constexpr std::string_view kShop = "<html>the shop is open</html>\n";
};
SUITE_FOR_EVERY_BACKEND_AND_TLS(HttpStatic);

TEST_P(HttpStatic, NamesServerDateLengthAndType) {
  const HttpResponse page = get("/site/shop/page.html", "Connection: close\r\n");
  EXPECT_EQ(page.status, 200);
  EXPECT_THAT(page.field("Server"), StartsWith("suite/"));
  EXPECT_TRUE(parse_http_date(page.field("Date"), {})) << page.field("Date");
  EXPECT_EQ(page.field("Content-Length"), std::to_string(kShop.size()));
  EXPECT_EQ(page.field("Content-Type"), "text/html");
  EXPECT_EQ(page.field("Connection"), "close");
  EXPECT_EQ(page.body, kShop);
}

TEST_P(HttpStatic, SurvivesWhatIsNoRequest) {
  for (const char* bytes : {"\n", "\r\n", "GET", "GET /\r\n", "hello\r\n\r\n", "\r\n\r\n\r\n\r\n"}) {
    test::Socket socket(server().endpoint());
    ASSERT_TRUE(socket.send(bytes));
    socket.shut_down_sending();
    socket.receive_rest();
    EXPECT_NE(socket.end(), test::End::kOpen) << testing::PrintToString(bytes);
    EXPECT_EQ(get("/site/shop/page.html").status, 200);
  }
}

TEST_P(HttpStatic, AnswersAHeadWithTheLengthAndNoBody) {
  HttpClient client = connect();
  ASSERT_TRUE(client.send(http_request("HEAD", "/site/shop/page.html", "Connection: close\r\n")));
  const std::string answer = client.rest();
  EXPECT_THAT(answer, StartsWith("HTTP/1.1 200 OK\r\n"));
  EXPECT_THAT(answer, HasSubstr("\r\nContent-Length: " + std::to_string(kShop.size()) + "\r\n"));
  EXPECT_TRUE(answer.ends_with("\r\n\r\n")) << "nothing follows the head";
}

TEST_P(HttpStatic, AnswersADirectoryWithItsIndexFile) {
  EXPECT_EQ(get("/site/shop/").body, kShop);
  EXPECT_EQ(get("/site/shop/?page.html").body, kShop);
  EXPECT_EQ(get("/site/shop/").field("Content-Type"), "text/html");
}

// RFC 9110 15.5.4: the server "understood the request but refuses to fulfill it": there is no list to show.
TEST_P(HttpStatic, ForbidsADirectoryWithoutAnIndexFile) {
  for (const char* method : {"GET", "HEAD"}) {
    EXPECT_EQ(connect().ask(method, "/site/bare/").status, 403) << method;
    EXPECT_EQ(connect().ask(method, "/site/").status, 403) << method;
    EXPECT_EQ(connect().ask(method, "/site/none/").status, 404) << method;
  }
  EXPECT_EQ(get("/site/bare").field("Location"), "/site/bare/");
}

TEST_P(HttpStatic, DoesNotFindWhatIsNotThere) {
  for (const char* target : {"/site/shop/none.html", "/site/none/page.html", "/site/shop/page.html/",
                             "/site/shop/page.html/x", "/site/shop/page.htm", "/SITE/shop/page.html"}) {
    EXPECT_EQ(get(target).status, 404) << target;
  }
}

TEST_P(HttpStatic, FindsFilesInNestedFolders) {
  EXPECT_EQ(get("/site/shop/shelf/item.txt").body, "an item\n");
}

TEST_P(HttpStatic, IgnoresWhatFollowsAQuestionMark) {
  EXPECT_EQ(get("/site/shop/page.html?arg1=value&arg2=value").body, kShop);
  EXPECT_EQ(get("/site/shop/page.html?").body, kShop);
}

TEST_P(HttpStatic, DecodesSpacesAndEscapesInNames) {
  write("site/two words.html", "two words\n");
  EXPECT_EQ(get("/site/two%20words.html").body, "two words\n");
  EXPECT_EQ(get("/site/shop/%70%61%67%65%2e%68%74%6d%6c").body, kShop);
}

TEST_P(HttpStatic, TakesDotsInNamesForWhatTheyAre) {
  write("site/text..txt", "two dots\n");
  write("site/...", "three dots\n");
  write("site/..x", "two dots and an x\n");
  EXPECT_EQ(get("/site/text..txt").body, "two dots\n");
  EXPECT_EQ(get("/site/text..txt").field("Content-Type"), "text/plain");
  EXPECT_EQ(get("/site/...").body, "three dots\n");
  EXPECT_EQ(get("/site/..x").body, "two dots and an x\n");
  EXPECT_EQ(get("/site/bare/../shop/page.html").body, kShop);
}

TEST_P(HttpStatic, ServesNothingOutsideTheRoot) {
  for (const char* target :
       {"/../../../../../../../../etc/passwd", "/site/../../../../../../../etc/passwd",
        "/%2e%2e/%2e%2e/%2e%2e/%2e%2e/%2e%2e/etc/passwd", "//etc/passwd", "/etc/passwd"}) {
    const HttpResponse answer = get(target);
    EXPECT_GE(answer.status, 400) << target;
    EXPECT_THAT(answer.body, Not(HasSubstr("root:"))) << target;
  }
}

TEST_P(HttpStatic, SendsALargeFileWhole) {
  const std::string content = test::noise(954'824);
  write("site/large.bin", content);
  const HttpResponse answer = get("/site/large.bin");
  EXPECT_EQ(answer.field("Content-Length"), "954824");
  EXPECT_TRUE(answer.body == content);
}

TEST_P(HttpStatic, AllowsNothingButGetAndHead) {
  for (const char* method : {"POST", "PUT", "DELETE"}) {
    const HttpResponse answer = connect().ask(method, "/site/shop/page.html", "Content-Length: 0\r\n");
    EXPECT_EQ(answer.status, 405) << method;
    EXPECT_EQ(answer.field("Allow"), "GET, HEAD") << method;
  }
}

TEST_P(HttpStatic, KnowsTheTypesOfTheWeb) {
  const std::vector<std::pair<std::string, std::string>> types{
      {"html", "text/html"}, {"css", "text/css"},    {"js", "text/javascript"},
      {"jpg", "image/jpeg"}, {"jpeg", "image/jpeg"}, {"png", "image/png"},
      {"gif", "image/gif"},  {"txt", "text/plain"},  {"swf", "application/x-shockwave-flash"}};
  HttpClient client = connect();
  for (const auto& [extension, type] : types) {
    write("site/file." + extension, "x");
    EXPECT_EQ(client.get("/site/file." + extension).field("Content-Type"), type);
  }
}

// "Content-Type: text/plain" of an error, too: what is ASCII needs no charset.
TEST_P(HttpStatic, NamesNoCharsetAnywhere) {
  for (const char* target : {"/", "/a.txt", "/none", "/site/bare/", "/site/bare", "/%"}) {
    EXPECT_THAT(get(target).head, Not(HasSubstr("charset"))) << target;
  }
}

}  // namespace
}  // namespace suite
