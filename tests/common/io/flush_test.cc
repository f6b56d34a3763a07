#include "common/io/flush.h"

#include <gtest/gtest.h>

#include <fcntl.h>
#include <sys/socket.h>

#include <array>
#include <string>
#include <string_view>

#include "common/net/unique_fd.h"

namespace suite {
namespace {

struct SocketPair {
  UniqueFd near, far;
  SocketPair() {
    std::array<int, 2> ends{};
    EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, ends.data()), 0);
    near.reset(ends[0]);
    far.reset(ends[1]);
  }
};

std::span<const std::byte> bytes_of(std::string_view text) { return std::as_bytes(std::span(text)); }

std::string read_all(int fd) {
  std::string text;
  std::array<char, 4096> block;
  for (ssize_t count = 0; (count = ::recv(fd, block.data(), block.size(), 0)) > 0;) {
    text.append(block.data(), static_cast<std::size_t>(count));
  }
  return text;
}

TEST(Flush, OfAnEmptyOutboxIsDone) {
  SocketPair pair;
  OutBuffer out;
  const FlushResult result = flush(pair.near.get(), out);
  EXPECT_EQ(result.status, FlushStatus::kDone);
  EXPECT_EQ(result.sent, 0U);
}

TEST(Flush, SendsOnePieceOrManyInOrder) {
  SocketPair pair;
  OutBuffer out;
  out.borrow(bytes_of("one"));
  EXPECT_EQ(flush(pair.near.get(), out).sent, 3U);
  for (int i = 0; i < 100; ++i) out.borrow(bytes_of(i % 2 == 0 ? "ab" : "c"));  // more than one sendmsg
  const FlushResult result = flush(pair.near.get(), out);
  EXPECT_EQ(result.status, FlushStatus::kDone);
  EXPECT_EQ(result.sent, 150U);
  std::string expected = "one";
  for (int i = 0; i < 50; ++i) expected += "abc";
  EXPECT_EQ(read_all(pair.far.get()), expected);
}

TEST(Flush, GoesOnWhereAFullSocketStoppedIt) {
  SocketPair pair;
  std::string payload(1024 * 1024, ' ');
  for (std::size_t i = 0; i < payload.size(); ++i) payload[i] = static_cast<char>('a' + i % 23);
  OutBuffer out;
  out.borrow(bytes_of(payload).first(payload.size() / 2));
  out.borrow(bytes_of(payload).subspan(payload.size() / 2));

  FlushResult result = flush(pair.near.get(), out);
  EXPECT_EQ(result.status, FlushStatus::kBlocked);
  EXPECT_GT(result.sent, 0U);
  std::size_t total = result.sent;
  EXPECT_EQ(flush(pair.near.get(), out).sent, 0U) << "a full socket takes nothing";

  std::string received;
  while (result.status == FlushStatus::kBlocked) {
    EXPECT_EQ(out.size(), payload.size() - total);
    received += read_all(pair.far.get());
    result = flush(pair.near.get(), out);
    total += result.sent;
  }
  received += read_all(pair.far.get());
  EXPECT_EQ(result.status, FlushStatus::kDone);
  EXPECT_EQ(total, payload.size());
  EXPECT_EQ(received, payload);
}

TEST(Flush, SaysThatThePeerIsGoneWithoutASignal) {
  SocketPair pair;
  pair.far.reset();
  for (const int pieces : {1, 2}) {
    OutBuffer out;
    for (int i = 0; i < pieces; ++i) out.borrow(bytes_of("x"));
    EXPECT_EQ(flush(pair.near.get(), out).status, FlushStatus::kFailed);
  }
}

}  // namespace
}  // namespace suite
