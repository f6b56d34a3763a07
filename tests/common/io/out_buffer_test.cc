#include "common/io/out_buffer.h"

#include <gtest/gtest.h>

#include <array>
#include <string>
#include <string_view>

namespace suite {
namespace {

std::span<const std::byte> bytes_of(std::string_view text) { return std::as_bytes(std::span(text)); }

// What a send would take now, through `window` pieces at a time.
std::string gathered(const OutBuffer& out, std::size_t window = OutBuffer::kMaxPieces) {
  std::vector<iovec> pieces(window);
  std::string text;
  const std::size_t count = out.gather(pieces);
  for (std::size_t i = 0; i < count; ++i) {
    text.append(static_cast<const char*>(pieces[i].iov_base), pieces[i].iov_len);
  }
  return text;
}

// Three pieces of each kind in turn; the borrowed bytes live in `lender`.
struct Mixed {
  std::string lender = "Lorem ipsum dolor sit amet";
  OutBuffer out;
  std::string expected;

  Mixed() {
    add_borrowed(0, 11);
    add_own(" own-one ");
    add_borrowed(11, 6);
    add_own("own-two");
    add_own(" and three ");
    add_borrowed(17, 9);
  }
  void add_borrowed(std::size_t from, std::size_t size) {
    const std::string_view part = std::string_view(lender).substr(from, size);
    out.borrow(bytes_of(part));
    expected += part;
  }
  void add_own(std::string_view text) {
    out.append(bytes_of(text));
    expected += text;
  }
};

TEST(OutBuffer, StartsEmpty) {
  OutBuffer out;
  EXPECT_TRUE(out.empty());
  EXPECT_FALSE(out.full());
  EXPECT_EQ(out.size(), 0U);
  std::array<iovec, 1> pieces;
  EXPECT_EQ(out.gather(pieces), 0U);
  out.own();
  out.advance(0);
  EXPECT_TRUE(out.empty());
}

TEST(OutBuffer, AddingNothingAddsNoPiece) {
  OutBuffer out;
  out.borrow({});
  out.append({});
  EXPECT_TRUE(out.empty());
  std::array<iovec, 1> pieces;
  EXPECT_EQ(out.gather(pieces), 0U);
}

TEST(OutBuffer, KeepsTheOrderOfBorrowedAndOwnBytes) {
  const Mixed mixed;
  EXPECT_EQ(gathered(mixed.out), mixed.expected);
  EXPECT_EQ(mixed.out.size(), mixed.expected.size());
}

TEST(OutBuffer, GoesOnAfterACutAtEveryByte) {
  const std::size_t size = Mixed().expected.size();
  for (std::size_t cut = 0; cut <= size; ++cut) {
    Mixed mixed;
    mixed.out.advance(cut);
    EXPECT_EQ(gathered(mixed.out), mixed.expected.substr(cut)) << cut;
    EXPECT_EQ(mixed.out.size(), size - cut);
    EXPECT_EQ(mixed.out.empty(), cut == size);
  }
}

TEST(OutBuffer, OwnsTheTailOfACutAtEveryByte) {
  const std::size_t size = Mixed().expected.size();
  for (std::size_t cut = 0; cut <= size; ++cut) {
    Mixed mixed;
    mixed.out.advance(cut);
    mixed.out.own();
    mixed.lender.assign(mixed.lender.size(), '?');  // the lender reads again
    EXPECT_EQ(gathered(mixed.out), mixed.expected.substr(cut)) << cut;
    mixed.out.own();
    EXPECT_EQ(gathered(mixed.out), mixed.expected.substr(cut)) << cut;
  }
}

TEST(OutBuffer, IsSentByteByByteThroughANarrowWindow) {
  for (const std::size_t window : {1U, 2U, 64U}) {
    Mixed mixed;
    std::string sent;
    while (!mixed.out.empty()) {
      sent += gathered(mixed.out, window).front();
      mixed.out.advance(1);
      if (sent.size() == 5) mixed.out.own();
    }
    EXPECT_EQ(sent, mixed.expected);
  }
}

TEST(OutBuffer, GathersAgainTheSameAddressesUntilBytesAreTakenOff) {
  Mixed mixed;
  mixed.out.own();
  std::array<iovec, 8> before, after;
  const std::size_t count = mixed.out.gather(before);
  ASSERT_EQ(mixed.out.gather(after), count);
  for (std::size_t i = 0; i < count; ++i) EXPECT_EQ(before[i].iov_base, after[i].iov_base);
  mixed.out.advance(1);
  mixed.out.gather(after);
  EXPECT_EQ(after[0].iov_base, static_cast<const char*>(before[0].iov_base) + 1);
}

TEST(OutBuffer, MakesOnePieceOfNeighbouringOwnBytes) {
  OutBuffer out;
  out.append(bytes_of("HTTP/1.1 "));
  out.append(bytes_of("200 OK"));
  std::array<iovec, 4> pieces;
  EXPECT_EQ(out.gather(pieces), 1U);
}

TEST(OutBuffer, IsFullAt64KiBOfOwnBytes) {
  OutBuffer out;
  const std::string block(OutBuffer::kMaxOwnBytes - 1, 'x');
  out.append(bytes_of(block));
  EXPECT_FALSE(out.full());
  out.append(bytes_of("x"));
  EXPECT_TRUE(out.full());
}

TEST(OutBuffer, IsFullAt64Pieces) {
  OutBuffer out;
  for (std::size_t i = 0; i < OutBuffer::kMaxPieces; ++i) {
    EXPECT_FALSE(out.full());
    out.borrow(bytes_of("x"));
  }
  EXPECT_TRUE(out.full());
  out.advance(OutBuffer::kMaxPieces);
  EXPECT_FALSE(out.full());
}

TEST(OutBuffer, IsUsedAgainAfterItWasEmptied) {
  OutBuffer out;
  for (int round = 0; round < 3; ++round) {
    const std::string block(2000, static_cast<char>('a' + round));
    out.borrow(bytes_of(block));
    out.own();
    out.append(bytes_of("tail"));
    EXPECT_EQ(gathered(out), block + "tail");
    out.advance(out.size());
    EXPECT_TRUE(out.empty());
  }
}

}  // namespace
}  // namespace suite
