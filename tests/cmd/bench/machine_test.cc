#include "cmd/bench/machine.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace suite::bench {
namespace {

TEST(EnvironmentText, HasALineForEachThingThatIsKnown) {
  EXPECT_EQ(environment_text({.cpu = "Quick 9",
                              .cores = 2,
                              .memory_bytes = 8ULL << 30,
                              .distribution = "Debian 12",
                              .kernel = "Linux 6.18 x86_64",
                              .compiler = "g++ 12.2.0",
                              .libraries = "fmt 9.1.0"}),
            "Environment\n"
            "~~~~~~~~~~~\n"
            "* Quick 9\n"
            "* 2 usable processors\n"
            "* 8.00 GiB of RAM\n"
            "* Debian 12\n"
            "* Linux 6.18 x86_64\n"
            "* g++ 12.2.0\n"
            "* fmt 9.1.0\n");
  EXPECT_EQ(environment_text({.cores = 1}), "Environment\n~~~~~~~~~~~\n* 1 usable processor\n");
}

TEST(ThisMachine, IsKnown) {
  const Machine machine = this_machine();
  EXPECT_GT(machine.cores, 0U);
  EXPECT_GT(machine.memory_bytes, 1U << 20);
  EXPECT_THAT(machine.kernel, testing::StartsWith("Linux "));
  EXPECT_THAT(machine.libraries, testing::StartsWith("fmt "));
  EXPECT_THAT(machine.distribution, testing::Not(testing::HasSubstr("\"")));
}

}  // namespace
}  // namespace suite::bench
