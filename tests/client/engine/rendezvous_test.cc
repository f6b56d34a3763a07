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

}  // namespace
}  // namespace suite
