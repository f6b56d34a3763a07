#include "client/workloads/request_tape.h"

#include <gtest/gtest.h>

#include <map>

namespace suite {
namespace {

std::string text(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

TEST(RequestTape, HoldsAShortRequestManyTimes) {
  const RequestTape tape({"GET /\r\n\r\n"}, 0, 1);
  EXPECT_GT(tape.size(), 1000U);
  EXPECT_EQ(text(tape.bytes(tape.size() - 2, 2)), "GET /\r\n\r\nGET /\r\n\r\n");
  EXPECT_EQ(tape.bytes_at(0), 9U);
}

TEST(RequestTape, HoldsALongOneOnce) {
  const std::string request(1 << 20, 'x');
  const RequestTape tape({request}, 0, 1);
  EXPECT_EQ(tape.size(), 1U);
  EXPECT_EQ(text(tape.bytes(0, 1)), request);
}

TEST(RequestTape, TakesUrlsInTurn) {
  const RequestTape tape({"a", "bb", "ccc"}, 0, 1);
  EXPECT_EQ(text(tape.bytes(0, 4)), "abbccca");
  EXPECT_EQ(tape.url(4), 1U);
  EXPECT_EQ(tape.size() % 3, 0U) << "the first one follows the last";
}

TEST(RequestTape, SharesUrlsOutToThreads) {
  for (const std::size_t threads : {1U, 2U, 3U, 4U, 6U}) {
    std::map<std::string, int> taken;
    for (std::size_t thread = 0; thread < threads; ++thread) {
      const RequestTape tape({"a", "b", "c", "d", "e", "f"}, thread, threads);
      for (std::size_t i = 0; i < 12 / threads; ++i) ++taken[text(tape.bytes(i, 1))];
    }
    EXPECT_EQ(taken.size(), 6U) << threads;
    for (const auto& [request, times] : taken) EXPECT_EQ(times, 2) << request << " of " << threads;
  }
}

}  // namespace
}  // namespace suite
