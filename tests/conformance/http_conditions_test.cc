// Conditional requests and byte ranges (RFC 9110 13 and 14).
#include <fcntl.h>
#include <sys/stat.h>

#include <chrono>
#include <filesystem>

#include "common/http/http_date.h"
#include "tests/conformance/http_test.h"

namespace suite {
namespace {

using namespace std::chrono_literals;
using std::chrono::sys_seconds;
using test::HttpClient;
using test::HttpResponse;

class HttpConditions : public test::HttpTest {
 protected:
  void SetUp() override {
    HttpTest::SetUp();
    write("digits", "0123456789");
    touch("digits", kModified);
  }
  void touch(const std::string& name, sys_seconds at, long nanoseconds = 0) const {
    const timespec time{.tv_sec = at.time_since_epoch().count(), .tv_nsec = nanoseconds};
    const timespec both[2] = {time, time};
    ASSERT_EQ(::utimensat(AT_FDCWD, path(name).c_str(), both, 0), 0);
  }
  int status(const std::string& fields) { return get("/digits", fields).status; }
  HttpResponse range(const std::string& bytes) { return get("/digits", "Range: " + bytes + "\r\n"); }
  void expect_part(const std::string& bytes, const std::string& content, const std::string& content_range) {
    const HttpResponse part = range(bytes);
    EXPECT_EQ(part.status, 206) << bytes;
    EXPECT_EQ(part.body, content) << bytes;
    EXPECT_EQ(part.field("Content-Range"), content_range) << bytes;
  }
  void expect_whole(const std::string& bytes) {
    const HttpResponse whole = range(bytes);
    EXPECT_EQ(whole.status, 200) << bytes;
    EXPECT_EQ(whole.body, "0123456789") << bytes;
    EXPECT_EQ(whole.count("Content-Range"), 0U) << bytes;
  }
  void expect_none(const std::string& bytes) {
    const HttpResponse none = range(bytes);
    EXPECT_EQ(none.status, 416) << bytes;
    EXPECT_EQ(none.field("Content-Range"), "bytes */10") << bytes;
  }

