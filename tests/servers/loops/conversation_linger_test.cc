// What becomes of a connection once its last answer is sent, and input still comes (RFC 9112 9.6).
#include <gtest/gtest.h>

#include "tests/servers/loops/scripted_conversation.h"

namespace suite::test {
namespace {

TEST_F(ConversationTest, LingersUntilThePeersEnd) {
  script_.steps = {{"bytes", "bye", After::kLinger}};
  bytes("q");
  EXPECT_FALSE(conversation_.lingering());
  EXPECT_EQ(send_all(), Next::kLinger);
  EXPECT_TRUE(conversation_.lingering());
  EXPECT_EQ(conversation_.on_discarded(1000, turn()), Next::kLinger);
  EXPECT_EQ(conversation_.on_end(turn()), Next::kClose);
  EXPECT_EQ(conversation_.close_reason(), CloseReason::kFinished);
  EXPECT_EQ(totals_.bytes_received, 1001U);
}

TEST_F(ConversationTest, AResetWhileItLingersIsAnEnd) {
  script_.steps = {{"bytes", "", After::kLinger}};
  EXPECT_EQ(bytes("q"), Next::kLinger);
  conversation_.on_closed(CloseReason::kReset);
  EXPECT_EQ(totals_.resets, 0U);
  EXPECT_EQ(script_.closed, std::vector{CloseReason::kFinished});
}

TEST_F(ConversationTest, LingersForOneMebibyteAtMost) {
  script_.steps = {{"bytes", "", After::kLinger}};
  EXPECT_EQ(bytes("q"), Next::kLinger);
  EXPECT_EQ(conversation_.on_discarded(1024 * 1024 - 1, turn()), Next::kLinger);
  EXPECT_EQ(conversation_.on_discarded(1, turn()), Next::kClose);
}

TEST_F(ConversationTest, LingersForTwoSecondsAtMostAndThatIsNoTimeOut) {
  script_.steps = {{"bytes", "", After::kLinger}};
  bytes("q");
  EXPECT_EQ(conversation_.deadline(), now_ + 2s);
  now_ += 2s;
  EXPECT_EQ(conversation_.on_deadline(turn()), Next::kClose);
  EXPECT_EQ(conversation_.close_reason(), CloseReason::kFinished);
}

TEST_F(ConversationTest, LingersForARefusedBodyWhateverItsLength) {
  script_.steps = {{"bytes", "405", After::kLingerForBody}};
  bytes("POST");
  EXPECT_TRUE(conversation_.ends_after_sending());
  EXPECT_FALSE(conversation_.lingers_for_body());
  EXPECT_EQ(send_all(), Next::kLinger);
  EXPECT_TRUE(conversation_.lingers_for_body());
  for (int i = 0; i < 1000; ++i) ASSERT_EQ(conversation_.on_discarded(1 << 20, turn()), Next::kLinger);
  EXPECT_EQ(conversation_.on_end(turn()), Next::kClose);
  EXPECT_EQ(conversation_.close_reason(), CloseReason::kFinished);
  EXPECT_EQ(totals_.bytes_received, 4U + (1000U << 20));
}

TEST_F(ConversationTest, LingersForARefusedBodyForFiveSecondsWithoutAByteAndThatIsNoTimeOut) {
  script_.steps = {{"bytes", "", After::kLingerForBody}};
  EXPECT_EQ(bytes("POST"), Next::kLinger);
  EXPECT_EQ(conversation_.deadline(), now_ + 5s);
  now_ += 4s;
  EXPECT_EQ(conversation_.on_discarded(1, turn()), Next::kLinger);
  EXPECT_EQ(conversation_.deadline(), now_ + 5s);
  now_ += 5s;
  EXPECT_EQ(conversation_.on_deadline(turn()), Next::kClose);
  EXPECT_EQ(conversation_.close_reason(), CloseReason::kFinished);
}

TEST_F(ConversationTest, LingersForARefusedBodyForThirtySecondsHoweverItDrips) {
  script_.steps = {{"bytes", "", After::kLingerForBody}};
  bytes("POST");
  const TimePoint begun = now_;
  for (int second = 1; second < 30; ++second) {
    now_ += 1s;
    ASSERT_EQ(conversation_.on_discarded(1, turn()), Next::kLinger);
    ASSERT_EQ(conversation_.deadline(), std::min(now_ + 5s, begun + 30s));
  }
  now_ += 1s;
  EXPECT_EQ(conversation_.on_deadline(turn()), Next::kClose);
}

TEST_F(ConversationTest, AResetWhileItLingersForABodyIsAnEnd) {
  script_.steps = {{"bytes", "", After::kLingerForBody}};
  bytes("POST");
  conversation_.on_closed(CloseReason::kReset);
  EXPECT_EQ(script_.closed, std::vector{CloseReason::kFinished});
}

TEST_F(ConversationTest, StopsLingeringForABodyWhereItsPlaceIsNeeded) {
  script_.steps = {{"bytes", "", After::kLingerForBody}};
  bytes("POST");
  conversation_.stop_lingering(now_);
  EXPECT_EQ(conversation_.deadline(), now_);
  now_ += 1s;
  EXPECT_EQ(conversation_.on_discarded(1, turn()), Next::kLinger);
  EXPECT_LT(conversation_.deadline(), now_) << "what still comes does not bring it back";
}

TEST_F(ConversationTest, ADrainEndsTheLingeringForABodyAtOnce) {
  script_.steps = {{"bytes", "", After::kLingerForBody}};
  bytes("POST");
  EXPECT_EQ(drain(1000), Next::kClose);
}

TEST_F(ConversationTest, ADrainThatABackendHasYetToTellOfEndsItWithTheNextBytes) {
  script_.steps = {{"bytes", "", After::kLingerForBody}};
  bytes("POST");
  draining_ = true;
  EXPECT_EQ(conversation_.on_discarded(1, turn()), Next::kClose);
}

TEST_F(ConversationTest, ABodyThatIsRefusedWhileItDrainsIsLingeredForAsAnythingElse) {
  script_.steps = {{"bytes", "405", After::kLingerForBody}};
  drain(4);
  EXPECT_EQ(bytes("POST"), Next::kSend);
  EXPECT_EQ(send_all(), Next::kLinger);
  EXPECT_EQ(conversation_.deadline(), now_ + 2s);
  EXPECT_EQ(conversation_.on_discarded(1 << 20, turn()), Next::kClose);
}

}  // namespace
}  // namespace suite::test
