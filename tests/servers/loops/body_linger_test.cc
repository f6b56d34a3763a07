// What every loop makes of After::kLingerForBody, with limits that a test can wait for.
#include <gtest/gtest.h>

#include <atomic>
#include <thread>
#include <vector>

#include "tests/servers/loops/running_loop.h"
#include "tests/support/socket.h"

namespace suite {
namespace {

using namespace std::chrono_literals;
using test::Socket;

// Refuses whatever comes, and counts itself when it is closed.
class RefusingSession final : public Session {
 public:
  explicit RefusingSession(std::atomic<int>& closed) : closed_(closed) {}
  After on_bytes(std::span<const std::byte>, const Turn&, OutBuffer& out) override {
    out.append(std::as_bytes(std::span("no", 2)));
    return After::kLingerForBody;
  }
  After resume(const Turn&, OutBuffer&) override { return After::kClose; }
  After on_end(const Turn&, OutBuffer&) override { return After::kClose; }
  After on_drain(const Turn&, OutBuffer&) override { return After::kClose; }
  After on_deadline(const Turn&, OutBuffer&) override { return After::kClose; }
  std::optional<std::chrono::nanoseconds> patience() const override { return std::nullopt; }
  void on_closed(CloseReason) override { ++closed_; }

 private:
  std::atomic<int>& closed_;
};

class BodyLinger : public test::LoopTest {
 protected:
  static constexpr auto kSoon = 1s * test::kSlowdown;

  void start(std::chrono::milliseconds in_all, std::chrono::milliseconds gap, std::size_t most = 10) {
    LoopLimits limits = test::RunningLoop::kLimits;
    limits.drain = 60s;
    limits.body_linger = in_all;
    limits.body_linger_gap = gap;
    limits.most_body_lingers = most;
    loop_.emplace(
        backend(), [this](const Endpoint&) { return std::make_unique<RefusingSession>(closed_); }, limits);
  }
  // One that has been refused, and knows it.
  Socket refused() const {
    Socket socket(loop_->endpoint());
    EXPECT_TRUE(socket.send("a body begins"));
    EXPECT_EQ(socket.receive_rest(), "no");
    EXPECT_EQ(socket.end(), test::End::kFinished);
    return socket;
  }
  bool closes(int count) const {
    return test::eventually([&] { return closed_ == count; });
  }
  // Whether what it sends is read.
  static bool is_read(Socket& socket) {
    return socket.send("x") && test::eventually([&] { return socket.unacknowledged() == 0; }) &&
           socket.send("x");
  }

  // Whether the server has closed it, so that what it sends meets a reset.
  static bool is_refused(Socket& socket) {
    return test::eventually([&] { return !socket.send("x"); });
  }

  std::atomic<int> closed_ = 0;
  std::optional<test::RunningLoop> loop_;
};
SUITE_FOR_EVERY_LOOP(BodyLinger);

TEST_P(BodyLinger, EndsWhereNothingComesForTooLong) {
  start(60s, 200ms);
  const test::Stopwatch watch;
  Socket socket = refused();
  EXPECT_TRUE(closes(1));
  EXPECT_GE(watch.elapsed(), 200ms);
  EXPECT_LT(watch.elapsed(), 200ms + kSoon);
}

TEST_P(BodyLinger, EndsAfterItsTimeHoweverMuchStillComes) {
  start(400ms, 10s);
  const test::Stopwatch watch;
  Socket socket = refused();
  EXPECT_TRUE(is_refused(socket));
  EXPECT_GE(watch.elapsed(), 400ms);
  EXPECT_LT(watch.elapsed(), 400ms + kSoon);
  EXPECT_EQ(loop_->end().timeouts, 0U);
}

TEST_P(BodyLinger, LastsWhileBytesCome) {
  start(60s, 400ms * test::kSlowdown);
  const test::Stopwatch watch;
  Socket socket = refused();
  while (watch.elapsed() < 1s * test::kSlowdown) ASSERT_TRUE(is_read(socket));
  EXPECT_EQ(closed_, 0);
}

TEST_P(BodyLinger, EndsTheLongestWhereTooManyDo) {
  start(60s, 60s, 2);
  Socket first = refused(), second = refused();
  EXPECT_TRUE(is_read(first));
  EXPECT_TRUE(is_read(second));
  EXPECT_EQ(closed_, 0);
  Socket third = refused();
  EXPECT_TRUE(closes(1));
  EXPECT_TRUE(is_refused(first));
  EXPECT_TRUE(is_read(second));
  EXPECT_TRUE(is_read(third));
  Socket fourth = refused();
  EXPECT_TRUE(closes(2));
  EXPECT_TRUE(is_refused(second));
  EXPECT_TRUE(is_read(third));
  EXPECT_TRUE(is_read(fourth));
}

TEST_P(BodyLinger, EndsWithTheDrain) {
  start(60s, 60s);
  Socket silent = refused(), sending = refused();
  EXPECT_TRUE(is_read(sending));
  const test::Stopwatch watch;
  const WorkerTotals& totals = loop_->end();
  EXPECT_LT(watch.elapsed(), kSoon);
  EXPECT_EQ(totals.cut, 0U);
  EXPECT_EQ(totals.resets, 0U);
}

TEST_P(BodyLinger, EndsWithTheDrainWhileBytesPour) {
  start(60s, 60s);
  Socket socket = refused();
  const std::string supply = test::noise(1 << 20);
  std::atomic<int> poured = 0;
  std::thread pouring([&] {
    while (socket.send(supply)) ++poured;
  });
  EXPECT_TRUE(test::eventually([&] { return poured > 20; }));
  const test::Stopwatch watch;
  loop_->end();
  EXPECT_LT(watch.elapsed(), kSoon);
  pouring.join();
}

TEST_P(BodyLinger, ServesOthersMeanwhile) {
  start(60s, 60s);
  std::vector<Socket> pouring;
  const std::string supply = test::noise(1 << 20);
  pouring.reserve(5);
  for (int i = 0; i < 5; ++i) pouring.push_back(refused());
  for (int round = 0; round < 10; ++round) {
    for (Socket& socket : pouring) ASSERT_TRUE(socket.send(supply));
    Socket another = refused();
  }
}

}  // namespace
}  // namespace suite
