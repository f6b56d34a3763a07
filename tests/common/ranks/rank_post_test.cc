#include "common/ranks/rank_post.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/fake_ranks.h"

namespace suite {
namespace {

using std::chrono::steady_clock;
using test::FakeJob;
using test::FakeRank;

LetterWait soon() { return {.until = steady_clock::now() + std::chrono::milliseconds(5)}; }

TEST(RankPost, BringsLettersInTheirOrderWithTheirSenders) {
  FakeJob job(3);
  FakeRank first(job, 0), second(job, 1), third(job, 2);
  RankPost leader(first), one(second), two(third);
  one.send(0, Word::kHere, "a");
  one.send(0, Word::kReady);
  two.send(0, Word::kFailed, std::string("b\0c", 3));
  for (const auto& [from, word, text] : {std::tuple(1U, Word::kHere, std::string("a")),
                                         {1U, Word::kReady, ""},
                                         {2U, Word::kFailed, std::string("b\0c", 3)}}) {
    const auto letter = leader.next(soon());
    ASSERT_TRUE(letter);
    EXPECT_EQ(letter->from, from);
    EXPECT_EQ(letter->word, word);
    EXPECT_EQ(letter->text, text);
  }
  EXPECT_FALSE(leader.next(soon()));
}

TEST(RankPost, SendsToAllButRankZeroItself) {
  FakeJob job(3);
  FakeRank first(job, 0), second(job, 1), third(job, 2);
  RankPost(first).send_all(Word::kGo);
  EXPECT_EQ(RankPost(second).next(soon())->word, Word::kGo);
  EXPECT_EQ(RankPost(third).next(soon())->word, Word::kGo);
  EXPECT_FALSE(RankPost(first).next(soon()));
}

TEST(RankPost, WaitsNoLongerOnceInterrupted) {
  FakeJob job(2);
  FakeRank rank(job, 0);
  const auto interrupt = EventFd::open();
  ASSERT_TRUE(interrupt);
  interrupt->set();
  EXPECT_FALSE(RankPost(rank).next({.until = steady_clock::time_point::max(), .interrupt = &*interrupt}));
}

TEST(RankPost, ReadsTheNumbersThatItWrites) {
  EXPECT_EQ(numbers_text({0, -17, INT64_MAX, INT64_MIN}), "0 -17 9223372036854775807 -9223372036854775808");
  EXPECT_THAT(numbers_of(numbers_text({0, -17, INT64_MAX, INT64_MIN})),
              testing::ElementsAre(0, -17, INT64_MAX, INT64_MIN));
  EXPECT_THAT(numbers_of("1 2 x"), testing::ElementsAre(1, 2));
  EXPECT_THAT(numbers_of(""), testing::IsEmpty());
}

}  // namespace
}  // namespace suite
