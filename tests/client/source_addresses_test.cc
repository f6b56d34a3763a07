#include "client/source_addresses.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace suite {
namespace {

using testing::HasSubstr;

Endpoint endpoint(const char* host) { return resolve(host, 3900)->front(); }

TEST(ParseSources, TakesAddressesOfBothFamilies) {
  const auto sources = parse_sources("127.0.0.2,::1");
  ASSERT_TRUE(sources) << sources.error();
  ASSERT_EQ(sources->size(), 2U);
  EXPECT_EQ((*sources)[0].to_string(), "127.0.0.2:0");
  EXPECT_EQ((*sources)[1].to_string(), "[::1]:0");
}

TEST(ParseSources, NamesWhatIsNoAddress) {
  for (const char* text :
       {"", "localhost", "127.0.0.2,", "127.0.0.2,,127.0.0.3", "127.0.0.2:80", "unix:/x"}) {
    const auto sources = parse_sources(text);
    ASSERT_FALSE(sources) << text;
    EXPECT_THAT(sources.error(), HasSubstr("is no address; give them as 127.0.0.2,127.0.0.3"));
  }
}

TEST(CheckSources, TakesThoseOfThisMachine) {
  EXPECT_TRUE(check_sources(*parse_sources("127.0.0.2,127.9.9.9"), endpoint("127.0.0.1")));
  EXPECT_TRUE(check_sources({}, endpoint("::1")));
}

TEST(CheckSources, RefusesAnotherMachinesAndAnotherFamily) {
  const auto foreign = check_sources(*parse_sources("127.0.0.2,192.0.2.1"), endpoint("127.0.0.1"));
  ASSERT_FALSE(foreign);
  EXPECT_EQ(
      foreign.error().one_line(),
      "cannot connect from 192.0.2.1: Cannot assign requested address (give an address of this machine)");
  const auto mixed = check_sources(*parse_sources("::1"), endpoint("127.0.0.1"));
  ASSERT_FALSE(mixed);
  EXPECT_EQ(mixed.error().why, "127.0.0.1:3900 is of another family");
}

TEST(SourceTurns, GoOverAllThreads) {
  const auto sources = parse_sources("127.0.0.2,127.0.0.3,127.0.0.4");
  const SourceTurns first{.sources = *sources, .first_connection = 0};
  const SourceTurns second{.sources = *sources, .first_connection = 4};
  EXPECT_EQ(first.of(3), sources->data());
  EXPECT_EQ(second.of(0), sources->data() + 1);
  EXPECT_EQ(SourceTurns{}.of(7), nullptr);
}

}  // namespace
}  // namespace suite
