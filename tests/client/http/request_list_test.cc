// The formats are those of vegeta's lib/targets.go: NewHTTPTargeter and NewJSONTargeter.
#include "client/http/request_list.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <optional>

namespace suite {
namespace {

using testing::HasSubstr;

/// Files that there are, and how often each was read.
class FakeFiles {
 public:
  std::expected<std::string, std::string> operator()(const std::string& path) {
    ++reads[path];
    if (path == "body.txt") return "from a file";
    if (path == "empty") return "";
    return std::unexpected("cannot read '" + path + "'");
  }
  std::map<std::string, int> reads;
};

constexpr std::size_t kPlenty = 1 << 20;

std::vector<ListedRequest> list_of(std::string_view text) {
  FakeFiles files;
  auto list = parse_request_list(text, std::ref(files), kPlenty);
  EXPECT_TRUE(list) << (list ? "" : list.error().why);
  return list ? *std::move(list) : std::vector<ListedRequest>();
}

std::string text_of(const ListedRequest& request) {
  std::string text = request.method + " " + request.url;
  for (const HttpHeader& header : request.headers) text += "|" + header.name + ": " + header.value;
  return request.body ? text + "|" + *request.body : text;
}

std::vector<std::string> texts_of(std::string_view text) {
  std::vector<std::string> texts;
  for (const ListedRequest& request : list_of(text)) texts.push_back(text_of(request));
  return texts;
}

void expect_wrong(std::string_view text, std::size_t line, const char* says) {
  FakeFiles files;
  const auto list = parse_request_list(text, std::ref(files), kPlenty);
  ASSERT_FALSE(list) << text;
  EXPECT_EQ(list.error().line, line) << text;
  EXPECT_THAT(list.error().why, HasSubstr(says)) << text;
  EXPECT_THAT(list.error().why, testing::Not(HasSubstr("\n"))) << text;
}

TEST(RequestList, ReadsTextWithHeadersAndBodies) {
  EXPECT_THAT(texts_of("# a comment\n"
                       "GET http://h/a\r\n"
                       "X-A: 1\n"
                       "# another one\n"
                       "  X-A:2\n"
                       "\n\n"
                       "POST http://h/b\n"
                       "Content-Type: text/plain\n"
                       "@body.txt\n"
                       "PUT http://h/c\n"
                       "@body.txt"),
              testing::ElementsAre("GET http://h/a|X-A: 1|X-A: 2",
                                   "POST http://h/b|Content-Type: text/plain|from a file",
                                   "PUT http://h/c|from a file"));
}

TEST(RequestList, TakesARequestBehindOneWithoutHeadersWithoutAnEmptyLine) {
  EXPECT_THAT(texts_of("GET http://h/a\nHEAD http://h/b\n\tDELETE\thttp://h/c"),
              testing::ElementsAre("GET http://h/a", "HEAD http://h/b", "DELETE http://h/c"));
}

TEST(RequestList, ReadsJsonLines) {
  EXPECT_THAT(
      texts_of("\n{\"method\": \"GET\", \"url\": \"http://h/a\"}\n"
               "# a comment\n"
               R"({"url":"http://h/b","method":"POST","body":"aGVsbG8=","header":{"X-A":["1","2"],"B":"3"}})"
               "\r\n\n"
               R"({"method":"PURGE","url":"http://h/c","body":null,"header":null})"),
      testing::ElementsAre("GET http://h/a", "POST http://h/b|B: 3|X-A: 1|X-A: 2|hello", "PURGE http://h/c"));
}

TEST(RequestList, KnowsInWhichLineARequestBegins) {
  const auto list = list_of("\n# x\nGET http://h/a\nA: b\n\n\nGET http://h/b\n");
  ASSERT_EQ(list.size(), 2U);
  EXPECT_EQ(list[0].line, 3U);
  EXPECT_EQ(list[1].line, 7U);
}

TEST(RequestList, ReadsABodysFileOnce) {
  FakeFiles files;
  std::string text;
  for (int i = 0; i < 100; ++i) text += "POST http://h/\n@body.txt\n\n";
  const auto list = parse_request_list(text, std::ref(files), 20);
  ASSERT_TRUE(list) << list.error().why;
  EXPECT_EQ(files.reads["body.txt"], 1);
  EXPECT_EQ((*list)[0].body, (*list)[99].body) << "and keeps it once";
}

TEST(RequestList, HasNoBodyWhereNothingIsInIt) {
  EXPECT_EQ(list_of("POST http://h/\n@empty\n")[0].body, nullptr);
  EXPECT_EQ(list_of(R"({"method":"POST","url":"http://h/","body":""})")[0].body, nullptr);
}

TEST(RequestList, KnowsRegisteredMethodsAndAFewOthers) {
  for (const char* method : {"GET", "TRACE", "QUERY", "PROPFIND", "VERSION-CONTROL", "PURGE", "SOURCE"}) {
    EXPECT_TRUE(is_known_method(method)) << method;
  }
  for (const char* method : {"", " ", "get", "CONNECT", "PRI", "ACL BASELINE-CONTROL", "CONTROL", "FOO"}) {
    EXPECT_FALSE(is_known_method(method)) << method;
  }
}

TEST(RequestList, MayBeEmpty) {
  EXPECT_TRUE(list_of("").empty());
  EXPECT_TRUE(list_of("\n # only this\n\n").empty());
}

TEST(RequestList, NamesTheLineOfWhatIsWrongInText) {
  expect_wrong("GET http://h/\n\nGTE http://h/\n", 3,
               "GTE is no method that is known here; did you mean GET?");
  expect_wrong("get http://h/\n", 1, "did you mean GET?");
  expect_wrong("FROBNICATE http://h/\n", 1, "--method");
  expect_wrong("CONNECT h:80\n", 1, "no method that is known");
  expect_wrong("GET\n", 1, "GET has no URL behind it");
  expect_wrong("GET http://h/\nno colon\n", 2, "has no colon");
  expect_wrong("GET http://h/\nA : b\n", 2, "not a header's name");
  expect_wrong("GET http://h/\nA: b\x01\n", 2, "control characters");
  expect_wrong("GET http://h/\nA: b\nGET http://h/\n", 3, "an empty line is missing");
  expect_wrong("GET http://h/\n@\n", 2, "names no file");
  expect_wrong("GET http://h/\nA: b\n@missing\n", 3, "cannot read 'missing'");
  expect_wrong("GET http://h/\n\n{}\n", 3, "one format");
  expect_wrong("GET http://h/\nTransfer-Encoding: chunked\n", 2, "Transfer-Encoding is not supported");
  expect_wrong("\nPOST http://h/\nContent-Length: 5\n", 2, "contradicts the body, which has 0 bytes");
  expect_wrong("GET http://h/\nHost: a\nhost: b\n", 1, "Host is given twice");
  expect_wrong("GET http://h/\nConnection: Close\n", 1, "give --no-keepalive");
  expect_wrong("TRACE http://h/\n@body.txt\n", 1, "a TRACE has no body");
  expect_wrong("GET http://h/" + std::string(70'000, 'a') + "\n", 1, "68.4 KiB, at most 64 KiB");
  expect_wrong(std::string(10'000, 'A') + " http://h/\n", 1, "...");
}

TEST(RequestList, NamesTheLineOfWhatIsWrongInJson) {
  const std::string good = R"({"method":"GET","url":"http://h/"})"
                           "\n";
  expect_wrong(good + "{\"method\":\"GET\",\"url\"\n", 2, "it is no JSON: something is wrong at byte 22");
  expect_wrong(good + "GET http://h/\n", 2, "it is no JSON");
  // The library throws something else here, which was not caught.
  expect_wrong(good + "{\"method\":1e999}\n", 2, "it is no JSON that can be read: a number is too large");
  expect_wrong(good + "[1]\n", 2, "it is no object");
  expect_wrong(R"({"method":"GET"})", 1, "it has no \"url\"");
  expect_wrong(R"({"url":"http://h/"})", 1, "it has no \"method\"");
  expect_wrong(R"({"method":1,"url":"http://h/"})", 1, "\"method\" is no text");
  expect_wrong(R"({"method":"POTS","url":"http://h/"})", 1, "did you mean POST?");
  expect_wrong(R"({"method":"GET","url":"http://h/","headers":{}})", 1, "did you mean \"header\"?");
  expect_wrong(R"({"method":"GET","url":"http://h/","timeout":1})", 1,
               "there are method, url, header and body");
  expect_wrong(R"({"method":"GET","url":"http://h/","header":["A: b"]})", 1, "\"header\" is no object");
  expect_wrong(R"({"method":"GET","url":"http://h/","header":{"A":[1]}})", 1, "list of texts");
  expect_wrong(R"({"method":"GET","url":"http://h/","header":{"A":"b\r\nC: d"}})", 1, "line breaks included");
  expect_wrong(R"({"method":"GET","url":"http://h/","header":{"A: x":"b"}})", 1, "not a header's name");
  expect_wrong(R"({"method":"GET","url":"http://h/","body":"aGVsbG8"})", 1, "not base64");
  expect_wrong(R"({"method":"GET","url":"http://h/","body":"!!!!"})", 1, "not base64");
  expect_wrong(R"({"method":"GET","url":"http://h/","body":{}})", 1, "no text in base64");
  expect_wrong(R"({"method":"PUT","url":"http://h/","body":"aGk=","header":{"Content-Length":"5"}})", 1,
               "contradicts the body");
}

TEST(RequestList, RefusesBodiesThatAreTooLongTogether) {
  FakeFiles files;
  const auto list = parse_request_list("PUT http://h/\n@body.txt\n", std::ref(files), 10);
  ASSERT_FALSE(list);
  EXPECT_EQ(list.error().line, 2U);
}

// Never more than is there is read: each beginning of a good list is a good one, or wrong in its last lines.
TEST(RequestList, TakesAListThatEndsAnywhere) {
  for (const std::string& whole :
       {std::string("GET http://h/a\nX-A: 1\n\nPOST http://h/b\n@body.txt\n"),
        std::string(
            "{\"method\":\"GET\",\"url\":\"http://h/\"}\n{\"method\":\"PUT\",\"url\":\"http://h/\"}\n")}) {
    for (std::size_t end = 0; end <= whole.size(); ++end) {
      FakeFiles files;
      const auto list = parse_request_list(std::string_view(whole).substr(0, end), std::ref(files), kPlenty);
      EXPECT_LE(list ? list->size() : 0, 2U);
      EXPECT_LE(list ? 0 : list.error().line, 5U);
    }
  }
}

}  // namespace
}  // namespace suite
