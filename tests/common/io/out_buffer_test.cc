#include "common/io/out_buffer.h"

#include <fcntl.h>
#include <unistd.h>
#include <gtest/gtest.h>

#include <array>
#include <string>
#include <string_view>

#include "tests/support/bytes.h"

namespace suite {
namespace {

using test::bytes_of;

// What a send would take now, through `window` pieces at a time.
std::string gathered(OutBuffer& out, std::size_t window = OutBuffer::kMaxPieces) {
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
  Mixed mixed;
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

TEST(OutBuffer, KeepsTheOwnerOfSharedBytesUntilTheyAreSent) {
  OutBuffer out;
  auto text = std::make_shared<const std::string>("shared by many");
  const std::weak_ptr<const std::string> watched = text;
  out.append(bytes_of("head "));
  out.share(text, bytes_of(*text));
  text.reset();
  out.own();
  EXPECT_FALSE(watched.expired());
  EXPECT_EQ(gathered(out), "head shared by many");
  out.advance(6);
  EXPECT_EQ(gathered(out), "hared by many");
  out.advance(13);
  EXPECT_TRUE(watched.expired());
}

class OutBufferFile : public testing::Test {
 protected:
  static constexpr std::size_t kSize = 3 * WindowPool::kWindowBytes + 1000;

  OutBufferFile() : text_(kSize, '?') {
    for (std::size_t i = 0; i < text_.size(); ++i) text_[i] = static_cast<char>('a' + i % 23);
    EXPECT_EQ(::ftruncate(fd_, 0), 0);
    EXPECT_EQ(::pwrite(fd_, text_.data(), text_.size(), 0), static_cast<ssize_t>(kSize));
    struct stat facts{};
    EXPECT_EQ(::fstat(fd_, &facts), 0);
    file_ = std::make_shared<SourceFile>(UniqueFd(::dup(fd_)), facts);
  }
  ~OutBufferFile() override { ::close(fd_); }

  void add(std::uint64_t offset, std::uint64_t size) {
    out_.append_file({.file = file_, .offset = offset, .size = size}, pool_);
  }
  // All that can be sent, in steps of at most `step` bytes.
  std::string drain(std::size_t step, bool wait_between = false) {
    std::string sent;
    while (true) {
      const std::string now = gathered(out_).substr(0, step);
      if (now.empty()) return sent;
      sent += now;
      out_.advance(now.size());
      if (wait_between) out_.release_window();
    }
  }

  int fd_ = ::open("/tmp", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
  std::string text_;
  std::shared_ptr<SourceFile> file_;
  WindowPool pool_;
  OutBuffer out_;
};

TEST_F(OutBufferFile, IsSentWholeBehindItsHeadWhateverTheSteps) {
  for (const std::size_t step : {std::size_t{1} << 30, WindowPool::kWindowBytes, std::size_t{99'991}}) {
    out_.append(bytes_of("head"));
    add(0, kSize);
    EXPECT_TRUE(out_.full());
    EXPECT_EQ(out_.size(), kSize + 4);
    EXPECT_TRUE(drain(step) == "head" + text_) << step;
    EXPECT_TRUE(out_.empty());
  }
}

TEST_F(OutBufferFile, IsReadAnewWhereItsWindowWasGivenBack) {
  add(0, kSize);
  EXPECT_TRUE(drain(70'001, true) == text_);
}

TEST_F(OutBufferFile, SendsASliceExactly) {
  add(12'345, WindowPool::kWindowBytes + 1);
  EXPECT_TRUE(drain(50'000) == text_.substr(12'345, WindowPool::kWindowBytes + 1));
}

TEST_F(OutBufferFile, StopsForGoodWhereTheFileShrank) {
  add(0, kSize);
  ASSERT_EQ(::ftruncate(fd_, WindowPool::kWindowBytes + 10), 0);
  EXPECT_TRUE(drain(kSize) == text_.substr(0, WindowPool::kWindowBytes)) << "no padding, no mixture";
  EXPECT_FALSE(out_.empty());
}

TEST_F(OutBufferFile, WithholdsItsEndWhereTheFileChanged) {
  add(0, kSize);
  const std::array<timespec, 2> times{timespec{.tv_sec = 1, .tv_nsec = 0},
                                      timespec{.tv_sec = 1, .tv_nsec = 0}};
  ASSERT_EQ(::futimens(fd_, times.data()), 0);
  EXPECT_EQ(drain(kSize).size(), 3 * WindowPool::kWindowBytes);
  EXPECT_FALSE(out_.empty());
}

// A log that is appended to while it is sent.
TEST_F(OutBufferFile, SendsWhatWasPromisedOfAFileThatGrew) {
  add(0, kSize);
  ASSERT_EQ(::pwrite(fd_, "more", 4, static_cast<off_t>(kSize)), 4);
  EXPECT_TRUE(drain(kSize) == text_);
  EXPECT_TRUE(out_.empty());
}

TEST_F(OutBufferFile, GivesItsWindowBackWhenItIsThrownAway) {
  {
    OutBuffer out;
    out.append_file({.file = file_, .offset = 0, .size = kSize}, pool_);
    std::array<iovec, 2> pieces;
    EXPECT_EQ(out.gather(pieces), 1U);
  }
  EXPECT_EQ(file_.use_count(), 1);
}

}  // namespace
}  // namespace suite
