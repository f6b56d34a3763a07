#include "common/base/byte_order_mark.h"

#include <gtest/gtest.h>

namespace suite {
namespace {

TEST(ByteOrderMark, IsLeftOutInFrontAndNowhereElse) {
  EXPECT_EQ(without_byte_order_mark("\xef\xbb\xbf/a"), "/a");
  EXPECT_EQ(without_byte_order_mark("\xef\xbb\xbf"), "");
  EXPECT_EQ(without_byte_order_mark("\xef\xbb\xbf\xef\xbb\xbf"), "\xef\xbb\xbf") << "one of them";
  for (const char* text : {"", "/a", "\xef\xbb", "/\xef\xbb\xbf"})
    EXPECT_EQ(without_byte_order_mark(text), text);
}

}  // namespace
}  // namespace suite
