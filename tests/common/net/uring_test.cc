#include "common/net/uring.h"

#include <sys/socket.h>
#include <gtest/gtest.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <string>
#include <utility>
#include <vector>

#include "common/net/unique_fd.h"

namespace suite {
namespace {

using namespace std::chrono_literals;
using Chunk = ReceiveBuffers::Chunk;

std::string text_of(const Chunk& chunk) {
  return {reinterpret_cast<const char*>(chunk.bytes.data()), chunk.bytes.size()};
}

class UringTest : public testing::Test {
 protected:
  void SetUp() override {
    auto ring = Uring::open({.submissions = 8, .completions = 64});
    if (!ring) GTEST_SKIP() << ring.error().one_line();
    ring_ = std::move(*ring);
    auto buffers = ReceiveBuffers::open(*ring_);
    ASSERT_TRUE(buffers) << buffers.error().one_line();
    buffers_ = std::move(*buffers);
    std::array<int, 2> pair{};
    ASSERT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair.data()), 0);
    ours_ = UniqueFd(pair[0]);
    theirs_ = UniqueFd(pair[1]);
  }

  void receive() {
    receiving_ = true;
    buffers_->prepare(ring_->next_entry(), ours_.get(), ReceiveBuffers::Receive::kOn);
  }
  void send(const std::string& text) const {
    ASSERT_EQ(::send(theirs_.get(), text.data(), text.size(), MSG_NOSIGNAL | MSG_DONTWAIT),
              static_cast<ssize_t>(text.size()));
  }
  /// What came within a while: chunks, and the results of completions without one.
  void look() {
    if (!receiving_) receive();
    ring_->submit_and_wait(200ms);
    const unsigned count = ring_->peek_completions([](const io_uring_cqe&) {});
    ring_->take_completions(count, [this](const io_uring_cqe& completion) {
      receiving_ = (completion.flags & IORING_CQE_F_MORE) != 0;
      if ((completion.flags & IORING_CQE_F_BUFFER) != 0) {
        chunks_.push_back(buffers_->take(completion));
      } else {
        results_.push_back(completion.res);
      }
    });
  }

  std::unique_ptr<Uring> ring_;
  std::unique_ptr<ReceiveBuffers> buffers_;
  UniqueFd ours_;
  UniqueFd theirs_;
  bool receiving_ = false;
  std::vector<Chunk> chunks_;
  std::vector<int> results_;
};

TEST_F(UringTest, ReceivesIntoBuffersOfItsOwnAndGoesOn) {
  for (const std::string text : {"first", "and second"}) {
    send(text);
    look();
    ASSERT_FALSE(chunks_.empty());
    EXPECT_EQ(text_of(chunks_.back()), text);
  }
  EXPECT_EQ(text_of(chunks_.front()), "first") << "it is in use still";
}

TEST_F(UringTest, FillsBuffersAgainThatWereGivenBack) {
  const std::string portion(60'000, 'p');
  for (int i = 0; i < 100; ++i) {
    const std::string sent = std::to_string(i) + portion;
    send(sent);
    std::string received;
    while (received.size() < sent.size()) {
      look();
      ASSERT_FALSE(chunks_.empty()) << received.size() << " of " << sent.size() << " in round " << i;
      for (const Chunk& chunk : std::exchange(chunks_, {})) {
        received += text_of(chunk);
        buffers_->give_back(chunk);
      }
    }
    ASSERT_EQ(received, sent);
    ASSERT_TRUE(results_.empty()) << results_.front();
  }
}

TEST_F(UringTest, SaysWhenNoBufferIsLeftAndGoesOnWhenOneIsGivenBack) {
  const std::string portion(50'000, 'p');
  std::size_t held = 0;
  while (results_.empty()) {
    ASSERT_LT(held, std::size_t{64} << 20) << "the memory has no end";
    send(portion);
    look();
    held += portion.size();
  }
  EXPECT_EQ(results_.front(), -ENOBUFS);
  for (const Chunk& chunk : std::exchange(chunks_, {})) buffers_->give_back(chunk);
  look();
  ASSERT_FALSE(chunks_.empty());
  EXPECT_EQ(text_of(chunks_.front()).front(), 'p');
}

TEST_F(UringTest, EndsAReceiveThatGoesOnAfterALimitWhereTheKernelHasOne) {
  if (!buffers_->limited()) GTEST_SKIP() << "this kernel has none";
  receive();
  send(std::string(100'000, 'p'));
  look();
  std::size_t received = 0;
  for (const Chunk& chunk : chunks_) received += chunk.bytes.size();
  EXPECT_EQ(received, 64 * 1024);
  EXPECT_FALSE(receiving_);
}

TEST_F(UringTest, WaitsNoLongerThanItIsTold) {
  receive();
  const auto start = std::chrono::steady_clock::now();
  ring_->submit_and_wait(20ms);
  EXPECT_GE(std::chrono::steady_clock::now() - start, 20ms);
  ring_->peek_completions([](const io_uring_cqe& completion) { FAIL() << completion.res; });
}

TEST_F(UringTest, TakesMoreEntriesThanItsQueueHolds) {
  constexpr std::uint64_t kEntries = 50;
  for (std::uint64_t i = 0; i < kEntries; ++i) {
    io_uring_sqe& entry = ring_->next_entry();
    io_uring_prep_nop(&entry);
    entry.user_data = i;
  }
  ring_->submit_and_look();
  std::vector<std::uint64_t> seen;
  EXPECT_EQ(ring_->peek_completions([&](const io_uring_cqe& completion) { EXPECT_EQ(completion.res, 0); }),
            kEntries);
  EXPECT_TRUE(ring_->settled());
  ring_->take_completions(kEntries,
                          [&](const io_uring_cqe& completion) { seen.push_back(completion.user_data); });
  ASSERT_EQ(seen.size(), kEntries);
  for (std::uint64_t i = 0; i < kEntries; ++i) EXPECT_EQ(seen[i], i);
  ring_->peek_completions([](const io_uring_cqe&) { FAIL() << "taken, and there still"; });
}

TEST_F(UringTest, LeavesCompletionsThatComeWhileOthersAreTaken) {
  const auto submit_one = [this](std::uint64_t name) {
    io_uring_sqe& entry = ring_->next_entry();
    io_uring_prep_nop(&entry);
    entry.user_data = name;
    ring_->submit_and_look();
  };
  submit_one(1);
  std::vector<std::uint64_t> seen;
  const unsigned count = ring_->peek_completions([](const io_uring_cqe&) {});
  ring_->take_completions(count, [&](const io_uring_cqe& completion) {
    seen.push_back(completion.user_data);
    submit_one(2);
  });
  EXPECT_EQ(seen, std::vector<std::uint64_t>{1});
  EXPECT_EQ(ring_->peek_completions([](const io_uring_cqe& later) { EXPECT_EQ(later.user_data, 2U); }), 1U);
}

TEST_F(UringTest, IsNotSettledWhileCompletionsWaitForRoom) {
  for (int i = 0; i < 100; ++i) io_uring_prep_nop(&ring_->next_entry());
  ring_->submit_and_look();
  EXPECT_FALSE(ring_->settled());
  std::size_t taken = 0;
  while (taken < 100) {
    const unsigned count = ring_->peek_completions([](const io_uring_cqe&) {});
    ASSERT_GT(count, 0U);
    ring_->take_completions(count, [&](const io_uring_cqe&) { ++taken; });
    ring_->submit_and_look();
  }
  EXPECT_TRUE(ring_->settled());
}

}  // namespace
}  // namespace suite
