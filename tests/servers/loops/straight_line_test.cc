#include "servers/loops/straight_line.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "tests/support/bytes.h"

namespace suite {
namespace {

using std::chrono::seconds;

using test::bytes_of;

/// Gives back what it gets, and four times where it is "long"; after "bye" nothing follows.
class TestSession final : public Session {
 public:
  After on_bytes(std::span<const std::byte> in, const Turn&, OutBuffer& out) override {
    out.append(in);
    if (in.size() == 4) parts_ = 3;
    if (in.size() == 6) parts_ = 0;
    return parts_ > 0 ? After::kReadOrMore : in.size() == 3 ? After::kLinger : After::kRead;
  }
  After resume(const Turn&, OutBuffer& out) override {
    out.append(bytes_of("long"));
    return --parts_ > 0 ? After::kReadOrMore : After::kRead;
  }
  After on_end(const Turn&, OutBuffer&) override { return After::kClose; }
  After on_drain(const Turn&, OutBuffer&) override { return After::kClose; }
  After on_deadline(const Turn&, OutBuffer&) override { return After::kClose; }
  std::optional<std::chrono::nanoseconds> patience() const override { return seconds(1); }
  void on_closed(CloseReason) override {}

 private:
  int parts_ = 0;
};

/// Does what the test has written down, and notes what was asked of it.
struct ScriptedIo {
  const Turn& turn() { return now; }
  IoReceived receive() {
    notes += 'r';
    const IoReceived next = received.front();
    received.pop_front();
    return next;
  }
  IoReceived receive_now() {
    notes += 'n';
    const IoReceived next = there.empty() ? IoReceived{.event = IoEvent::kLater, .bytes = {}} : there.front();
    if (!there.empty()) there.pop_front();
    return next;
  }
  IoSent send() {
    notes += 's';
    if (!sends.empty()) {
      const IoEvent event = sends.front();
      sends.pop_front();
      if (event != IoEvent::kDone) return {.event = event, .bytes = 0};
    }
    const std::size_t size = talk->out().size();
    talk->out().advance(size);
    return {.event = IoEvent::kDone, .bytes = size};
  }
  std::size_t unread() {
    notes += 'u';
    return unread_bytes;
  }
  void end_sending() { notes += 'e'; }

  Turn now{};
  Conversation* talk = nullptr;
  std::deque<IoReceived> received;
  std::deque<IoReceived> there;  // without waiting; when it is over: nothing
  std::deque<IoEvent> sends;     // when it is over: kDone
  std::size_t unread_bytes = 0;
  std::string notes;
};

class StraightLineTest : public testing::Test {
 protected:
  StraightLineTest() { io_.talk = &talk_; }
  void arrives(std::string_view text) {
    io_.received.push_back({.event = IoEvent::kDone, .bytes = bytes_of(text)});
  }
  void happens(IoEvent event) { io_.received.push_back({.event = event, .bytes = {}}); }

