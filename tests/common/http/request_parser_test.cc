#include "common/http/request_parser.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

namespace suite {
namespace {

HeadStatus status_of(std::string_view text) {
  RequestHead head;
  return parse_request_head(text, head);
}

std::string with_line(std::string_view line) { return std::string(line) + "\r\nHost: a\r\n\r\n"; }
std::string with_field(std::string_view field) {
  return "GET / HTTP/1.1\r\nHost: a\r\n" + std::string(field) + "\r\n\r\n";
}

constexpr std::string_view kBrowser =
    "GET /a/b.html?x=1&y=%20 HTTP/1.1\r\nHost: localhost:8080\r\nUser-Agent: Mozilla/5.0 (X11; Linux)\r\n"
    "Accept: text/html,*/*;q=0.8\r\nX-Empty:\r\nX-Blanks: \t a b \t \r\nX-Text: \xc3\xa4\r\n\r\n";

TEST(RequestParser, FindsThePartsOfAHead) {
  RequestHead head;
  ASSERT_EQ(parse_request_head(kBrowser, head), HeadStatus::kComplete);
  EXPECT_EQ(head.line, "GET /a/b.html?x=1&y=%20 HTTP/1.1");
  EXPECT_EQ(head.method, "GET");
  EXPECT_EQ(head.target, "/a/b.html?x=1&y=%20");
  EXPECT_EQ(head.minor_version, 1);
  EXPECT_EQ(head.size, kBrowser.size());
  ASSERT_EQ(head.fields().size(), 6U);
  EXPECT_EQ(head.fields()[0].name, "Host");
  EXPECT_EQ(head.fields()[0].value, "localhost:8080");
  EXPECT_EQ(head.fields()[3].value, "");
  EXPECT_EQ(head.fields()[4].value, "a b");
  EXPECT_EQ(head.fields()[5].value, "\xc3\xa4");
}

TEST(RequestParser, AsksForMoreAtEverySplitOfAGoodRequest) {
  for (std::size_t size = 0; size < kBrowser.size(); ++size) {
    EXPECT_EQ(status_of(kBrowser.substr(0, size)), HeadStatus::kIncomplete) << kBrowser.substr(0, size);
  }
}

TEST(RequestParser, LeavesWhatFollowsTheHead) {
  RequestHead head;
  const std::string two = std::string(kBrowser) + "GET /next";
  ASSERT_EQ(parse_request_head(two, head), HeadStatus::kComplete);
  EXPECT_EQ(head.size, kBrowser.size());
}

TEST(RequestParser, SkipsEmptyLinesBeforeTheRequest) {
  RequestHead head;
  ASSERT_EQ(parse_request_head("\r\n\r\nGET / HTTP/1.0\r\n\r\n", head), HeadStatus::kComplete);
  EXPECT_EQ(head.minor_version, 0);
  EXPECT_EQ(head.size, 22U);
  EXPECT_EQ(head.line, "GET / HTTP/1.0");
  EXPECT_EQ(status_of("\r\n\r"), HeadStatus::kIncomplete);
  std::string many;
  while (many.size() <= RequestLimits::kHeadBytes) many += "\r\n";
  EXPECT_EQ(status_of(many), HeadStatus::kMalformed);
}

TEST(RequestParser, RefusesMalformedRequestLines) {
  for (const char* line :
       {"GET", "GET /", "GET  / HTTP/1.1", "GET / HTTP/1.1 ", " GET / HTTP/1.1", "GET\t/ HTTP/1.1",
        "GET / http/1.1", "GET / HTTP/1", "GET / HTTP/1.", "GET / HTTP/11", "GET / HTTP/1.1x",
        "GET / HTTP/1.11", "G(T / HTTP/1.1", "GET /\x01 HTTP/1.1", "GET /\xc3\xa4 HTTP/1.1",
        "GET /a b HTTP/1.1", "GET / HTTP/x.1", "GET / FTP/1.1", ": / HTTP/1.1"}) {
    EXPECT_EQ(status_of(with_line(line)), HeadStatus::kMalformed) << line;
  }
}

TEST(RequestParser, RefusesAsSoonAsItCanTell) {
  for (const char* text : {"GET / HTTQ", "G(", "GET /\x7f", "GET  ", "\rx", "\n", "GET / HTTP/1.1\n", "{"}) {
    EXPECT_EQ(status_of(text), HeadStatus::kMalformed) << text;
  }
}

TEST(RequestParser, KnowsOneMajorVersionOnly) {
  EXPECT_EQ(status_of(with_line("GET / HTTP/1.0")), HeadStatus::kComplete);
  EXPECT_EQ(status_of(with_line("GET / HTTP/1.7")), HeadStatus::kComplete);
  EXPECT_EQ(status_of(with_line("GET / HTTP/2.0")), HeadStatus::kOtherVersion);
  EXPECT_EQ(status_of(with_line("GET / HTTP/0.9")), HeadStatus::kOtherVersion);
  EXPECT_EQ(status_of("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"), HeadStatus::kOtherVersion);
}

TEST(RequestParser, RefusesMalformedFields) {
  for (const char* field : {"no colon", "Name : value", ": value", " Folded: yes", "\tfolded", "Na me: x",
                            "A: b\x01", "A: b\rc", "A: b\nB: c", "A: \x7f", "N\xc3\xa4me: x", "A(: b"}) {
    EXPECT_EQ(status_of(with_field(field)), HeadStatus::kMalformed) << field;
  }
  EXPECT_EQ(status_of(with_field(std::string_view("A: b\0c", 6))), HeadStatus::kMalformed);
  EXPECT_EQ(status_of("GET / HTTP/1.1\r\nA: b\r\n c\r\n\r\n"), HeadStatus::kMalformed) << "a folded line";
  EXPECT_EQ(status_of("GET / HTTP/1.1\r\nA: b\n\r\n"), HeadStatus::kMalformed) << "a bare LF";
  EXPECT_EQ(status_of("GET / HTTP/1.1\r\nA: b\r\n\n"), HeadStatus::kMalformed) << "a bare LF at the end";
}

TEST(RequestParser, BoundsTheTargetTheFieldsAndTheWhole) {
  const std::string longest(RequestLimits::kTargetBytes - 1, 'x');
  EXPECT_EQ(status_of(with_line("GET /" + longest + " HTTP/1.1")), HeadStatus::kComplete);
  EXPECT_EQ(status_of(with_line("GET /" + longest + "x HTTP/1.1")), HeadStatus::kTargetTooLong);
  EXPECT_EQ(status_of("GET /" + longest + "x"), HeadStatus::kTargetTooLong) << "no need to wait for its end";

  std::string fields;
  for (std::size_t i = 0; i < RequestLimits::kFields; ++i) fields += "A: b\r\n";
  EXPECT_EQ(status_of("GET / HTTP/1.1\r\n" + fields + "\r\n"), HeadStatus::kComplete);
  EXPECT_EQ(status_of("GET / HTTP/1.1\r\n" + fields + "A: b\r\n\r\n"), HeadStatus::kFieldsTooLarge);

  const std::string endless = "GET / HTTP/1.1\r\nA: " + std::string(RequestLimits::kHeadBytes, 'x');
  EXPECT_EQ(status_of(endless), HeadStatus::kFieldsTooLarge);
  EXPECT_EQ(status_of(endless + "\r\n\r\n"), HeadStatus::kFieldsTooLarge);
  EXPECT_EQ(status_of(std::string(100, 'M')), HeadStatus::kMalformed) << "no method is that long";
}

// A heap copy of the exact size lets AddressSanitizer see a read behind the end.
TEST(RequestParser, ReadsNothingBehindWhatItWasGiven) {
  for (std::size_t size = 0; size <= kBrowser.size(); ++size) {
    const std::vector<char> exact(kBrowser.begin(), kBrowser.begin() + static_cast<std::ptrdiff_t>(size));
    EXPECT_NE(status_of({exact.data(), exact.size()}), HeadStatus::kMalformed);
  }
}

}  // namespace
}  // namespace suite
