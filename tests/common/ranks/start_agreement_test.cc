#include "common/ranks/start_agreement.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <mutex>

#include "tests/support/fake_ranks.h"

namespace suite {
namespace {

using std::chrono::milliseconds;
using std::chrono::nanoseconds;
using std::chrono::seconds;
using std::chrono::steady_clock;
using test::FakeRank;
using testing::HasSubstr;

/// A clock that is ahead.
ReadClock ahead_by(nanoseconds difference) {
  return [difference] { return steady_clock::now() + difference; };
}

TEST(StartAgreement, GivesEachRankTheSameInstantByItsOwnClock) {
  constexpr std::size_t kRanks = 4;
  std::vector<AgreedStart> starts(kRanks);
  test::run_ranks(kRanks, [&](FakeRank& rank) {
    RankPost post(rank);
    const auto difference = seconds(1000) * static_cast<int>(rank.rank());
    const auto start = agree_on_start(post, {.patience = seconds(20), .clock = ahead_by(difference)});
    ASSERT_TRUE(start) << start.error().one_line();
    starts[rank.rank()] = *start;
  });
  for (std::size_t rank = 1; rank < kRanks; ++rank) {
    const nanoseconds truth = seconds(1000) * static_cast<int>(rank);
    const ClockOffset& offset = starts[rank].offset;
    EXPECT_LE(std::chrono::abs(offset.value - truth), offset.bound);
    EXPECT_LE(std::chrono::abs(starts[rank].at - truth - starts[0].at), offset.bound);
    EXPECT_GT(offset.bound, nanoseconds(0));
  }
}

TEST(StartAgreement, NamesTheRankThatFailedAndItsHost) {
  test::run_ranks(3, [](FakeRank& rank) {
    RankPost post(rank);
    if (rank.rank() == 2) return post.send(0, Word::kFailed, "connection refused");
    if (rank.rank() == 1) return post.send(0, Word::kReady);
    const auto start = agree_on_start(post, {.hosts = {"a", "b", "c"}, .patience = seconds(20)});
    ASSERT_FALSE(start);
    EXPECT_EQ(start.error().one_line(), "cannot go on with rank 2 on c: connection refused");
  });
}

TEST(StartAgreement, WaitsOnlySoLongForARankThatIsNotReady) {
  test::run_ranks(2, [](FakeRank& rank) {
    RankPost post(rank);
    if (rank.rank() == 1) return;
    const auto start = agree_on_start(post, {.hosts = {"a", "b"}, .patience = milliseconds(20)});
    ASSERT_FALSE(start);
    EXPECT_THAT(start.error().one_line(), HasSubstr("rank 1 on b: it was not ready in time"));
  });
}

TEST(StartAgreement, WaitsOnlySoLongForRankZero) {
  test::run_ranks(2, [](FakeRank& rank) {
    RankPost post(rank);
    if (rank.rank() == 0) return;
    EXPECT_FALSE(agree_on_start(post, {.patience = milliseconds(20)}));
  });
}

TEST(StartAgreement, LetsEverybodyBeginAtOnceWhenInterrupted) {
  const auto interrupt = EventFd::open();
  ASSERT_TRUE(interrupt);
  interrupt->set();
  test::run_ranks(2, [&interrupt](FakeRank& rank) {
    RankPost post(rank);
    const auto start = agree_on_start(post, {.patience = seconds(20), .interrupt = &*interrupt});
    ASSERT_TRUE(start) << start.error().one_line();
    EXPECT_LE(start->at, steady_clock::now());
  });
}

}  // namespace
}  // namespace suite
