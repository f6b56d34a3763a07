#include "cmd/merge/parts.h"

#include <gtest/gtest.h>

namespace suite::merge {
namespace {

TEST(MergeParts, AreReadAsTheyAreWritten) {
  for (const std::string text : {"1/1", "3/8", "1,3/4", "1,2,3,4/4"}) {
    const auto parts = parse_parts(text);
    ASSERT_TRUE(parts) << text;
    EXPECT_EQ(parts_text(*parts), text);
  }
  for (const std::string text : {"", "/", "1", "/4", "0/4", "5/4", "1,/4", ",1/4", "1,,2/4", "2,1/4", "1,1/4",
                                 "1/4/4", "1 ,2/4", "a/4", "1,2"})
    EXPECT_FALSE(parse_parts(text)) << text;
}

TEST(MergeParts, SayWhichAreMissing) {
  EXPECT_EQ(missing_text({.numbers = {1, 2, 3}, .of = 3}), "");
  EXPECT_EQ(missing_text({.numbers = {1, 3}, .of = 3}), "part 2 of 3 is missing");
  EXPECT_EQ(missing_text({.numbers = {2}, .of = 4}), "parts 1, 3 and 4 of 4 are missing");
  EXPECT_EQ(missing_text({.numbers = {2}, .of = 200}), "199 of 200 parts are missing");
}

}  // namespace
}  // namespace suite::merge
