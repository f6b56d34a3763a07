#include "common/process/captured_stream.h"

#include <fcntl.h>
#include <unistd.h>
#include <gtest/gtest.h>

#include <array>
#include <string>
#include <utility>

namespace suite {
namespace {

class CapturedStreamTest : public testing::Test {
 protected:
  void SetUp() override {
    std::array<int, 2> ends{};
    ASSERT_EQ(::pipe2(ends.data(), O_NONBLOCK | O_CLOEXEC), 0);
    stream_ = CapturedStream(UniqueFd(ends[0]));
    writing_.reset(ends[1]);
  }
  // Fills the pipe and drains it until that many bytes have gone through.
  void pour(std::size_t size) {
    const std::string block(1 << 16, 'x');
    for (std::size_t poured = 0; poured < size; stream_.drain()) {
      const ssize_t count = ::write(writing_.get(), block.data(), block.size());
      ASSERT_GT(count, 0);
      poured += static_cast<std::size_t>(count);
    }
  }

  CapturedStream stream_;
  UniqueFd writing_;
};

TEST_F(CapturedStreamTest, GivesWholeLinesAndALastOneWithoutItsEnd) {
  ASSERT_EQ(::write(writing_.get(), "one\ntw", 6), 6);
  stream_.drain();
  EXPECT_EQ(stream_.take_line(), "one");
  EXPECT_EQ(stream_.take_line(), std::nullopt);
  ASSERT_EQ(::write(writing_.get(), "o", 1), 1);
  writing_.reset();
  stream_.drain();
  EXPECT_EQ(stream_.take_line(), "two");
  EXPECT_EQ(stream_.take_line(), std::nullopt);
  EXPECT_EQ(stream_.fd(), -1);
}

TEST_F(CapturedStreamTest, DropsWhatIsTooMuchAndReadsOn) {
  pour(CapturedStream::kMostKept + (1 << 20));
  EXPECT_EQ(stream_.text().size(), CapturedStream::kMostKept);
  writing_.reset();
  stream_.drain();
  EXPECT_EQ(stream_.fd(), -1) << "the writer was not held up";
}

TEST_F(CapturedStreamTest, KeepsTheEndOfALogThatGoesOn) {
  stream_ = CapturedStream(UniqueFd(::dup(stream_.fd())), CapturedStream::Keep::kEnd);
  pour(10 * CapturedStream::kEndKept);
  ASSERT_EQ(::write(writing_.get(), "\nlast words\n", 12), 12);
  writing_.reset();
  stream_.drain();
  EXPECT_GE(stream_.text().size(), CapturedStream::kEndKept);
  EXPECT_LE(stream_.text().size(), 2 * CapturedStream::kEndKept);
  ASSERT_TRUE(stream_.take_line());
  EXPECT_EQ(stream_.take_line(), "last words");
}

}  // namespace
}  // namespace suite
