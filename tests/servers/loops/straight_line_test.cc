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
  Received receive() {
    notes += 'r';
    const Received next = received.front();
    received.pop_front();
    return next;
  }
  Received receive_now() {
    notes += 'n';
    const Received next = there.empty() ? Received{.event = Event::kLater, .bytes = {}} : there.front();
    if (!there.empty()) there.pop_front();
    return next;
  }
  Sent send() {
    notes += 's';
    if (!sends.empty()) {
      const Event event = sends.front();
      sends.pop_front();
      if (event != Event::kDone) return {.event = event, .bytes = 0};
    }
    const std::size_t size = talk->out().size();
    talk->out().advance(size);
    return {.event = Event::kDone, .bytes = size};
  }
  std::size_t unread() {
    notes += 'u';
    return unread_bytes;
  }
  void end_sending() { notes += 'e'; }

  Turn now{};
  Conversation* talk = nullptr;
  std::deque<Received> received;
  std::deque<Received> there;  // without waiting; when it is over: nothing
  std::deque<Event> sends;     // when it is over: kDone
  std::size_t unread_bytes = 0;
  std::string notes;
};

class StraightLineTest : public testing::Test {
 protected:
  StraightLineTest() { io_.talk = &talk_; }
  void arrives(std::string_view text) {
    io_.received.push_back({.event = Event::kDone, .bytes = bytes_of(text)});
  }
  void happens(Event event) { io_.received.push_back({.event = event, .bytes = {}}); }

  LoopLimits limits_{.send_timeout = seconds(60)};
  WorkerTotals totals_;
  Conversation talk_{std::make_unique<TestSession>(), limits_, totals_};
  ScriptedIo io_;
  StraightLine<ScriptedIo> line_{io_, talk_};
};

TEST_F(StraightLineTest, ReceivesAndSendsInTurnsUntilThePeersEnd) {
  arrives("hello");
  arrives("world");
  happens(Event::kEnd);
  EXPECT_EQ(line_.open(), CloseReason::kFinished);
  EXPECT_EQ(io_.notes, "rsrsr");
  EXPECT_EQ(totals_.bytes_received, 10U);
  EXPECT_EQ(totals_.bytes_sent, 10U);
}

TEST_F(StraightLineTest, LooksBetweenThePartsOfAnAnswerForWhatIsThere) {
  arrives("long");
  happens(Event::kEnd);
  EXPECT_EQ(line_.open(), CloseReason::kFinished);
  EXPECT_EQ(io_.notes, "rsnsnsnsr");
  EXPECT_EQ(totals_.bytes_sent, 16U);
}

TEST_F(StraightLineTest, AnswersWhatIsThereBetweenTheParts) {
  arrives("long");
  io_.there = {{.event = Event::kLater, .bytes = {}}, {.event = Event::kDone, .bytes = bytes_of("cancel")}};
  happens(Event::kEnd);
  EXPECT_EQ(line_.open(), CloseReason::kFinished);
  EXPECT_EQ(io_.notes, "rsnsnsr");
  EXPECT_EQ(totals_.bytes_sent, 14U);
}

TEST_F(StraightLineTest, HearsBetweenThePartsWhatElseHappens) {
  arrives("long");
  io_.there = {{.event = Event::kBroken, .bytes = {}}};
  EXPECT_EQ(line_.open(), CloseReason::kReset);
  EXPECT_EQ(io_.notes, "rsn");
}

TEST_F(StraightLineTest, LingersUntilThePeersEndAndShutsDownSendingOnce) {
  arrives("bye");
  arrives("too late");
  arrives("much too late");
  happens(Event::kEnd);
  EXPECT_EQ(line_.open(), CloseReason::kFinished);
  EXPECT_EQ(io_.notes, "rserrr");
}

TEST_F(StraightLineTest, AResetWhileLingeringIsNone) {
  arrives("bye");
  happens(Event::kBroken);
  const auto reason = line_.open();
  ASSERT_TRUE(reason);
  talk_.on_closed(*reason);
  EXPECT_EQ(totals_.resets, 0U);
}

TEST_F(StraightLineTest, SaysWhyItEnds) {
  happens(Event::kBroken);
  EXPECT_EQ(line_.open(), CloseReason::kReset);
  happens(Event::kCut);
  EXPECT_EQ(line_.go_on(), CloseReason::kCut);
  arrives("hello");
  io_.sends = {Event::kLost};
  StraightLine<ScriptedIo> another(io_, talk_);
  EXPECT_EQ(another.go_on(), CloseReason::kCut);
}

TEST_F(StraightLineTest, AnIdleOneTimesOut) {
  happens(Event::kDeadline);
  EXPECT_EQ(line_.open(), CloseReason::kTimeout);
}

TEST_F(StraightLineTest, OneThatTakesNothingTimesOut) {
  arrives("hello");
  io_.sends = {Event::kDeadline};
  talk_.on_opened(io_.now);
  talk_.on_sending(0, io_.now);
  EXPECT_EQ(line_.open(), CloseReason::kTimeout);
}

TEST_F(StraightLineTest, ReadsWhatHadArrivedBeforeItDrains) {
  io_.now.draining = true;
  io_.unread_bytes = 5;
  happens(Event::kDrain);
  arrives("hello");
  happens(Event::kEnd);
  EXPECT_EQ(line_.open(), CloseReason::kFinished);
  EXPECT_EQ(io_.notes, "rurser") << "answered, and lingering, as the peer may go on sending";
}

TEST_F(StraightLineTest, SendsOnWhenTheDrainBeginsMeanwhile) {
  arrives("hello");
  io_.sends = {Event::kDrain};
  io_.now.draining = true;
  happens(Event::kEnd);
  EXPECT_EQ(line_.open(), CloseReason::kFinished);
  EXPECT_EQ(io_.notes, "rsuser");
  EXPECT_EQ(totals_.bytes_sent, 5U);
}

TEST_F(StraightLineTest, GoesOnLaterWhereItWasReading) {
  happens(Event::kLater);
  EXPECT_EQ(line_.open(), std::nullopt);
  arrives("hello");
  happens(Event::kLater);
  EXPECT_EQ(line_.go_on(), std::nullopt);
  EXPECT_EQ(io_.notes, "rrsr");
}

TEST_F(StraightLineTest, GoesOnLaterWhereItWasSending) {
  arrives("hello");
  io_.sends = {Event::kLater};
  EXPECT_EQ(line_.open(), std::nullopt);
  EXPECT_EQ(talk_.out().size(), 5U);
  happens(Event::kLater);
  EXPECT_EQ(line_.go_on(), std::nullopt);
  EXPECT_EQ(io_.notes, "rssr");
}

TEST_F(StraightLineTest, GoesOnLaterWhereItWasLingering) {
  arrives("bye");
  happens(Event::kLater);
  EXPECT_EQ(line_.open(), std::nullopt);
  happens(Event::kEnd);
  EXPECT_EQ(line_.go_on(), CloseReason::kFinished);
  EXPECT_EQ(io_.notes, "rserr");
}

}  // namespace
}  // namespace suite
