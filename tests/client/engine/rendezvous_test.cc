#include "client/engine/rendezvous.h"

#include <gtest/gtest.h>

#include <thread>

namespace suite {
namespace {

TEST(Rendezvous, HandsEverybodyTheSameInstant) {
  Rendezvous meeting(2);
  std::optional<Rendezvous::TimePoint> other;
  std::thread thread([&] { other = meeting.arrive(); });
  const auto own = meeting.arrive();
  thread.join();
  ASSERT_TRUE(own);
  EXPECT_EQ(own, other);
}

TEST(Rendezvous, SendsHomeThoseWhoWaitForOneThatCannotCome) {
  Rendezvous meeting(3);
  std::optional<Rendezvous::TimePoint> other = Rendezvous::TimePoint();
  std::thread thread([&] { other = meeting.arrive(); });
  meeting.call_off();
  EXPECT_FALSE(meeting.arrive());
  thread.join();
  EXPECT_FALSE(other);
}

// A thread that broke right after the start must not make a run of those that woke up late one that never
// began.
TEST(Rendezvous, StandsOnceAllHaveMet) {
  Rendezvous meeting(2);
  std::optional<Rendezvous::TimePoint> other;
  std::thread thread([&] { other = meeting.arrive(); });
  EXPECT_TRUE(meeting.arrive());
  meeting.call_off();
  thread.join();
  EXPECT_TRUE(other);
}

// Who agrees with others on an instant comes last, and hands it to all.
TEST(Rendezvous, HandsOutTheInstantOfTheOneThatWaitedForTheOthers) {
  Rendezvous meeting(3);
  std::optional<Rendezvous::TimePoint> first, second;
  std::thread one([&] { first = meeting.arrive(); }), two([&] { second = meeting.arrive(); });
  ASSERT_TRUE(meeting.await_others());
  const Rendezvous::TimePoint at = std::chrono::steady_clock::now() + std::chrono::hours(1);
  EXPECT_EQ(meeting.arrive(at), at);
  one.join();
  two.join();
  EXPECT_EQ(first, at);
  EXPECT_EQ(second, at);
}

TEST(Rendezvous, AwaitsNobodyOnceItIsCalledOff) {
  Rendezvous meeting(3);
  std::thread one([&] { meeting.arrive(); });
  meeting.call_off();
  EXPECT_FALSE(meeting.await_others());
  one.join();
}

}  // namespace
}  // namespace suite
