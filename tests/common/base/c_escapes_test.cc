#include "common/base/c_escapes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace suite {
namespace {

using testing::HasSubstr;
using namespace std::string_literals;

TEST(CEscapes, AreBytesAsInAStringOfC) {
  EXPECT_EQ(c_unescaped(R"(PING\r\n)"), "PING\r\n");
  EXPECT_EQ(c_unescaped(R"(\a\b\f\n\r\t\v\\\'\"\?)"), "\a\b\f\n\r\t\v\\'\"?");
  EXPECT_EQ(c_unescaped(R"(\0a\12b\101\377)"), "\0a\nbA\xff"s);
  EXPECT_EQ(c_unescaped(R"(\1234)"), "S4") << "three octal digits at the most";
  EXPECT_EQ(c_unescaped(R"(\x0a\xFFf)"),
            "\n\xff"
            "f")
      << "two hexadecimal ones";
  EXPECT_EQ(c_unescaped(""), "");
  EXPECT_EQ(c_unescaped("\xc3\xa4 %s\n"), "\xc3\xa4 %s\n") << "all else stays";
}

TEST(CEscapes, SayWhereABadOneIs) {
  for (const auto& [text, says] : {std::pair{R"(ab\q)", R"('\q' at byte 3 is no escape of C)"},
                                   {R"(\)", R"('\' at byte 1)"},
                                   {R"(a\\\)", R"('\' at byte 4)"},
                                   {R"(\x)", R"('\x' at byte 1)"},
                                   {R"(\x1)", R"('\x1' at byte 1)"},
                                   {R"(\xg0)", R"('\xg0' at byte 1)"},
                                   {R"(\x+1)", R"('\x+1' at byte 1)"},
                                   {R"(\x-1)", R"('\x-1' at byte 1)"},
                                   {R"(\400)", R"('\400' at byte 1)"},
                                   {R"(\8)", R"('\8' at byte 1)"},
                                   {R"(\R\N)", R"('\R' at byte 1)"},
                                   {R"(\u0041)", R"('\u' at byte 1)"}}) {
    const auto bytes = c_unescaped(text);
    ASSERT_FALSE(bytes) << text;
    EXPECT_THAT(bytes.error(), HasSubstr(says));
  }
}

TEST(CEscapes, ShowEveryByteAndAreReadBack) {
  EXPECT_EQ(c_escaped("-ERR \"x\"\r\n"), R"(-ERR \"x\"\r\n)");
  EXPECT_EQ(c_escaped("\x01\x7f\xff it's"), R"(\x01\x7f\xff it's)");
  for (int byte = 0; byte < 256; ++byte) {
    const std::string one(1, static_cast<char>(byte));
    EXPECT_EQ(c_unescaped(c_escaped(one + "0")), one + "0") << byte;
  }
}

}  // namespace
}  // namespace suite
