#include "common/base/shell_quoted.h"

#include <gtest/gtest.h>

namespace suite {
namespace {

TEST(ShellQuoted, IsWhatAShellReadsBack) {
  EXPECT_EQ(shell_quoted("http://127.0.0.1:80/x"), "http://127.0.0.1:80/x");
  EXPECT_EQ(shell_quoted(""), "''");
  EXPECT_EQ(shell_quoted("X: y"), "'X: y'");
  EXPECT_EQ(shell_quoted("it's"), "'it'\\''s'");
  EXPECT_EQ(shell_quoted("a\\b c"), "'a\\b c'");
  EXPECT_EQ(shell_quoted("it's\n\x01\\"), "$'it\\'s\\n\\x01\\\\'");
}

TEST(ShellQuoted, ShowsOnlyTheBeginningOfALongText) {
  EXPECT_EQ(shell_quoted_beginning("plain", 5), "plain");
  EXPECT_EQ(shell_quoted_beginning("a b c", 3), "'a b...'");
  EXPECT_EQ(shell_quoted_beginning(std::string(1000, 'x')).size(), 83U);
}

}  // namespace
}  // namespace suite
