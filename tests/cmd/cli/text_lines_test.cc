#include "cmd/cli/text_lines.h"

#include <gtest/gtest.h>

namespace suite {
namespace {

TEST(HelpOnATerminal, GoesOnBelowWhatItDescribes) {
  EXPECT_EQ(fitted("  -c, --conns N     connections that are open at the same time (100)\n", 40),
            "  -c, --conns N     connections that are\n"
            "                    open at the same\n"
            "                    time (100)\n");
}

TEST(HelpOnATerminal, LeavesAloneWhatFits) {
  const std::string page = "One line.\n\n  -q, --quiet     errors only\n";
  EXPECT_EQ(fitted(page, 80), page);
}

TEST(HelpOnATerminal, WrapsRunningTextToItsOwnMargin) {
  EXPECT_EQ(fitted("Durations: 250ms, 1.5s.\n", 12), "Durations:\n250ms, 1.5s.\n");
}

TEST(HelpOnATerminal, KeepsCommandsAndLongWordsWhole) {
  const std::string command = "  suite load http://127.0.0.1:8080/ -n 50000 --no-keepalive\n";
  EXPECT_EQ(fitted(command, 20), command);
  EXPECT_EQ(fitted("  TARGET      [tls://]HOST:PORT,http[s]://HOST\n", 20),
            "  TARGET      [tls://]HOST:PORT,http[s]://HOST\n");
}

TEST(HelpOnATerminal, EndsWithTheLastLineEvenWithoutItsEnd) { EXPECT_EQ(fitted("a b", 1), "a\nb\n"); }

}  // namespace
}  // namespace suite
