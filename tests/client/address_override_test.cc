#include "client/address_override.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

namespace suite {
namespace {

using testing::HasSubstr;

// The target's addresses, or what is wrong.
std::string overridden(std::vector<std::string> entries,
                       TargetName target = {.host = "Host.example", .port = 80}) {
  const auto taken = override_addresses(entries, target);
  if (!taken) return taken.error();
  std::string text;
  for (const Endpoint& each : target.addresses) text += each.to_string() + " ";
  return text;
}

TEST(OverrideAddresses, TakesEntriesAsCurlHasThem) {
  EXPECT_EQ(overridden({}), "");
  EXPECT_EQ(overridden({"host.example:80:127.0.0.1"}), "127.0.0.1:80 ");
  EXPECT_EQ(overridden({"HOST.example:80:[::1]"}), "[::1]:80 ");
  EXPECT_EQ(overridden({"host.example:80:::1"}), "[::1]:80 ");
  EXPECT_EQ(overridden({"host.example:80:127.0.0.1,[::1]", "host.example:80:127.0.0.2"}),
            "127.0.0.1:80 [::1]:80 127.0.0.2:80 ");
  EXPECT_EQ(overridden({"[::1]:80:127.0.0.1"}, {.host = "::1", .port = 80}), "127.0.0.1:80 ");
}

TEST(OverrideAddresses, RefusesAnEntryThatWouldDoNothing) {
  for (const char* entry : {"other.example:80:127.0.0.1", "host.example:81:127.0.0.1"}) {
    EXPECT_THAT(overridden({"host.example:80:127.0.0.1", entry}),
                HasSubstr("is not what TARGET connects to, Host.example:80"));
  }
  EXPECT_THAT(overridden({"host.example:80:127.0.0.1"}, {.host = "unix:/x"}), HasSubstr("unix socket"));
}

TEST(OverrideAddresses, SaysWhatIsWrongWithAnEntry) {
  const std::vector<std::pair<const char*, const char*>> cases{
      {"", "'' is not NAME:PORT:ADDR"},
      {"host.example", "is not NAME:PORT:ADDR"},
      {"host.example:80", "is not NAME:PORT:ADDR"},
      {"[::1:80", "is not NAME:PORT:ADDR"},
      {"host.example:80:", "'' is no address"},
      {"host.example:80:127.0.0.1,", "'' is no address"},
      {"host.example:80:localhost", "'localhost' is no address"},
      {"host.example:80:127.0.0.1:80", "'127.0.0.1:80' is no address"},
      {"host.example:x:127.0.0.1", "'x' is not a port"},
      {"host.example:80:fe80::1%no-such-zone", "there is no network interface 'no-such-zone'"},
      {"*:80:127.0.0.1", "'*' is not supported"},
      {"+host.example:80:127.0.0.1", "'+' is not supported"},
      {"-host.example:80", "'-' is not supported"},
  };
  for (const auto& [entry, says] : cases) EXPECT_THAT(overridden({entry}), HasSubstr(says)) << entry;
}

}  // namespace
}  // namespace suite
