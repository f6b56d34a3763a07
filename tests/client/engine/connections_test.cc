#include "client/engine/connections.h"

#include <gtest/gtest.h>

namespace suite {
namespace {

using namespace std::chrono_literals;
using Instant = Connections::TimePoint;
using Work = Connections::Work;

constexpr Instant kT0{1h};

Connections make(const Connections::Options& options) {
  Connections connections(options);
  connections.begin(kT0);
  return connections;
}

// Opens the next one at `now`, at once.
ConnectionId open_next(Connections& connections, Instant now) {
  const auto id = connections.next_to_open(now, Work::kThereIs);
  if (!id) {
    ADD_FAILURE() << "there is none to open";
    return 0;
  }
  connections.connecting(*id, now);
  connections.opened(*id, now);
  return *id;
}

TEST(Connections, AreOpenedInTheirOrderAndNoMoreAtOnceThanTold) {
  Connections connections = make({.count = 3, .burst = 2, .timeout = 1s});
  EXPECT_EQ(connections.next_to_open(kT0, Work::kNone), 0U);
  EXPECT_EQ(connections.next_to_open(kT0, Work::kNone), 1U);
  EXPECT_FALSE(connections.next_to_open(kT0, Work::kNone));
  connections.connecting(0, kT0);
  const auto opened = connections.opened(0, kT0 + 3ms);
  EXPECT_EQ(opened.took, 3ms);
  EXPECT_FALSE(opened.again);
  EXPECT_EQ(connections.next_to_open(kT0, Work::kNone), 2U);
  EXPECT_FALSE(connections.all_tried());
  connections.failed(1, kT0);
  connections.failed(2, kT0);
  EXPECT_TRUE(connections.all_tried());
  EXPECT_EQ(connections.open_count(), 1U);
}

TEST(Connections, AreOpenedAgainLaterAndLaterWhileNothingComesOfIt) {
  Connections connections = make({.count = 1, .timeout = 10s});
  Instant now = kT0;
  for (const auto delay : {1ms, 2ms, 4ms, 8ms}) {
    ASSERT_TRUE(connections.next_to_open(now, Work::kThereIs));
    connections.connecting(0, now);
    connections.failed(0, now);
    EXPECT_EQ(connections.wake_up_time(now), now + delay);
    EXPECT_FALSE(connections.next_overdue(now + delay - 1ns));
    EXPECT_FALSE(connections.next_to_open(now + delay - 1ns, Work::kThereIs));
    now += delay;
    EXPECT_FALSE(connections.next_overdue(now)) << "there is nothing to close";
  }
  open_next(connections, now);
  connections.proved_useful(connections[0], now);
  connections.ended(0, now);
  EXPECT_EQ(connections.next_to_open(now, Work::kThereIs), 0U) << "at once";
}

TEST(Connections, StayClosedWhereTheyHaveNothingToDo) {
  Connections connections = make({.count = 2, .burst = 2, .timeout = 1s});
  for (int i = 0; i < 2; ++i) {
    const ConnectionId id = open_next(connections, kT0);
    connections.proved_useful(connections[id], kT0);
    connections.ended(id, kT0);
  }
  connections[1].in_flight = 1;  // to be sent again
  EXPECT_EQ(connections.next_to_open(kT0, Work::kNone), 1U);
  EXPECT_FALSE(connections.next_to_open(kT0, Work::kNone));
}

TEST(Connections, TryAgainWhereTheTargetIsBusyUntilATimeoutHasPassed) {
  Connections connections = make({.count = 2, .burst = 2, .timeout = 3ms});
  ASSERT_EQ(connections.next_to_open(kT0, Work::kThereIs), 0U);
  EXPECT_TRUE(connections.try_later(0, kT0));
  EXPECT_FALSE(connections.next_to_open(kT0 + 999us, Work::kThereIs)) << "nor another one";
  EXPECT_EQ(connections.wake_up_time(kT0), kT0 + 1ms);
  EXPECT_FALSE(connections.next_overdue(kT0 + 1ms));
  EXPECT_EQ(connections.next_to_open(kT0 + 1ms, Work::kThereIs), 1U);
  EXPECT_EQ(connections.next_to_open(kT0 + 3ms, Work::kThereIs), 0U);
  EXPECT_FALSE(connections.try_later(0, kT0 + 3ms));
}

TEST(Connections, AreOverdueWhenAHandshakeTakesTooLong) {
  Connections connections = make({.count = 1, .timeout = 5ms});
  connections.next_to_open(kT0, Work::kThereIs);
  connections.connecting(0, kT0);
  EXPECT_EQ(connections.wake_up_time(kT0), kT0 + 5ms);
  EXPECT_EQ(connections.next_overdue(kT0 + 5ms), 0U);
  EXPECT_EQ(connections[0].state, Connection::State::kConnecting);
}

TEST(Connections, AreOverdueATimeoutAfterTheirOldestRequestWasSent) {
  Connections connections = make({.count = 1, .depth = 4, .timeout = 10ms});
  open_next(connections, kT0);
  StartRuns& starts = connections[0].starts.in_order();
  starts.push({.due = kT0 + 2ms, .sent = kT0 + 4ms, .count = 1});
  starts.push({.due = kT0 + 5ms, .sent = kT0 + 5ms, .count = 1});
  EXPECT_EQ(connections.oldest_sent(), kT0 + 4ms);
  EXPECT_FALSE(connections.next_overdue(kT0 + 10ms)) << "the alarm of its opening";
  EXPECT_EQ(connections.wake_up_time(kT0), kT0 + 14ms);
  EXPECT_FALSE(connections.has_overdue_replies(connections[0], kT0 + 14ms - 1ns));
  EXPECT_TRUE(connections.has_overdue_replies(connections[0], kT0 + 14ms));
  starts.take(1);
  EXPECT_FALSE(connections.next_overdue(kT0 + 14ms)) << "that one was answered in time";
  EXPECT_EQ(connections.next_overdue(kT0 + 15ms), 0U);
}

TEST(Connections, AreClosedByUsWhereTheServerSaidItWouldAndDoesNot) {
  Connections connections = make({.count = 1, .timeout = 10s});
  open_next(connections, kT0);
  connections.awaits_close(0, kT0 + 1s);
  EXPECT_FALSE(connections.next_overdue(kT0 + 1s));
  EXPECT_EQ(connections.next_overdue(kT0 + 1500ms), 0U);
}

TEST(Connections, CarryNoMoreExchangesThanToldWithThoseThatAreSentAgain) {
  Connections connections = make({.count = 1, .depth = 8, .timeout = 1s, .exchanges = 5});
  EXPECT_EQ(connections[open_next(connections, kT0)].may_issue, 5U);
  connections[0].in_flight = 3;
  connections.proved_useful(connections[0], kT0);
  connections.ended(0, kT0);
  EXPECT_EQ(connections[open_next(connections, kT0)].may_issue, 2U);
}

TEST(Connections, AreHopelessWhenNoneWasOpenOrOfUseForAWholeTimeout) {
  Connections connections = make({.count = 1, .timeout = 10ms});
  EXPECT_FALSE(connections.is_hopeless(kT0 + 9ms));
  EXPECT_TRUE(connections.is_hopeless(kT0 + 10ms));
  open_next(connections, kT0 + 10ms);
  EXPECT_FALSE(connections.is_hopeless(kT0 + 1s)) << "one is open";
  connections.ended(0, kT0 + 1s);
  EXPECT_FALSE(connections.is_hopeless(kT0 + 1s + 9ms)) << "it held for a timeout at the least";
  EXPECT_TRUE(connections.is_hopeless(kT0 + 1s + 10ms));
}

}  // namespace
}  // namespace suite
