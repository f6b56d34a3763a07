#include <gtest/gtest.h>

#include "tests/servers/loops/scripted_conversation.h"

namespace suite::test {
namespace {

TEST_F(ConversationTest, ReadsFirst) {
  EXPECT_EQ(conversation_.on_opened(turn()), Next::kRead);
  EXPECT_EQ(conversation_.deadline(), std::nullopt);
  EXPECT_TRUE(script_.log.empty());
}

TEST_F(ConversationTest, ReadsAnswersSendsAndReadsAgain) {
  script_.steps = {{"bytes", "answer", After::kRead}};
  EXPECT_EQ(bytes("question"), Next::kSend);
  EXPECT_EQ(conversation_.out().size(), 6U);
  EXPECT_EQ(send_all(), Next::kRead);
  EXPECT_EQ(totals_.bytes_received, 8U);
  EXPECT_EQ(totals_.bytes_sent, 6U);
}

TEST_F(ConversationTest, ClosesUnansweredWhereASessionHasNoMemory) {
  script_.steps = {{"bytes", std::string(kNoMemory), After::kRead}};
  EXPECT_EQ(bytes("question"), Next::kClose);
  EXPECT_TRUE(conversation_.out().empty()) << "half an answer";
  EXPECT_EQ(conversation_.close_reason(), CloseReason::kCut);
}

TEST_F(ConversationTest, ClosesWhereAnAnswerThatGoesOnHasNoMemory) {
  script_.steps = {{"bytes", "1", After::kMore}, {"resume", std::string(kNoMemory), After::kMore}};
  EXPECT_EQ(bytes("a lot"), Next::kSend);
  EXPECT_EQ(send_all(), Next::kClose);
  EXPECT_EQ(conversation_.close_reason(), CloseReason::kCut);
}

TEST_F(ConversationTest, ReadsOnWhereThereIsNoAnswerYet) {
  script_.steps = {{"bytes", "", After::kRead}};
  EXPECT_EQ(bytes("quest"), Next::kRead);
}

TEST_F(ConversationTest, ResumesOnlyAfterEverythingWasSent) {
  script_.steps = {{"bytes", "1", After::kMore}, {"resume", "2", After::kMore}, {"resume", "", After::kRead}};
  EXPECT_EQ(bytes("a lot"), Next::kSend);
  EXPECT_EQ(script_.log, (std::vector<std::string>{"bytes"}));
  EXPECT_EQ(send_all(), Next::kSend);
  EXPECT_EQ(script_.log, (std::vector<std::string>{"bytes", "resume"}));
  EXPECT_EQ(send_all(), Next::kRead);
}

TEST_F(ConversationTest, ResumesUntilThereIsSomethingToSend) {
  script_.steps = {{"bytes", "", After::kMore}, {"resume", "", After::kMore}, {"resume", "x", After::kRead}};
  EXPECT_EQ(bytes("a lot"), Next::kSend);
}

TEST_F(ConversationTest, ClosesAfterTheLastAnswerIsSent) {
  script_.steps = {{"bytes", "bye", After::kClose}};
  EXPECT_EQ(bytes("q"), Next::kSend);
  EXPECT_EQ(send_all(), Next::kClose);
  EXPECT_EQ(conversation_.close_reason(), CloseReason::kFinished);
}

TEST_F(ConversationTest, AnswersAPeersEnd) {
  script_.steps = {{"end", "rest", After::kClose}};
  EXPECT_EQ(conversation_.on_end(turn()), Next::kSend);
  EXPECT_EQ(send_all(), Next::kClose);
}

TEST_F(ConversationTest, KeepsBorrowedBytesWhenTheSocketIsFull) {
  std::string lender = "borrowed";
  conversation_.out().borrow(bytes_of(lender));
  send_some(3);
  lender.assign(lender.size(), '?');
  std::array<iovec, 1> piece;
  ASSERT_EQ(conversation_.out().gather(piece), 1U);
  EXPECT_EQ(std::string_view(static_cast<const char*>(piece[0].iov_base), piece[0].iov_len), "rowed");
  EXPECT_EQ(totals_.bytes_sent, 3U);
}

TEST_F(ConversationTest, TimesOutASendWithoutProgress) {
  script_.steps = {{"bytes", "answer", After::kRead}};
  bytes("q");
  send_some(2);
  EXPECT_EQ(conversation_.deadline(), now_ + 60s);
  now_ += 10s;
  send_some(0);
  EXPECT_EQ(conversation_.deadline(), now_ + 50s) << "no progress, no renewal";
  send_some(1);
  EXPECT_EQ(conversation_.deadline(), now_ + 60s);
  now_ += 60s;
  EXPECT_EQ(conversation_.on_deadline(turn()), Next::kClose);
  EXPECT_EQ(conversation_.close_reason(), CloseReason::kTimeout);
}

TEST_F(ConversationTest, AnAnswerThatFollowsASentOneHasTheWholeSendTimeOut) {
  script_.steps = {{"bytes", "first", After::kMore}, {"resume", "second", After::kRead}};
  bytes("q");
  send_some(1);
  now_ += 59s;
  EXPECT_EQ(send_all(), Next::kSend);
  send_some(0);
  EXPECT_EQ(conversation_.deadline(), now_ + 60s);
}

TEST_F(ConversationTest, ASendThatEndedLeavesNoTimeOutBehind) {
  script_.steps = {{"bytes", "answer", After::kRead}};
  bytes("q");
  send_some(2);
  EXPECT_EQ(send_all(), Next::kRead);
  EXPECT_EQ(conversation_.deadline(), std::nullopt);
}

TEST_F(ConversationTest, TakesTheSessionsPatienceFromEachReadOn) {
  script_.patience = 5s;
  script_.steps = {{"bytes", "", After::kRead}, {"deadline", "", After::kClose}};
  conversation_.on_opened(turn());
  EXPECT_EQ(conversation_.deadline(), now_ + 5s);
  now_ += 4s;
  bytes("q");
  EXPECT_EQ(conversation_.deadline(), now_ + 5s);
  now_ += 5s;
  EXPECT_EQ(conversation_.on_deadline(turn()), Next::kClose);
  EXPECT_EQ(conversation_.close_reason(), CloseReason::kTimeout);
}

TEST_F(ConversationTest, SendsWhatASessionSaysAtItsDeadline) {
  script_.patience = 5s;
  script_.steps = {{"deadline", "408", After::kClose}};
  conversation_.on_opened(turn());
  EXPECT_EQ(conversation_.on_deadline(turn()), Next::kSend);
  EXPECT_EQ(send_all(), Next::kClose);
  EXPECT_EQ(conversation_.close_reason(), CloseReason::kTimeout);
}

TEST_F(ConversationTest, ADeadlineThatASessionSurvivesIsNoTimeOut) {
  script_.patience = 5s;
  for (const After after : {After::kRead, After::kReadOrMore}) {
    script_.steps = {{"deadline", "ping", after}};
    conversation_.on_opened(turn());
    EXPECT_EQ(conversation_.on_deadline(turn()), Next::kSend);
    EXPECT_EQ(send_all(), after == After::kRead ? Next::kRead : Next::kReadOrMore);
    EXPECT_EQ(conversation_.close_reason(), CloseReason::kFinished);
  }
}

TEST_F(ConversationTest, ATimeOutRemainsOneHoweverLongItLingers) {
  script_.patience = 5s;
  script_.steps = {{"deadline", "408", After::kLinger}};
  conversation_.on_opened(turn());
  conversation_.on_deadline(turn());
  EXPECT_EQ(send_all(), Next::kLinger);
  now_ += 2s;
  EXPECT_EQ(conversation_.on_deadline(turn()), Next::kClose);
  EXPECT_EQ(conversation_.close_reason(), CloseReason::kTimeout);
}

TEST_F(ConversationTest, DrainsAnIdleConnectionAtOnce) {
  script_.steps = {{"drain", "", After::kClose}};
  conversation_.on_opened(turn());
  EXPECT_EQ(drain(0), Next::kClose);
}

TEST_F(ConversationTest, DrainsOnlyAfterWhatHadArrivedIsAnswered) {
  script_.steps = {
      {"bytes", "one", After::kRead}, {"bytes", "two", After::kRead}, {"drain", "", After::kClose}};
  EXPECT_EQ(drain(10), Next::kRead);
  EXPECT_EQ(bytes("123456"), Next::kSend);
  EXPECT_EQ(send_all(), Next::kRead);
  EXPECT_EQ(bytes("7890 and more"), Next::kSend);
  EXPECT_EQ(send_all(), Next::kLinger);
  EXPECT_EQ(script_.log.back(), "drain");
}

TEST_F(ConversationTest, DrainsAfterTheSendInProgress) {
  script_.steps = {{"bytes", "answer", After::kRead}, {"drain", "", After::kClose}};
  bytes("q");
  send_some(2);
  EXPECT_EQ(drain(0), Next::kSend);
  EXPECT_EQ(script_.log.back(), "bytes");
  send_all();
  EXPECT_EQ(script_.log.back(), "drain");
}

TEST_F(ConversationTest, DrainsAfterTheSendInProgressAndWhatHadArrivedBehindIt) {
  script_.steps = {
      {"bytes", "answer", After::kRead}, {"bytes", "2", After::kRead}, {"drain", "", After::kClose}};
  bytes("q");
  send_some(2);
  EXPECT_EQ(drain(4), Next::kSend);
  EXPECT_EQ(send_all(), Next::kRead);
  EXPECT_EQ(bytes("late"), Next::kSend);
  EXPECT_EQ(send_all(), Next::kLinger);
}

TEST_F(ConversationTest, LingersAfterAnAnswerThatWentOutWhileDraining) {
  script_.steps = {{"bytes", "answer", After::kRead}, {"drain", "", After::kClose}};
  bytes("q");
  send_some(2);
  drain(0);
  EXPECT_EQ(send_all(), Next::kLinger)
      << "the peer may be about to send, and a reset would cost it the answer";
}

TEST_F(ConversationTest, LeavesASessionsFarewellToTheSession) {
  script_.steps = {{"drain", "goodbye", After::kClose}};
  EXPECT_EQ(drain(0), Next::kSend);
  EXPECT_EQ(send_all(), Next::kClose);
}

TEST_F(ConversationTest, AsksASessionToDrainOnce) {
  script_.steps = {{"drain", "", After::kRead}, {"bytes", "x", After::kRead}};
  EXPECT_EQ(drain(0), Next::kRead) << "a session may want to read on";
  EXPECT_EQ(bytes("q"), Next::kSend);
  EXPECT_EQ(send_all(), Next::kRead);
}

TEST_F(ConversationTest, GoesOnLingeringWhenTheDrainBegins) {
  script_.steps = {{"bytes", "", After::kLinger}};
  bytes("q");
  EXPECT_EQ(drain(0), Next::kLinger);
  EXPECT_EQ(script_.log, (std::vector<std::string>{"bytes"}));
}

TEST_F(ConversationTest, CountsHowItEndedAndTellsTheSession) {
  conversation_.on_closed(CloseReason::kReset);
  conversation_.on_closed(CloseReason::kTimeout);
  conversation_.on_closed(CloseReason::kCut);
  conversation_.on_closed(CloseReason::kFinished);
  EXPECT_EQ(totals_.resets, 1U);
  EXPECT_EQ(totals_.timeouts, 1U);
  EXPECT_EQ(totals_.cut, 1U);
  EXPECT_EQ(script_.closed, (std::vector{CloseReason::kReset, CloseReason::kTimeout, CloseReason::kCut,
                                         CloseReason::kFinished}));
}

}  // namespace
}  // namespace suite::test
