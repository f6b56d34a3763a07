#include "servers/protocols/http/conditions.h"

#include <gtest/gtest.h>

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

int status_with(std::string_view Request::* field, std::string_view value) {
  Request request = get();
  request.*field = value;
  return select(request, kFile, kNow).status;
}

// "first+size", or the status where it is not 206.
std::string range(std::string_view value, std::uint64_t size = 100) {
  Request request = get();
  request.range = value;
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
  for (const char* list : {"\"tag\"", "W/\"tag\"", "\"a,b\", \"tag\"", "*", "\"x\",W/\"tag\" , \"y\""}) {
    EXPECT_EQ(status_with(&Request::if_none_match, list), 304) << list;
  }
  for (const char* list : {"\"other\"", "tag", "\"tag", "w/\"tag\"", "\"tagx\""}) {
    EXPECT_EQ(status_with(&Request::if_none_match, list), 200) << list;
  }
}

TEST(HttpConditions, CompareTagsStronglyForMatch) {
  EXPECT_EQ(status_with(&Request::if_match, "\"x\", \"tag\""), 200);
  EXPECT_EQ(status_with(&Request::if_match, "*"), 200);
  EXPECT_EQ(status_with(&Request::if_match, "W/\"tag\""), 412);
  EXPECT_EQ(status_with(&Request::if_match, "\"x\""), 412);
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
  Request request = get();
  request.if_none_match = "\"other\"";
  request.if_modified_since = kDate;
  EXPECT_EQ(select(request, kFile, kNow).status, 200);
  request.if_none_match = {};
  request.if_match = "\"tag\"";
  request.if_unmodified_since = kEarlier;
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

TEST(HttpRanges, MeanNothingButForGet) {
  Request request = get();
  request.method = Method::kHead;
  request.range = "bytes=0-1";
  EXPECT_EQ(select(request, kFile, kNow).status, 200);
}

TEST(HttpRanges, AreOfTheFileThatTheClientHas) {
  const auto with = [](std::string_view if_range, sys_seconds now = kNow) {
    Request request = get();
    request.range = "bytes=0-1";
    request.if_range = if_range;
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
