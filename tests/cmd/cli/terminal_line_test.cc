#include "cmd/cli/terminal_line.h"

#include <gtest/gtest.h>

#include <cstdlib>

namespace suite {
namespace {

TEST(TerminalStyle, ObeysNoColorAndTheLocale) {
  ::unsetenv("NO_COLOR");
  ::setenv("LC_ALL", "C.UTF-8", 1);
  EXPECT_TRUE(terminal_style().colour);
  EXPECT_TRUE(terminal_style().unicode);
  ::setenv("NO_COLOR", "1", 1);
  ::setenv("LC_ALL", "C", 1);
  EXPECT_FALSE(terminal_style().colour);
  EXPECT_FALSE(terminal_style().unicode);
  ::unsetenv("NO_COLOR");
  ::unsetenv("LC_ALL");
}

TEST(TerminalLine, TakesWholeFieldsAndNoneBehindOneThatDidNotFit) {
  const TerminalStyle style{.columns = 12};
  TerminalLine line(style);
  line.add("four");
  EXPECT_TRUE(line.fits(5));
  EXPECT_FALSE(line.fits(6));
  line.add("longer");
  EXPECT_FALSE(line.fits(1));
  line.add("x");
  EXPECT_EQ(line.take(), "four");
}

}  // namespace
}  // namespace suite