  static constexpr sys_seconds kModified = std::chrono::sys_days(std::chrono::year(2020) / 2 / 29) + 12h;
  const std::string before_ = format_http_date(kModified - 1s), at_ = format_http_date(kModified),
                    after_ = format_http_date(kModified + 1s);
};
SUITE_FOR_EVERY_BACKEND_AND_TLS(HttpConditions);

TEST_P(HttpConditions, NamesTheStateOfAFile) {
  const HttpResponse file = get("/digits");
  EXPECT_EQ(file.field("Last-Modified"), "Sat, 29 Feb 2020 12:00:00 GMT");
  EXPECT_EQ(file.count("ETag"), 1U);
  EXPECT_EQ(file.field("ETag").find('"'), 0U) << "a strong one";
  EXPECT_EQ(file.field("Accept-Ranges"), "bytes");
  EXPECT_NE(file.field("ETag"), get("/a.txt").field("ETag"));
  EXPECT_EQ(file.field("ETag"), get("/digits").field("ETag"));
}

TEST_P(HttpConditions, NamesAnotherStateWhenTheFileChanges) {
  serve({"--file-cache-valid", "0"});
  const std::string first = get("/digits").field("ETag");
  write("digits", "9876543210");
  touch("digits", kModified, 1);
  EXPECT_NE(get("/digits").field("ETag"), first) << "though size and second are the same";
}

TEST_P(HttpConditions, NeverNamesATimeToCome) {
  touch("digits", std::chrono::sys_days(std::chrono::year(2900) / 1 / 1));
  const HttpResponse file = get("/digits");
  EXPECT_EQ(file.field("Last-Modified"), file.field("Date"));
}

TEST_P(HttpConditions, KnowsTimesBefore1970) {
  touch("digits", sys_seconds(-1s));
  const std::string date = "Wed, 31 Dec 1969 23:59:59 GMT";
  EXPECT_EQ(get("/digits").field("Last-Modified"), date);
  EXPECT_EQ(status("If-Modified-Since: " + date + "\r\n"), 304);
  EXPECT_EQ(status("If-Modified-Since: Wed, 31 Dec 1969 23:59:58 GMT\r\n"), 200);
  EXPECT_EQ(status("If-Unmodified-Since: " + date + "\r\n"), 200);
  EXPECT_EQ(status("Range: bytes=0-1\r\nIf-Range: " + date + "\r\n"), 206);
}

// RFC 9110 8.8.2.1: "An origin server with a clock MUST NOT generate a Last-Modified date that is later than
// the server's time of message origination".
TEST_P(HttpConditions, AsksConditionsOfAFileFromTheFuture) {
  touch("digits", std::chrono::sys_days(std::chrono::year(2400) / 1 / 1));
  const HttpResponse file = get("/digits");
  EXPECT_EQ(file.field("Last-Modified"), file.field("Date"));
  EXPECT_EQ(status("If-None-Match: " + file.field("ETag") + "\r\n"), 304);
  EXPECT_EQ(status("If-Modified-Since: " + before_ + "\r\n"), 200);
  EXPECT_EQ(status("Range: bytes=0-1\r\nIf-Range: " + file.field("Last-Modified") + "\r\n"), 200);
}

TEST_P(HttpConditions, AnswersNotModifiedByTag) {
  const std::string tag = get("/digits").field("ETag");
  for (const std::string& tags :
       {tag, "W/" + tag, std::string("*"), "\"x\", " + tag, "\"a,b\"," + tag + ",\"c\"", "  " + tag + " "}) {
    EXPECT_EQ(status("If-None-Match: " + tags + "\r\n"), 304) << tags;
  }
  for (const std::string& tags :
       {std::string("\"x\""), tag.substr(1, tag.size() - 2), tag.substr(1), "\"" + tag + "\"",
        std::string("\""), std::string("w/") + tag, std::string(",")}) {
    EXPECT_EQ(status("If-None-Match: " + tags + "\r\n"), 200) << tags;
  }
}

// RFC 9110 5.3 and 5.6.1.2.
TEST_P(HttpConditions, TakesSeveralLinesOfTagsForOneList) {
  const std::string tag = get("/digits").field("ETag");
  for (const char* name : {"If-None-Match", "If-Match"}) {
    const int met = std::string_view(name) == "If-Match" ? 200 : 304, missed = met == 200 ? 412 : 200;
    const std::string line = std::string(name) + ": ";
    EXPECT_EQ(status(line + "\"x\"\r\n" + line + tag + "\r\n"), met);
    EXPECT_EQ(status(line + tag + "\r\nX: y\r\n" + line + "\"x\"\r\n"), met);
    EXPECT_EQ(status(line + ", ,\"x\",," + tag + ",\r\n"), met);
    EXPECT_EQ(status(line + "\r\n" + line + tag + "\r\n"), met);
    EXPECT_EQ(status(line + "\"x\"\r\n" + line + "\"y\"\r\n"), missed);
    EXPECT_EQ(status(line + "\r\n"), missed) << "a list without members has none that matches";
  }
}

// RFC 9110 13.1.3, 13.1.4: a date that comes twice is ignored; 13.1.5: If-Range that is no validator fails.
TEST_P(HttpConditions, HeedsNoFieldThatComesTwiceAndIsNoList) {
  const std::string since = "If-Modified-Since: " + at_ + "\r\n", tag = get("/digits").field("ETag");
  EXPECT_EQ(status(since + since), 200);
  EXPECT_EQ(status("If-Modified-Since: " + at_ + ", " + at_ + "\r\n"), 200);
  EXPECT_EQ(status("If-Unmodified-Since: " + before_ + "\r\nIf-Unmodified-Since: " + before_ + "\r\n"), 200);
  const std::string range = "Range: bytes=0-1\r\n", state = "If-Range: " + tag + "\r\n";
  EXPECT_EQ(status(range + state), 206);
  EXPECT_EQ(status(range + state + state), 200);
  EXPECT_EQ(status(range + "If-Range:\r\n"), 200);
  EXPECT_EQ(status(range + range), 200);
}

// RFC 9110 15.4.5: "The server generating a 304 response MUST generate any of the following header fields
// that would have been sent in a 200 (OK) response to the same request: Content-Location, Date, ETag, and
// Vary; Cache-Control and Expires" and "SHOULD NOT generate representation metadata other than the above
// listed fields".
TEST_P(HttpConditions, SaysInA304NoMoreThanItShould) {
  HttpClient client = connect();
  const HttpResponse whole = client.get("/digits");
  for (const std::string& condition : {std::string("If-None-Match: *"), "If-Modified-Since: " + at_}) {
    for (const char* method : {"GET", "HEAD"}) {
      const HttpResponse same = client.ask(method, "/digits", condition + "\r\n");
      EXPECT_EQ(same.status, 304);
      EXPECT_EQ(same.field("ETag"), whole.field("ETag"));
      EXPECT_EQ(same.field("Server"), whole.field("Server"));
      EXPECT_EQ(same.count("Date"), 1U);
      EXPECT_EQ(same.fields.size(), 3U) << same.head;
      EXPECT_EQ(same.body, "");
    }
  }
  EXPECT_EQ(client.get("/digits").body, "0123456789") << "and nothing came behind it";
}

TEST_P(HttpConditions, AnswersNotModifiedByDate) {
  EXPECT_EQ(status("If-Modified-Since: " + at_ + "\r\n"), 304);
  EXPECT_EQ(status("If-Modified-Since: " + after_ + "\r\n"), 304);
  EXPECT_EQ(status("If-Modified-Since: " + before_ + "\r\n"), 200);
  EXPECT_EQ(status("If-Modified-Since: Saturday, 29-Feb-20 12:00:00 GMT\r\n"), 304);
  EXPECT_EQ(status("If-Modified-Since: Sat Feb 29 12:00:00 2020\r\n"), 304);
  EXPECT_EQ(status("If-Modified-Since: yesterday\r\n"), 200) << "what is no date is no condition";
}

TEST_P(HttpConditions, HeedsTheTagRatherThanTheDate) {
  EXPECT_EQ(status("If-None-Match: \"x\"\r\nIf-Modified-Since: " + after_ + "\r\n"), 200);
  EXPECT_EQ(status("If-None-Match: *\r\nIf-Modified-Since: " + before_ + "\r\n"), 304);
  const std::string tag = get("/digits").field("ETag");
  EXPECT_EQ(status("If-Match: " + tag + "\r\nIf-Unmodified-Since: " + before_ + "\r\n"), 200);
}

TEST_P(HttpConditions, FailsAPrecondition) {
  const std::string tag = get("/digits").field("ETag");
  EXPECT_EQ(status("If-Match: " + tag + "\r\n"), 200);
  EXPECT_EQ(status("If-Match: *\r\n"), 200);
  EXPECT_EQ(status("If-Match: \"x\"\r\n"), 412);
  EXPECT_EQ(status("If-Match: W/" + tag + "\r\n"), 412) << "a weak tag is no match for a strong comparison";
  EXPECT_EQ(status("If-Unmodified-Since: " + at_ + "\r\n"), 200);
  EXPECT_EQ(status("If-Unmodified-Since: " + before_ + "\r\n"), 412);
  EXPECT_EQ(status("If-Unmodified-Since: never\r\n"), 200);
  EXPECT_EQ(status("If-Match: \"x\"\r\nIf-None-Match: *\r\n"), 412) << "in the order of RFC 9110 13.2.2";
}

TEST_P(HttpConditions, DoesNotAskThemOfWhatIsNotThere) {
  EXPECT_EQ(get("/none", "If-None-Match: *\r\n").status, 404);
  EXPECT_EQ(get("/none", "If-Match: *\r\n").status, 404);
  EXPECT_EQ(get("/folder", "If-None-Match: *\r\n").status, 301);
}

TEST_P(HttpConditions, SendsOneRange) {
  expect_part("bytes=0-0", "0", "bytes 0-0/10");
  expect_part("bytes=2-5", "2345", "bytes 2-5/10");
  expect_part("bytes=9-9", "9", "bytes 9-9/10");
  expect_part("bytes=0-9", "0123456789", "bytes 0-9/10");
  expect_part("bytes=7-99999", "789", "bytes 7-9/10");
  expect_part("bytes=7-99999999999999999999999", "789", "bytes 7-9/10");
  expect_part("bytes=4-", "456789", "bytes 4-9/10");
  expect_part("bytes=-3", "789", "bytes 7-9/10");
  expect_part("bytes=-99", "0123456789", "bytes 0-9/10");
  expect_part("BYTES=1-2", "12", "bytes 1-2/10");
}

TEST_P(HttpConditions, SaysThatARangeLiesBehindTheEnd) {
  for (const char* bytes : {"bytes=10-", "bytes=10-11", "bytes=99999999999999999999-", "bytes=-0"})
    expect_none(bytes);
}

TEST_P(HttpConditions, SendsTheWholeForWhatIsNoSingleRange) {
  for (const char* bytes :
       {"bytes=0-1,3-4", "bytes=0-1, 3-4", "bytes=5-2", "bytes=", "bytes=-", "bytes=a-b", "bytes=1",
        "bytes=1-2x", "bytes=--1", "lines=1-2", "bytes 1-2", "bytes=+1-2", "bytes=0x1-2"}) {
    expect_whole(bytes);
  }
}

TEST_P(HttpConditions, SendsNoRangeOfAnEmptyFile) {
  write("empty", "");
  EXPECT_EQ(get("/empty", "Range: bytes=0-\r\n").status, 416);
  EXPECT_EQ(get("/empty").status, 200);
  EXPECT_EQ(get("/empty").field("Content-Length"), "0");
}

TEST_P(HttpConditions, IgnoresARangeOfAHead) {
  const HttpResponse head = connect().ask("HEAD", "/digits", "Range: bytes=0-1\r\n");
  EXPECT_EQ(head.status, 200);
  EXPECT_EQ(head.field("Content-Length"), "10");
}

TEST_P(HttpConditions, AsksTheConditionsBeforeTheRange) {
  EXPECT_EQ(status("Range: bytes=0-1\r\nIf-None-Match: *\r\n"), 304);
  EXPECT_EQ(status("Range: bytes=0-1\r\nIf-Match: \"x\"\r\n"), 412);
  EXPECT_EQ(status("Range: bytes=0-1\r\nIf-Modified-Since: " + before_ + "\r\n"), 206);
}

TEST_P(HttpConditions, SendsARangeOnlyOfTheStateThatIfRangeNames) {
  const std::string tag = get("/digits").field("ETag");
  const auto with = [&](const std::string& state) {
    return status("Range: bytes=0-1\r\nIf-Range: " + state + "\r\n");
  };
  EXPECT_EQ(with(tag), 206);
  EXPECT_EQ(with("\"x\""), 200);
  EXPECT_EQ(with("W/" + tag), 200);
  EXPECT_EQ(with(at_), 206);
  EXPECT_EQ(with(before_), 200);
  EXPECT_EQ(with(after_), 200) << "to the second, not since";
  EXPECT_EQ(with("today"), 200);
  EXPECT_EQ(status("If-Range: " + tag + "\r\n"), 200) << "without a range it says nothing";
}

TEST_P(HttpConditions, SendsRangesOfLargeFiles) {
  const std::string large = test::noise(9 << 20);
  write("large", large);
  const HttpResponse part = get("/large", "Range: bytes=1000000-8999999\r\n");
  EXPECT_EQ(part.status, 206);
  EXPECT_TRUE(part.body == large.substr(1'000'000, 8'000'000));
  EXPECT_TRUE(get("/large", "Range: bytes=-5\r\n").body == large.substr(large.size() - 5));
}

}  // namespace
}  // namespace suite
