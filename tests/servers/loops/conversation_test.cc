#include "servers/loops/conversation.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <deque>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "tests/support/bytes.h"

namespace suite {
namespace {

using namespace std::chrono_literals;
using TimePoint = Conversation::TimePoint;

using test::bytes_of;

// What a session is to do at its next call.
struct Step {
  std::string call;    // the call that must come: "bytes", "resume", "end", "drain", "deadline"
  std::string answer;  // appended to the outbox
  After after;
};

// Where the session and the test meet; the test owns it.
struct Script {
  std::deque<Step> steps;
  std::vector<std::string> log;
  std::optional<std::chrono::nanoseconds> patience;
  std::vector<CloseReason> closed;
};

class ScriptedSession final : public Session {
 public:
  explicit ScriptedSession(Script& script) : script_(script) {}

  After on_bytes(std::span<const std::byte>, const Turn&, OutBuffer& out) override {
    return play("bytes", out);
  }
  After resume(const Turn&, OutBuffer& out) override { return play("resume", out); }
  After on_end(const Turn&, OutBuffer& out) override { return play("end", out); }
  After on_drain(const Turn&, OutBuffer& out) override { return play("drain", out); }
  After on_deadline(const Turn&, OutBuffer& out) override { return play("deadline", out); }
  std::optional<std::chrono::nanoseconds> patience() const override { return script_.patience; }
  void on_closed(CloseReason reason) override { script_.closed.push_back(reason); }

 private:
  After play(const std::string& call, OutBuffer& out) {
    EXPECT_TRUE(out.empty()) << call << " came while the outbox held bytes";
    script_.log.push_back(call);
    if (script_.steps.empty() || script_.steps.front().call != call) {
      ADD_FAILURE() << "unexpected call: " << call;
      return After::kClose;
    }
    const Step step = script_.steps.front();
    script_.steps.pop_front();
    out.append(bytes_of(step.answer));
    return step.after;
  }
  Script& script_;
};

// A loop without sockets: the test says what happens, and looks at what comes next.
class ConversationTest : public testing::Test {
 protected:
  Turn turn() const { return {.now = now_, .wall = {}, .draining = draining_}; }
  Next bytes(std::string_view in) { return conversation_.on_bytes(bytes_of(in), turn()); }
  Next send_all() {
    const std::size_t size = conversation_.out().size();
    conversation_.out().advance(size);
    return conversation_.on_sent(size, turn());
  }
  void send_some(std::size_t count) {
    conversation_.out().advance(count);
    conversation_.on_blocked(count, turn());
  }
  Next drain(std::size_t unread) {
    draining_ = true;
    return conversation_.on_drain(unread, turn());
  }

  TimePoint now_{1h};
  bool draining_ = false;
  Script script_;
  LoopLimits limits_{.send_timeout = 60s};
  WorkerTotals totals_;
  Conversation conversation_{std::make_unique<ScriptedSession>(script_), limits_, totals_};
};

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
}  // namespace suite
