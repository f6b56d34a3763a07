#include "servers/protocols/http/conditions.h"

#include <gtest/gtest.h>

#include <array>
#include <span>
#include <string>

#include "common/http/http_date.h"

namespace suite {
namespace {

using std::chrono::seconds;
using std::chrono::sys_seconds;

constexpr sys_seconds kModified{seconds(784111777)};  // Sun, 06 Nov 1994 08:49:37 GMT
constexpr sys_seconds kNow = kModified + std::chrono::hours(1);
constexpr Validators kFile{.entity_tag = "\"tag\"", .modified = kModified, .size = 100};
constexpr std::string_view kDate = "Sun, 06 Nov 1994 08:49:37 GMT";
constexpr std::string_view kEarlier = "Sun, 06 Nov 1994 08:49:36 GMT";

Request get() { return {.method = Method::kGet, .path = "/"}; }

int status_with(SingleField Request::* field, std::string_view value) {
  Request request = get();
  request.*field = {.first = value, .lines = 1};
  return select(request, kFile, kNow).status;
}

int status_with(ListField Request::* field, std::string_view value) {
  const Field line{.name = "Of-That-Name", .value = value};
  Request request = get();
  (request.*field).lines = {&line, 1};
  return select(request, kFile, kNow).status;
}

// "first+size", or the status where it is not 206.
std::string range(std::string_view value, std::uint64_t size = 100) {
  Request request = get();
  request.range = {.first = value, .lines = 1};
  const Selection part =
      select(request, {.entity_tag = "\"tag\"", .modified = kModified, .size = size}, kNow);
  return part.status == 206 ? std::to_string(part.first) + "+" + std::to_string(part.size)
                            : std::to_string(part.status);
}

TEST(HttpConditions, WithoutAnySendTheWhole) {
  const Selection whole = select(get(), kFile, kNow);
  EXPECT_EQ(whole.status, 200);
  EXPECT_EQ(whole.first, 0U);
  EXPECT_EQ(whole.size, 100U);
}

TEST(HttpConditions, CompareTagsWeaklyForNoneMatch) {
  for (const char* list : {"\"tag\"", "W/\"tag\"", "\"a,b\", \"tag\"", "*", "\"x\",W/\"tag\" , \"y\"",
                           ",, ,\"tag\",", " , \t,\"x\",,W/\"tag\""}) {
    EXPECT_EQ(status_with(&Request::if_none_match, list), 304) << list;
  }
  for (const char* list :
       {"\"other\"", "tag", "\"tag", "w/\"tag\"", "\"tagx\"", "\"tag\"x", "\"x\" \"tag\"", "", ",", "*, *"}) {
    EXPECT_EQ(status_with(&Request::if_none_match, list), 200) << list;
  }
}

TEST(HttpConditions, CompareTagsStronglyForMatch) {
  EXPECT_EQ(status_with(&Request::if_match, "\"x\", \"tag\""), 200);
  EXPECT_EQ(status_with(&Request::if_match, "*"), 200);
  EXPECT_EQ(status_with(&Request::if_match, "W/\"tag\""), 412);
  EXPECT_EQ(status_with(&Request::if_match, "\"x\""), 412);
}

// RFC 9110 13.1.1: If-Match = "*" / #entity-tag, and a list without members has none that matches.
TEST(HttpConditions, MatchNothingByAnEmptyList) {
  EXPECT_EQ(status_with(&Request::if_match, ""), 412);
  EXPECT_EQ(status_with(&Request::if_match, " , "), 412);
}

// RFC 9110 5.3: several lines are one list. What lies between them is another field's.
TEST(HttpConditions, MatchByAnyLineOfTheField) {
  const std::array lines{Field{.name = "If-None-Match", .value = "\"a\", \"b\""},
                         Field{.name = "X-Some-Others", .value = "\"between\""},
                         Field{.name = "IF-NONE-MATCH", .value = ""},
                         Field{.name = "if-none-match", .value = "broken"},
                         Field{.name = "If-none-match", .value = "\"c\", \"tag\""}};
  const auto status = [&](std::size_t count, std::string_view tag) {
    Request request = get();
    request.if_none_match.lines = std::span(lines).first(count);
    return select(request, {.entity_tag = tag, .modified = kModified, .size = 100}, kNow).status;
  };
  for (const char* tag : {"\"a\"", "\"b\"", "\"c\"", "\"tag\""}) EXPECT_EQ(status(5, tag), 304) << tag;
  EXPECT_EQ(status(5, "\"between\""), 200);
  EXPECT_EQ(status(4, "\"tag\""), 200);
}

// RFC 9110 13.1.3 and 13.1.4: "A recipient MUST ignore [the] header field if [...] the field value has more
// than one member".
TEST(HttpConditions, IgnoreDatesThatComeTwice) {
  for (const auto field : {&Request::if_modified_since, &Request::if_unmodified_since}) {
    Request request = get();
    request.*field = {.first = field == &Request::if_modified_since ? kDate : kEarlier, .lines = 2};
    EXPECT_EQ(select(request, kFile, kNow).status, 200);
  }
  EXPECT_EQ(status_with(&Request::if_modified_since, std::string(kDate) + ", " + std::string(kDate)), 200);
  EXPECT_EQ(status_with(&Request::if_modified_since, ""), 200);
}

TEST(HttpConditions, CompareDatesToTheSecond) {
  EXPECT_EQ(status_with(&Request::if_modified_since, kDate), 304);
  EXPECT_EQ(status_with(&Request::if_modified_since, kEarlier), 200);
  EXPECT_EQ(status_with(&Request::if_modified_since, "Sunday, 06-Nov-94 08:49:37 GMT"), 304);
  EXPECT_EQ(status_with(&Request::if_modified_since, "yesterday"), 200);
  EXPECT_EQ(status_with(&Request::if_unmodified_since, kDate), 200);
  EXPECT_EQ(status_with(&Request::if_unmodified_since, kEarlier), 412);
  EXPECT_EQ(status_with(&Request::if_unmodified_since, "yesterday"), 200);
}

TEST(HttpConditions, PreferTagsToDates) {
  const Field other{.name = "If-None-Match", .value = "\"other\""},
      same{.name = "If-Match", .value = "\"tag\""};
  Request request = get();
  request.if_none_match.lines = {&other, 1};
  request.if_modified_since = {.first = kDate, .lines = 1};
  EXPECT_EQ(select(request, kFile, kNow).status, 200);
  request.if_none_match = {};
  request.if_match.lines = {&same, 1};
  request.if_unmodified_since = {.first = kEarlier, .lines = 1};
  request.if_modified_since = {};
  EXPECT_EQ(select(request, kFile, kNow).status, 200);
}

TEST(HttpRanges, ArePartsOfTheFile) {
  EXPECT_EQ(range("bytes=0-0"), "0+1");
  EXPECT_EQ(range("bytes=10-19"), "10+10");
  EXPECT_EQ(range("bytes=90-"), "90+10");
  EXPECT_EQ(range("bytes=90-1000"), "90+10");
  EXPECT_EQ(range("bytes=90-99999999999999999999999"), "90+10");
  EXPECT_EQ(range("bytes=-1"), "99+1");
  EXPECT_EQ(range("bytes=-1000"), "0+100");
  EXPECT_EQ(range("BYTES= 5-6 "), "5+2");
}

TEST(HttpRanges, ThatLieOutsideAreRefused) {
  for (const char* value : {"bytes=100-", "bytes=100-200", "bytes=-0", "bytes=99999999999999999999999-"}) {
    EXPECT_EQ(range(value), "416") << value;
  }
  EXPECT_EQ(range("bytes=0-", 0), "416");
  EXPECT_EQ(range("bytes=-5", 0), "200");
}

TEST(HttpRanges, ThatDoNotParseOrAreSeveralGetTheWhole) {
  for (const char* value : {"bytes=5-4", "bytes=a-b", "bytes=", "bytes=-", "bytes=1", "items=0-1",
                            "bytes=0-1,3-4", "bytes=+1-2", "bytes 0-1", "bytes=0-1x"}) {
    EXPECT_EQ(range(value), "200") << value;
  }
}

// RFC 9110 14.2: Range is no list, so that there is no telling what two of them ask for.
TEST(HttpRanges, ThatComeTwiceGetTheWhole) {
  Request request = get();
  request.range = {.first = "bytes=0-1", .lines = 2};
  EXPECT_EQ(select(request, kFile, kNow).status, 200);
}

// RFC 9110 13.1.5: "A recipient of an If-Range header field MUST ignore the Range header field if the
// If-Range condition evaluates as false."
TEST(HttpRanges, AreIgnoredWhereIfRangeIsNoValidator) {
  Request request = get();
  request.range = {.first = "bytes=0-1", .lines = 1};
  for (const SingleField& if_range :
       {SingleField{.first = "", .lines = 1}, SingleField{.first = "\"tag\"", .lines = 2},
        SingleField{.first = "\"tag\", \"tag\"", .lines = 1}, SingleField{.first = "*", .lines = 1}}) {
    request.if_range = if_range;
    EXPECT_EQ(select(request, kFile, kNow).status, 200) << if_range.first;
  }
  request.if_range = {.first = "\"tag\"", .lines = 1};
  EXPECT_EQ(select(request, kFile, kNow).status, 206);
}

TEST(HttpRanges, MeanNothingButForGet) {
  Request request = get();
  request.method = Method::kHead;
  request.range = {.first = "bytes=0-1", .lines = 1};
  EXPECT_EQ(select(request, kFile, kNow).status, 200);
}

TEST(HttpRanges, AreOfTheFileThatTheClientHas) {
  const auto with = [](std::string_view if_range, sys_seconds now = kNow) {
    Request request = get();
    request.range = {.first = "bytes=0-1", .lines = 1};
    request.if_range = {.first = if_range, .lines = 1};
    return select(request, kFile, now).status;
  };
  EXPECT_EQ(with("\"tag\""), 206);
  EXPECT_EQ(with("W/\"tag\""), 200);
  EXPECT_EQ(with("\"other\""), 200);
  EXPECT_EQ(with(kDate), 206);
  EXPECT_EQ(with(kEarlier), 200);
  EXPECT_EQ(with(kDate, kModified), 200) << "it may change again within this second";
}

}  // namespace
}  // namespace suite
