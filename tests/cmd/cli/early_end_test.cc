#include "cmd/cli/early_end.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace suite {
namespace {

using testing::EndsWith;
using testing::HasSubstr;

TEST(UsageError, CutsALongValueAndKeepsTheAdviceBehindIt) {
  const std::string text =
      usage_error("load", "--secs: '" + std::string(3000, '9') + "' is not a duration").text;
  EXPECT_EQ(text, "suite load: --secs: '" + std::string(79, '9') +
                      "...' is not a duration (see 'suite load --help')\n");
}

TEST(UsageError, CutsALongValueWithBlanksInIt) {
  std::string value;
  for (int i = 0; i < 500; ++i) value += "a b ";
  const std::string text = usage_error("load", "--fail-if: '" + value + "' has no metric; say p99").text;
  EXPECT_LT(text.size(), 200U);
  EXPECT_THAT(text, HasSubstr("...' has no metric; say p99 (see"));
}

TEST(UsageError, CutsALongWordWithoutQuotes) {
  const std::string text = usage_error("load", "there is no --" + std::string(3000, 'x') + "; is it?").text;
  EXPECT_LT(text.size(), 200U);
  EXPECT_THAT(text, HasSubstr("xxx..."));
}

TEST(UsageError, LeavesAloneWhatPeopleRead) {
  const std::string message =
      "--secs: '" + std::string(100, '9') + "' isn't a duration, it's too long; 'x' is one";
  EXPECT_THAT(usage_error("load", message).text, HasSubstr(message));
}

TEST(UsageError, CutsBetweenCharactersNotWithinThem) {
  std::string value;
  for (int i = 0; i < 300; ++i) value += "\u20ac";  // three bytes each; the opening quote shifts them
  const std::string text = usage_error("load", "--secs: '" + value + "' is long").text;
  EXPECT_THAT(text, HasSubstr("\u20ac...' is long"));
}

}  // namespace
}  // namespace suite