  LoopLimits limits_{.send_timeout = seconds(60)};
  WorkerTotals totals_;
  Conversation talk_{std::make_unique<TestSession>(), limits_, totals_};
  ScriptedIo io_;
  StraightLine<ScriptedIo> line_{io_, talk_};
};

TEST_F(StraightLineTest, ReceivesAndSendsInTurnsUntilThePeersEnd) {
  arrives("hello");
  arrives("world");
  happens(IoEvent::kEnd);
  EXPECT_EQ(line_.open(), CloseReason::kFinished);
  EXPECT_EQ(io_.notes, "rsrsr");
  EXPECT_EQ(totals_.bytes_received, 10U);
  EXPECT_EQ(totals_.bytes_sent, 10U);
}

TEST_F(StraightLineTest, LooksBetweenThePartsOfAnAnswerForWhatIsThere) {
  arrives("long");
  happens(IoEvent::kEnd);
  EXPECT_EQ(line_.open(), CloseReason::kFinished);
  EXPECT_EQ(io_.notes, "rsnsnsnsr");
  EXPECT_EQ(totals_.bytes_sent, 16U);
}

TEST_F(StraightLineTest, AnswersWhatIsThereBetweenTheParts) {
  arrives("long");
  io_.there = {{.event = IoEvent::kLater, .bytes = {}},
               {.event = IoEvent::kDone, .bytes = bytes_of("cancel")}};
  happens(IoEvent::kEnd);
  EXPECT_EQ(line_.open(), CloseReason::kFinished);
  EXPECT_EQ(io_.notes, "rsnsnsr");
  EXPECT_EQ(totals_.bytes_sent, 14U);
}

TEST_F(StraightLineTest, HearsBetweenThePartsWhatElseHappens) {
  arrives("long");
  io_.there = {{.event = IoEvent::kBroken, .bytes = {}}};
  EXPECT_EQ(line_.open(), CloseReason::kReset);
  EXPECT_EQ(io_.notes, "rsn");
}

TEST_F(StraightLineTest, LingersUntilThePeersEndAndShutsDownSendingOnce) {
  arrives("bye");
  arrives("too late");
  arrives("much too late");
  happens(IoEvent::kEnd);
  EXPECT_EQ(line_.open(), CloseReason::kFinished);
  EXPECT_EQ(io_.notes, "rserrr");
}

TEST_F(StraightLineTest, AResetWhileLingeringIsNone) {
  arrives("bye");
  happens(IoEvent::kBroken);
  const auto reason = line_.open();
  ASSERT_TRUE(reason);
  talk_.on_closed(*reason);
  EXPECT_EQ(totals_.resets, 0U);
}

TEST_F(StraightLineTest, SaysWhyItEnds) {
  happens(IoEvent::kBroken);
  EXPECT_EQ(line_.open(), CloseReason::kReset);
  happens(IoEvent::kCut);
  EXPECT_EQ(line_.go_on(), CloseReason::kCut);
  arrives("hello");
  io_.sends = {IoEvent::kLost};
  StraightLine<ScriptedIo> another(io_, talk_);
  EXPECT_EQ(another.go_on(), CloseReason::kCut);
}

TEST_F(StraightLineTest, AnIdleOneTimesOut) {
  happens(IoEvent::kDeadline);
  EXPECT_EQ(line_.open(), CloseReason::kTimeout);
}

TEST_F(StraightLineTest, OneThatTakesNothingTimesOut) {
  arrives("hello");
  io_.sends = {IoEvent::kDeadline};
  talk_.on_opened(io_.now);
  talk_.on_sending(0, io_.now);
  EXPECT_EQ(line_.open(), CloseReason::kTimeout);
}

TEST_F(StraightLineTest, ReadsWhatHadArrivedBeforeItDrains) {
  io_.now.draining = true;
  io_.unread_bytes = 5;
  happens(IoEvent::kDrain);
  arrives("hello");
  happens(IoEvent::kEnd);
  EXPECT_EQ(line_.open(), CloseReason::kFinished);
  EXPECT_EQ(io_.notes, "rurser") << "answered, and lingering, as the peer may go on sending";
}

TEST_F(StraightLineTest, SendsOnWhenTheDrainBeginsMeanwhile) {
  arrives("hello");
  io_.sends = {IoEvent::kDrain};
  io_.now.draining = true;
  happens(IoEvent::kEnd);
  EXPECT_EQ(line_.open(), CloseReason::kFinished);
  EXPECT_EQ(io_.notes, "rsuser");
  EXPECT_EQ(totals_.bytes_sent, 5U);
}

TEST_F(StraightLineTest, GoesOnLaterWhereItWasReading) {
  happens(IoEvent::kLater);
  EXPECT_EQ(line_.open(), std::nullopt);
  arrives("hello");
  happens(IoEvent::kLater);
  EXPECT_EQ(line_.go_on(), std::nullopt);
  EXPECT_EQ(io_.notes, "rrsr");
}

TEST_F(StraightLineTest, GoesOnLaterWhereItWasSending) {
  arrives("hello");
  io_.sends = {IoEvent::kLater};
  EXPECT_EQ(line_.open(), std::nullopt);
  EXPECT_EQ(talk_.out().size(), 5U);
  happens(IoEvent::kLater);
  EXPECT_EQ(line_.go_on(), std::nullopt);
  EXPECT_EQ(io_.notes, "rssr");
}

TEST_F(StraightLineTest, GoesOnLaterWhereItWasLingering) {
  arrives("bye");
  happens(IoEvent::kLater);
  EXPECT_EQ(line_.open(), std::nullopt);
  happens(IoEvent::kEnd);
  EXPECT_EQ(line_.go_on(), CloseReason::kFinished);
  EXPECT_EQ(io_.notes, "rserr");
}

}  // namespace
}  // namespace suite
