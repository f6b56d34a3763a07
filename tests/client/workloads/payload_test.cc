#include "client/workloads/payload.h"

#include <gtest/gtest.h>

#include <numeric>
#include <set>
#include <string>

namespace suite {
namespace {

std::string text_of(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

class PseudoRandomPayload : public testing::TestWithParam<std::size_t> {};

TEST_P(PseudoRandomPayload, HasAPeriodThatSharesNoDivisorWithItsRequests) {
  const Payload payload = Payload::of({.text = {}, .size = GetParam()}, 1);
  EXPECT_EQ(payload.message_size(), GetParam());
  EXPECT_GT(payload.period(), GetParam());
  EXPECT_EQ(std::gcd(payload.period(), payload.message_size()), 1U);
}

TEST_P(PseudoRandomPayload, GoesOnWithItsBeginningAfterItsEnd) {
  const Payload payload = Payload::of({.text = {}, .size = GetParam()}, 1);
  const std::size_t last = payload.period() - 1;
  const auto over_the_end = text_of(payload.at(last, Payload::kMaxChunk));
  EXPECT_EQ(over_the_end.front(), text_of(payload.at(last, 1)).front());
  EXPECT_EQ(over_the_end.substr(1), text_of(payload.at(0, Payload::kMaxChunk - 1)));
}

INSTANTIATE_TEST_SUITE_P(Sizes, PseudoRandomPayload,
                         testing::Values(1, 2, 12, 64, 1000, 4095, 4096, 4097, 65'536, 1'000'003));

TEST(Payload, MakesRequestsThatDifferFromTheirNeighbours) {
  const Payload payload = Payload::of({.text = {}, .size = 64}, 1);
  std::set<std::string> requests;
  std::size_t at = payload.start_of(0);
  for (int i = 0; i < 4000; ++i, at = payload.advance(at, 64)) requests.insert(text_of(payload.at(at, 64)));
  EXPECT_EQ(requests.size(), 4000U);
}

TEST(Payload, StartsEachConnectionSomewhereElse) {
  const Payload payload = Payload::of({.text = {}, .size = 64}, 1);
  std::set<std::size_t> starts;
  for (std::uint64_t i = 0; i < 100; ++i) starts.insert(payload.start_of(i));
  EXPECT_GT(starts.size(), 95U);
}

TEST(Payload, IsTheSameForTheSameSeedOnly) {
  const auto bytes = [](std::uint64_t seed) {
    return text_of(Payload::of({.text = {}, .size = 100}, seed).at(0, 100));
  };
  EXPECT_EQ(bytes(7), bytes(7));
  EXPECT_NE(bytes(7), bytes(8));
}

TEST(Payload, RepeatsATextAsItIs) {
  const Payload payload = Payload::of({.text = "abc", .size = 3}, 1);
  EXPECT_EQ(payload.period(), 3U);
  EXPECT_EQ(payload.start_of(5), 0U);
  EXPECT_EQ(text_of(payload.at(2, 5)), "cabca");
  EXPECT_EQ(payload.advance(2, 8), 1U);
}

}  // namespace
}  // namespace suite
