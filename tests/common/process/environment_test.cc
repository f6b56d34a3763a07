#include "common/process/environment.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace suite {
namespace {

TEST(ThisMachine, IsKnown) {
  const Environment here = this_machine();
  EXPECT_GT(here.usable_cpus, 0U);
  EXPECT_GT(here.memory_bytes, 1U << 20);
  EXPECT_THAT(kernel_text(here), testing::StartsWith("Linux "));
  EXPECT_THAT(here.distribution, testing::Not(testing::HasSubstr("\"")));
  EXPECT_THAT(here.date, testing::MatchesRegex("20[0-9-]{8}T[0-9:]{8}Z"));
  EXPECT_EQ(here.compiler, "") << "the build's part is not the machine's";
}

TEST(KernelText, ComesBackAsItWasSet) {
  for (const char* text : {"Linux 6.18.5 x86_64", "Linux 6.18.5", "a kernel", "", "one two three four"}) {
    Environment environment;
    set_kernel(environment, text);
    EXPECT_EQ(kernel_text(environment), text);
  }
  Environment environment;
  set_kernel(environment, "Linux 6.18.5 x86_64");
  EXPECT_EQ(environment.release, "6.18.5");
  EXPECT_EQ(environment.machine, "x86_64");
}

}  // namespace
}  // namespace suite
