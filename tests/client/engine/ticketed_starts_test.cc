#include "client/engine/ticketed_starts.h"

#include <gtest/gtest.h>

#include <vector>

namespace suite {
namespace {

using namespace std::chrono_literals;
using When = TicketedStarts::TimePoint;

std::vector<Ticket> fresh(TicketedStarts& starts) {
  const auto tickets = starts.take_fresh();
  return {tickets.begin(), tickets.end()};
}

TEST(TicketedStarts, FindRequestsInWhateverOrderTheyAreAnswered) {
  TicketedStarts starts(3);
  for (int i = 1; i <= 3; ++i) starts.add({.due = When(1s * i), .sent = When(1s * i)});
  EXPECT_EQ(fresh(starts), (std::vector<Ticket>{0, 1, 2}));
  EXPECT_EQ(starts.take(1).due, When(2s));
  EXPECT_EQ(starts.take(2).due, When(3s));
  starts.add({.due = When(4s), .sent = When(4s)});
  EXPECT_EQ(fresh(starts), (std::vector<Ticket>{2})) << "below the depth, always";
  EXPECT_EQ(starts.take(0).due, When(1s));
  EXPECT_EQ(starts.take(2).due, When(4s));
  EXPECT_TRUE(starts.empty());
}

TEST(TicketedStarts, RememberWhenEachReplyBeganAndForgetItOnAnotherConnection) {
  TicketedStarts starts(2);
  starts.add({.due = When(1s), .sent = When(1s)});
  starts.add({.due = When(1s), .sent = When(1s)});
  starts.begin(1, When(2s));
  starts.begin(1, When(3s));
  EXPECT_EQ(starts.take(1).first_byte, When(2s));
  starts.begin(0, When(2s));
  starts.restart();
  EXPECT_EQ(starts.take(0).first_byte, When::max());
}

TEST(TicketedStarts, GiveAllTicketsBackWhenAllRequestsAreOver) {
  TicketedStarts starts(2);
  for (int i = 0; i < 3; ++i) {
    starts.add({.due = When(1s), .sent = When(1s)});
    starts.add({.due = When(1s), .sent = When(1s)});
    EXPECT_EQ(fresh(starts).size(), 2U);
    starts.clear();
    EXPECT_TRUE(starts.empty());
  }
}

}  // namespace
}  // namespace suite
