#include "client/http/status_set.h"

#include <gtest/gtest.h>

namespace suite {
namespace {

TEST(ParseStatuses, ReadsCodesClassesAndRanges) {
  EXPECT_EQ(parse_statuses("404"), statuses(404, 404));
  EXPECT_EQ(parse_statuses("4xx"), statuses(400, 499));
  EXPECT_EQ(parse_statuses("200-299"), statuses(200, 299));
  EXPECT_EQ(parse_statuses("1xx-3XX"), statuses(100, 399));
  EXPECT_EQ(parse_statuses("200,404,5xx"), statuses(200, 200) | statuses(404, 404) | statuses(500, 599));
}

TEST(ParseStatuses, RefusesWhatIsNoStatus) {
  for (const char* text :
       {"", "20", "2000", "099", "4x", "4xy", "abc", "404,", ",404", "299-200", "200-", "-"}) {
    EXPECT_FALSE(parse_statuses(text)) << text;
  }
}

}  // namespace
}  // namespace suite
