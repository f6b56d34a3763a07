#include "common/tls/ticket_keys.h"

#include <gtest/gtest.h>

namespace suite {
namespace {

using namespace std::chrono_literals;

TEST(TicketKeysTest, AreTheSameForAllWhoShareTheSecretWithinAPeriod) {
  const auto secret = TicketKeys::make_secret();
  const auto first = TicketKeys::at(secret, std::chrono::sys_seconds(7200s));
  const auto last = TicketKeys::at(secret, std::chrono::sys_seconds(10799s));
  EXPECT_EQ(first.name, last.name);
  EXPECT_EQ(first.cipher, last.cipher);
  EXPECT_EQ(first.mac, last.mac);
}

TEST(TicketKeysTest, ChangeWithThePeriodAndTheSecret) {
  const auto secret = TicketKeys::make_secret();
  const auto first = TicketKeys::at(secret, std::chrono::sys_seconds(7200s));
  const auto next = TicketKeys::at(secret, std::chrono::sys_seconds(10800s));
  EXPECT_NE(first.name, next.name);
  EXPECT_NE(first.cipher, next.cipher);
  EXPECT_NE(first.mac, next.mac);
  EXPECT_NE(first.name, TicketKeys::at(TicketKeys::make_secret(), std::chrono::sys_seconds(7200s)).name);
}

}  // namespace
}  // namespace suite
