#include "cmd/bench/command_words.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace suite::bench {
namespace {

using testing::ElementsAre;

TEST(CommandWords, ArePlainWordsWithoutAShell) {
  const CommandWords words = words_of("  ./server  --listen=127.0.0.1:{port}\t-r {root} ");
  EXPECT_EQ(words.program, "./server");
  EXPECT_THAT(words.arguments, ElementsAre("--listen=127.0.0.1:{port}", "-r", "{root}"));
  EXPECT_FALSE(words.through_shell);
}

TEST(CommandWords, AreLeftToAShellWhereItWouldReadMoreIntoThem) {
  for (const char* command : {"cd x && ./a", "A=1 ./a", "./a 'b c'", "./a \"$HOME\"", "./a | ./b",
                              "./a > log", "./a ~", "./a *.js"}) {
    const CommandWords words = words_of(command);
    EXPECT_EQ(words.program, "sh");
    EXPECT_THAT(words.arguments, ElementsAre("-c", command));
    EXPECT_TRUE(words.through_shell);
  }
}

}  // namespace
}  // namespace suite::bench
