#include "servers/loops/connection_table.h"

#include <gtest/gtest.h>

#include <memory>
#include <vector>

namespace suite {
namespace {

using namespace std::chrono_literals;
using TimePoint = std::chrono::steady_clock::time_point;

// What a table asks of a conversation, which here is what the test says.
struct LingeringTalk {
  std::optional<TimePoint> deadline() const { return due; }
  bool lingers_for_body() const { return for_body; }
  void stop_lingering(TimePoint now) { due = now; }

  std::optional<TimePoint> due;
  bool for_body = true;
};

struct Lingering {
  LingeringTalk talk;
  TableEntry entry;
};

class ConnectionTableTest : public testing::Test {
 protected:
  static constexpr std::size_t kMost = 2;

  Lingering& add(bool for_body = true) {
    Lingering& added = table_.add(std::make_unique<Lingering>());
    added.talk = {.due = now_ + 5s, .for_body = for_body};
    table_.note_linger(added, kMost, now_);
    table_.note_deadline(added);
    return added;
  }

  ConnectionTable<Lingering> table_;
  TimePoint now_{1h};
};

TEST_F(ConnectionTableTest, TheLongestThatLingersForABodyIsDueForOneMore) {
  Lingering& first = add();
  Lingering& second = add();
  EXPECT_EQ(table_.next_due(now_), nullptr);
  add();
  EXPECT_EQ(table_.next_due(now_), &first);
  EXPECT_EQ(table_.next_due(now_), nullptr);
  add();
  EXPECT_EQ(table_.next_deadline(), now_);
  EXPECT_EQ(table_.next_due(now_), &second);
}

TEST_F(ConnectionTableTest, OneThatIsGoneLeavesItsPlaceToAnother) {
  Lingering& first = add();
  add();
  table_.take(first);
  add();
  EXPECT_EQ(table_.next_due(now_), nullptr);
}

TEST_F(ConnectionTableTest, OneThatIsDueLeavesItsPlaceOnce) {
  Lingering& first = add();
  add();
  add();
  table_.take(first);
  add();
  Lingering* const next = table_.next_due(now_);
  ASSERT_NE(next, nullptr);
  table_.take(*next);
  EXPECT_EQ(table_.next_due(now_), nullptr);
}

TEST_F(ConnectionTableTest, OneThatIsNotedTwiceHasOnePlace) {
  Lingering& first = add();
  for (int i = 0; i < 5; ++i) table_.note_linger(first, kMost, now_);
  add();
  EXPECT_EQ(table_.next_due(now_), nullptr);
}

TEST_F(ConnectionTableTest, OthersThatLingerTakeNoPlace) {
  for (int i = 0; i < 5; ++i) add(false);
  add();
  add();
  EXPECT_EQ(table_.next_due(now_), nullptr);
}

}  // namespace
}  // namespace suite
