#include "cmd/bench/sweep_list.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace suite::bench {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

std::vector<std::uint64_t> numbers(std::string_view list) {
  return read_sweep_list(list, &parse_count, {.least = 1, .most = 1'000'000})
      .value_or(std::vector<std::uint64_t>());
}

std::string refusal(std::string_view list) {
  const auto read = read_sweep_list(list, &parse_count, {.least = 1, .most = 1'000'000});
  return read ? "" : read.error();
}

TEST(SweepList, IsAsItStands) {
  EXPECT_THAT(numbers("500"), ElementsAre(500));
  EXPECT_THAT(numbers("1,3,10k"), ElementsAre(1, 3, 10'000));
}

TEST(SweepList, ContinuesTheRatioOfTheTwoNumbersBeforeTheDots) {
  EXPECT_THAT(numbers("1,4,...,64"), ElementsAre(1, 4, 16, 64));
  EXPECT_THAT(numbers("1,2,4,...,32"), ElementsAre(1, 2, 4, 8, 16, 32));
  EXPECT_EQ(numbers("1,2,4,...,65536").size(), 17U);
  EXPECT_THAT(numbers("10,15,...,40"), ElementsAre(10, 15, 23, 34, 40)) << "rounded";
  EXPECT_THAT(numbers("1,2,...,8,80,...,8000"), ElementsAre(1, 2, 4, 8, 80, 800, 8000)) << "more than once";
}

TEST(SweepList, AlwaysHasTheLastNumber) {
  EXPECT_THAT(numbers("1,2,...,1000"), ElementsAre(1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1000));
  EXPECT_THAT(numbers("1,2,...,3"), ElementsAre(1, 2, 3));
  EXPECT_THAT(numbers("4,16,...,17"), ElementsAre(4, 16, 17));
}

TEST(SweepList, TakesSizesWhereTheyAreMeant) {
  EXPECT_THAT(*read_sweep_list("64,1k,...,64k", &parse_size, {.least = 1, .most = 1 << 20}),
              ElementsAre(64, 1024, 16384, 65536));
}

TEST(SweepList, RefusesDotsThatContinueNothing) {
  for (const char* list : {"1,...,64", "...,64", "...", "1,2,...,...,64"}) {
    EXPECT_THAT(refusal(list), HasSubstr("'...' takes two numbers before it")) << list;
  }
  EXPECT_THAT(refusal("1,2,..."), HasSubstr("'...' takes a number behind it"));
}

TEST(SweepList, RefusesNumbersThatDoNotAscend) {
  for (const char* list : {"4,2", "2,2", "4,2,...,1", "1,2,...,2", "1,2,...,1"}) {
    EXPECT_THAT(refusal(list), HasSubstr("each number has to be larger than the one before")) << list;
  }
}

TEST(SweepList, RefusesWhatIsNoNumberInRange) {
  for (const char* list : {"0", "0,1", "-1", "1,,2", "", "1,x", "1.5", "2000001", "1,2,...,2000001"}) {
    EXPECT_THAT(numbers(list), IsEmpty()) << list;
    EXPECT_THAT(refusal(list), testing::Not(IsEmpty())) << list;
  }
}

TEST(SweepList, RefusesMoreThan64Points) {
  EXPECT_THAT(refusal("1000,1001,...,1000000"), HasSubstr("more than 64 points"));
  EXPECT_THAT(refusal("999999,1000000,...,1000000"), HasSubstr("larger than the one before"));
  std::string list = "1";
  for (int i = 2; i <= 64; ++i) list += "," + std::to_string(i);
  EXPECT_EQ(numbers(list).size(), 64U);
  EXPECT_THAT(refusal(list + ",65"), HasSubstr("more than 64 points"));
}

}  // namespace
}  // namespace suite::bench
