// A long answer in parts, between which is read (After::kReadOrMore).
#include <gtest/gtest.h>

#include "tests/servers/loops/scripted_conversation.h"

namespace suite::test {
namespace {

TEST_F(ConversationTest, ReadsBetweenThePartsOfAnAnswer) {
  script_.steps = {{"bytes", "1", After::kReadOrMore},
                   {"resume", "2", After::kReadOrMore},
                   {"bytes", "cancelled", After::kRead}};
  EXPECT_EQ(bytes("long"), Next::kSend);
  EXPECT_EQ(send_all(), Next::kReadOrMore);
  EXPECT_EQ(conversation_.on_no_input(turn()), Next::kSend);
  EXPECT_EQ(send_all(), Next::kReadOrMore);
  EXPECT_EQ(bytes("cancel"), Next::kSend);
  EXPECT_EQ(send_all(), Next::kRead);
}

TEST_F(ConversationTest, ReadsOnlyOnceAPartIsSent) {
  script_.steps = {{"bytes", "part", After::kReadOrMore}};
  bytes("long");
  send_some(3);
  EXPECT_EQ(conversation_.deadline(), now_ + 60s);
  EXPECT_FALSE(conversation_.ends_after_sending());
  now_ += 60s;
  EXPECT_EQ(conversation_.on_deadline(turn()), Next::kClose);
  EXPECT_EQ(conversation_.close_reason(), CloseReason::kTimeout);
}

TEST_F(ConversationTest, BetweenPartsNobodyWaits) {
  script_.patience = 5s;
  script_.steps = {{"bytes", "part", After::kReadOrMore}};
  conversation_.on_opened(turn());
  bytes("long");
  EXPECT_EQ(send_all(), Next::kReadOrMore);
  EXPECT_EQ(conversation_.deadline(), std::nullopt);
}

TEST_F(ConversationTest, SaysThePeersEndOnceBetweenParts) {
  script_.steps = {{"bytes", "1", After::kReadOrMore},
                   {"end", "", After::kReadOrMore},
                   {"resume", "2", After::kReadOrMore},
                   {"resume", "3", After::kClose}};
  bytes("long");
  EXPECT_EQ(send_all(), Next::kReadOrMore);
  EXPECT_EQ(conversation_.on_end(turn()), Next::kReadOrMore);
  EXPECT_EQ(conversation_.on_end(turn()), Next::kSend)
      << "the socket says so again, the session has heard it";
  EXPECT_EQ(send_all(), Next::kReadOrMore);
  EXPECT_EQ(conversation_.on_end(turn()), Next::kSend);
  EXPECT_EQ(send_all(), Next::kClose);
}

TEST_F(ConversationTest, TellsOfTheDrainBetweenPartsOnceWhatHadArrivedIsRead) {
  script_.steps = {{"bytes", "1", After::kReadOrMore},
                   {"resume", "2", After::kReadOrMore},
                   {"bytes", "3", After::kReadOrMore},
                   {"drain", "goodbye", After::kReadOrMore},
                   {"resume", "4", After::kClose}};
  bytes("long");
  send_some(0);
  EXPECT_EQ(drain(4), Next::kSend);
  EXPECT_EQ(send_all(), Next::kReadOrMore);
  EXPECT_EQ(conversation_.on_no_input(turn()), Next::kSend) << "it is on its way";
  EXPECT_EQ(send_all(), Next::kReadOrMore);
  EXPECT_EQ(bytes("more"), Next::kSend);
  EXPECT_EQ(send_all(), Next::kSend);
  EXPECT_EQ(script_.log.back(), "drain");
  EXPECT_EQ(send_all(), Next::kReadOrMore);
  EXPECT_EQ(conversation_.on_no_input(turn()), Next::kSend);
  EXPECT_EQ(send_all(), Next::kClose);
}

// As loops do that look for the drain where they read.
TEST_F(ConversationTest, ADrainThatBeginsBetweenPartsGoesOnWithThem) {
  script_.steps = {
      {"bytes", "1", After::kReadOrMore}, {"drain", "", After::kReadOrMore}, {"resume", "2", After::kRead}};
  bytes("long");
  EXPECT_EQ(send_all(), Next::kReadOrMore);
  EXPECT_EQ(drain(0), Next::kReadOrMore);
  EXPECT_EQ(conversation_.on_no_input(turn()), Next::kSend);
}

}  // namespace
}  // namespace suite::test
