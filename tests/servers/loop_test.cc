// What every loop makes of a session that throws: the worker ends, with the reason, and nothing hangs; of one
// that there is no memory for, only its connection. It takes a session that no protocol has, so that the
// loops run here and not in a program.
#include "servers/loop.h"

#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <new>
#include <stdexcept>
#include <utility>

#include "tests/servers/loops/running_loop.h"
#include "tests/support/socket.h"

namespace suite {
namespace {

using namespace std::chrono_literals;

/// When a session throws.
enum class Mood { kNever, kOnBytes, kOnDeadline };

class MoodySession final : public Session {
 public:
  explicit MoodySession(Mood mood) : mood_(mood) {}
  After on_bytes(std::span<const std::byte> in, const Turn&, OutBuffer& out) override {
    throw_in(Mood::kOnBytes);
    out.borrow(in);
    return After::kRead;
  }
  After resume(const Turn&, OutBuffer&) override { return After::kRead; }
  After on_end(const Turn&, OutBuffer&) override { return After::kClose; }
  After on_drain(const Turn&, OutBuffer&) override { return After::kClose; }
  After on_deadline(const Turn&, OutBuffer&) override {
    throw_in(Mood::kOnDeadline);
    return After::kClose;
  }
  std::optional<std::chrono::nanoseconds> patience() const override {
    return mood_ == Mood::kOnDeadline ? std::optional(20ms) : std::nullopt;
  }
  void on_closed(CloseReason) override {}

 private:
  void throw_in(Mood mood) const {
    if (mood_ == mood) throw std::runtime_error("this session is in a mood");
  }
  Mood mood_;
};

class LoopFailure : public test::LoopTest {
 protected:
  // The first session is in no mood, and sees the end of the others.
  static SessionFactory quiet_first(Mood then) {
    return [then, first = true](const Endpoint&) mutable {
      return std::make_unique<MoodySession>(std::exchange(first, false) ? Mood::kNever : then);
    };
  }
  static void expect_failure(test::RunningLoop& loop, std::string_view why) {
    test::Socket bystander(loop.endpoint());
    ASSERT_TRUE(bystander.send("x"));
    ASSERT_EQ(bystander.receive(1), "x");
    test::Socket victim(loop.endpoint());
    ASSERT_TRUE(victim.send("x"));
    EXPECT_EQ(loop.outcome(), why);
    bystander.receive_rest();
    EXPECT_NE(bystander.end(), test::End::kOpen) << "its connection outlived the loop";
  }
};

SUITE_FOR_EVERY_LOOP(LoopFailure);

TEST_P(LoopFailure, ASessionThatThrowsEndsTheWorkerWithTheReason) {
  test::RunningLoop loop(backend(), quiet_first(Mood::kOnBytes));
  expect_failure(loop, "this session is in a mood");
}

TEST_P(LoopFailure, SoDoesOneThatThrowsAtItsDeadline) {
  test::RunningLoop loop(backend(), quiet_first(Mood::kOnDeadline));
  expect_failure(loop, "this session is in a mood");
}

// Want of memory is no failure of the loop.
TEST_P(LoopFailure, AConnectionThatGetsNoSessionIsClosedAndTheOthersGoOn) {
  std::atomic<int> sessions{0};
  test::RunningLoop loop(backend(), [&sessions](const Endpoint&) -> std::unique_ptr<Session> {
    if (++sessions == 2) throw std::bad_alloc();
    return std::make_unique<MoodySession>(Mood::kNever);
  });
  test::Socket bystander(loop.endpoint());
  const auto is_served = [](test::Socket& socket) { return socket.send("x") && socket.receive(1) == "x"; };
  ASSERT_TRUE(is_served(bystander));
  test::Socket victim(loop.endpoint());
  victim.receive_rest();
  EXPECT_NE(victim.end(), test::End::kOpen);
  EXPECT_TRUE(is_served(bystander));
  test::Socket later(loop.endpoint());
  EXPECT_TRUE(is_served(later));
}

}  // namespace
}  // namespace suite
