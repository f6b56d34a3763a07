// What every loop makes of After::kReadOrMore: a long answer, sent in parts, during which the session hears
// what arrives. It takes a session that no protocol has yet, so that the loops run here and not in a program.
#include "servers/read_or_more.h"

#include <gtest/gtest.h>

#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <limits>
#include <thread>

#include "tests/servers/loops/running_loop.h"
#include "tests/support/process_stats.h"
#include "tests/support/socket.h"

namespace suite {
namespace {

using namespace std::chrono_literals;
using test::End;
using test::Socket;

// What the sessions of a test do, and did.
struct Broadcast {
  static constexpr std::size_t kPart = 64 * 1024 - 1;

  std::uint64_t length = 0;  // bytes of a body
  std::size_t part = kPart;  // of it, at a time
  std::optional<std::chrono::nanoseconds> patience;
  bool goes_on_when_draining = true;
  After after_deadline = After::kRead;

  std::atomic<std::uint64_t> made{0};   // bytes of bodies
  std::atomic<std::uint64_t> heard{0};  // bytes of input
  std::atomic<int> resumes{0}, ends{0}, drains{0}, closed{0};
};

// 'b' begins a body of 'x's, which ends with '.'; 'c' cancels it, which is confirmed with '!'; 'e' is
// answered with 'e', at any time; other bytes mean nothing. A drain is confirmed with 'D', a deadline with
// 'P'.
class BroadcastSession final : public Session {
 public:
  explicit BroadcastSession(Broadcast& shared) : shared_(shared) {}

  After on_bytes(std::span<const std::byte> in, const Turn&, OutBuffer& out) override {
    shared_.heard += in.size();
    for (const std::byte& byte : in) {
      const char command = static_cast<char>(byte);
      if (command == 'b') left_ = shared_.length;
      if (command == 'c') {
        left_ = 0;
        add(out, "!");
      }
      if (command == 'e') out.borrow(std::span(&byte, 1));
    }
    return next();
  }
  After resume(const Turn&, OutBuffer& out) override {
    ++shared_.resumes;
    if (left_ == 0) return next();
    const std::size_t size = std::min<std::uint64_t>(left_, shared_.part);
    add(out, std::string(size, 'x'));
    shared_.made += size;
    left_ -= size;
    if (left_ == 0) add(out, ".");
    return next();
  }
  After on_end(const Turn&, OutBuffer&) override {
    ++shared_.ends;
    ending_ = true;
    return next();
  }
  After on_drain(const Turn&, OutBuffer& out) override {
    ++shared_.drains;
    ending_ = true;
    add(out, "D");
    if (!shared_.goes_on_when_draining) left_ = 0;
    return next();
  }
  After on_deadline(const Turn&, OutBuffer& out) override {
    add(out, "P");
    return shared_.after_deadline;
  }
  std::optional<std::chrono::nanoseconds> patience() const override { return shared_.patience; }
  void on_closed(CloseReason) override { ++shared_.closed; }

 private:
  static void add(OutBuffer& out, std::string_view text) { out.append(std::as_bytes(std::span(text))); }
  After next() const {
    if (left_ > 0) return After::kReadOrMore;
    return ending_ ? After::kClose : After::kRead;
  }

  Broadcast& shared_;
  std::uint64_t left_ = 0;
  bool ending_ = false;
};

class ReadOrMore : public test::LoopTest {
 protected:
  static constexpr std::uint64_t kEndless = std::numeric_limits<std::uint64_t>::max();
  // More than sockets hold that nobody reads from.
  static constexpr std::uint64_t kMuch = (test::kSanitized ? 24 : 64) << 20;

  static LoopLimits limits_of(std::chrono::milliseconds send_timeout, std::chrono::milliseconds drain) {
    LoopLimits limits = test::RunningLoop::kLimits;
    limits.send_timeout = send_timeout;
    limits.drain = drain;
    return limits;
  }
  void start(std::uint64_t length, const LoopLimits& limits = limits_of(60s, 60s)) {
    broadcast_.length = length;
    loop_.emplace(
        backend(), [this](const Endpoint&) { return std::make_unique<BroadcastSession>(broadcast_); },
        limits);
  }
  Socket listener(std::string_view command = "b") const {
    Socket socket(loop_->endpoint());
    EXPECT_TRUE(socket.send(command));
    return socket;
  }
  // Until nothing more fits between a body and a client that does not read.
  bool is_blocked() const {
    return test::eventually([this] {
      const std::uint64_t before = broadcast_.made;
      std::this_thread::sleep_for(test::kSlowdown * 50ms);
      return before > 0 && broadcast_.made == before;
    });
  }
  // By comparing memory, which sanitizers are quick about.
  static bool is_all_body(std::string_view text) {
    return text.empty() || (text.front() == 'x' && text.substr(1) == text.substr(0, text.size() - 1));
  }
  // Reads past 'x's up to the first other byte, which it returns; '\0' where none comes among `most` bytes.
  static char after_body(Socket& socket, std::uint64_t most = kMuch) {
    for (std::uint64_t read = 0; read < most;) {
      const std::string piece = socket.receive_next();
      if (piece.empty()) return '\0';
      if (!is_all_body(piece)) return piece[piece.find_first_not_of('x')];
      read += piece.size();
    }
    return '\0';
  }

  Broadcast broadcast_;
  std::optional<test::RunningLoop> loop_;
};
SUITE_FOR_EVERY_LOOP(ReadOrMore);

TEST_P(ReadOrMore, HearsACancelInTheMiddleOfAnAnswer) {
  start(kEndless);
  Socket socket = listener();
  for (int i = 0; i < 10; ++i) {
    EXPECT_TRUE(is_all_body(socket.receive(1 << 20)));
    ASSERT_TRUE(socket.send("c"));
    ASSERT_EQ(after_body(socket), '!') << i;
    ASSERT_TRUE(socket.send("b"));
  }
}

// What it has answered meanwhile comes before the rest of the body.
TEST_P(ReadOrMore, AnswersInTheMiddleOfAnAnswer) {
  start(kEndless);
  Socket socket = listener();
  for (int i = 0; i < 10; ++i) {
    ASSERT_TRUE(socket.send("e"));
    ASSERT_EQ(after_body(socket), 'e') << i;
  }
}

TEST_P(ReadOrMore, GoesOnWhereNothingArrives) {
  start(kMuch);
  Socket socket = listener();
  const std::string body = socket.receive(kMuch + 1);
  ASSERT_EQ(body.size(), kMuch + 1);
  EXPECT_TRUE(is_all_body(std::string_view(body).substr(0, kMuch)));
  EXPECT_EQ(body.back(), '.');
  EXPECT_EQ(broadcast_.resumes, static_cast<int>(kMuch / Broadcast::kPart + 1));
  EXPECT_LT(test::cpu_used_in(200ms, ::getpid()), 10ms * test::kSlowdown) << "it waits for input again";
  ASSERT_TRUE(socket.send("e"));
  EXPECT_EQ(socket.receive(1), "e");
}

TEST_P(ReadOrMore, TakesAllThatArrivesMeanwhile) {
  start(kEndless);
  Socket socket = listener();
  const std::string supply(4 << 20, '-');
  std::thread sending([&] { EXPECT_TRUE(socket.send(supply)); });
  while (broadcast_.heard < supply.size() + 1) ASSERT_EQ(socket.receive(1 << 16).size(), 1U << 16);
  sending.join();
  ASSERT_TRUE(socket.send("c"));
  EXPECT_EQ(after_body(socket), '!');
}

TEST_P(ReadOrMore, APeerThatNeverReadsCostsNeitherMemoryNorCpu) {
  start(kEndless);
  const std::size_t memory_before = test::resident_bytes(::getpid());
  std::vector<Socket> deaf;
  for (int i = 0; i < 5; ++i) deaf.push_back(listener());
  ASSERT_TRUE(is_blocked());
  for (Socket& socket : deaf) socket.send_some(std::string(100'000, '-'));
  EXPECT_LT(test::cpu_used_in(200ms, ::getpid()), 10ms * test::kSlowdown);
  if (!test::kSanitized) {
    EXPECT_LT(test::resident_bytes(::getpid()), memory_before + (5 * 256 << 10) + (2 << 20));
  }
  Socket another = listener("e");
  EXPECT_EQ(another.receive(1), "e") << "others are served meanwhile";
}

TEST_P(ReadOrMore, APeerThatNeverReadsTimesOut) {
  start(kEndless, limits_of(200ms, 60s));
  Socket deaf = listener();
  EXPECT_TRUE(test::eventually([this] { return broadcast_.closed == 1; }));
  EXPECT_EQ(loop_->end().timeouts, 1U);
}

TEST_P(ReadOrMore, ServesOthersWhileOneTakesAllItCan) {
  broadcast_.part = 1000;  // its socket is never full
  start(kEndless);
  Socket greedy = listener();
  std::atomic<bool> over = false;
  std::thread reading([&] {  // discarded in the kernel
    while (!over) ::recv(greedy.fd(), nullptr, 1 << 20, MSG_TRUNC);
  });
  for (int i = 0; i < 20; ++i) {
    Socket another = listener("e");
    EXPECT_EQ(another.receive(1, 2s * test::kSlowdown), "e") << i;
  }
  over = true;
  reading.join();
}

TEST_P(ReadOrMore, GivesAHalfClosedPeerItsWholeAnswer) {
  start(kMuch);
  Socket socket = listener();
  ASSERT_EQ(socket.receive(1), "x");
  socket.shut_down_sending();
  const std::string rest = socket.receive_rest();
  EXPECT_EQ(rest.size(), kMuch);
  EXPECT_EQ(rest.back(), '.');
  EXPECT_EQ(socket.end(), End::kFinished);
  EXPECT_EQ(broadcast_.ends, 1);
}

TEST_P(ReadOrMore, HearsOfThePeersEndInTheMiddleOfAnAnswer) {
  start(kEndless);
  Socket socket = listener();
  ASSERT_EQ(socket.receive(1), "x");
  socket.shut_down_sending();
  EXPECT_TRUE(test::eventually([&] {
    socket.receive_next();
    return broadcast_.ends == 1;
  }));
  EXPECT_EQ(socket.receive(1 << 22).size(), 1U << 22) << "and goes on";
  EXPECT_EQ(broadcast_.ends, 1) << "which is said once";
}

TEST_P(ReadOrMore, HearsOfTheDrainInTheMiddleOfAnAnswerAndEndsIt) {
  broadcast_.goes_on_when_draining = false;
  start(kEndless);
  Socket socket = listener();
  ASSERT_EQ(socket.receive(1), "x");
  loop_->ask_to_stop();
  EXPECT_EQ(after_body(socket), 'D');
  EXPECT_EQ(socket.receive_rest(), "");
  EXPECT_EQ(socket.end(), End::kFinished);
  socket.close();
  EXPECT_EQ(loop_->end().cut, 0U);
  EXPECT_EQ(broadcast_.drains, 1);
}

TEST_P(ReadOrMore, OrFinishesItWhileTheServerDrains) {
  start(kMuch);
  Socket socket = listener();
  ASSERT_TRUE(is_blocked());
  loop_->ask_to_stop();
  ASSERT_TRUE(test::eventually([&] { return !Socket(loop_->endpoint(), {}, 50ms).connected(); }));
  const std::string rest = socket.receive_rest();
  EXPECT_EQ(rest.size(), kMuch + 2);
  const std::size_t drain = rest.find('D');
  ASSERT_NE(drain, std::string::npos);
  EXPECT_EQ(rest.find('D', drain + 1), std::string::npos);
  EXPECT_EQ(rest.back(), '.');
  socket.close();
  EXPECT_EQ(loop_->end().cut, 0U);
}

TEST_P(ReadOrMore, IsCutWhenTheDrainIsOver) {
  start(kEndless, limits_of(60s, 200ms));
  Socket greedy = listener();
  ASSERT_EQ(greedy.receive(1), "x");
  std::thread reading([&] { greedy.receive_rest(); });
  std::thread pouring([&] {
    while (greedy.send("----------")) {
    }
  });
  EXPECT_EQ(loop_->end().cut, 1U);
  reading.join();
  pouring.join();
}

TEST_P(ReadOrMore, ADeadlineThatASessionSurvivesIsNoTimeOut) {
  broadcast_.patience = 30ms;
  start(0);
  Socket socket(loop_->endpoint());
  EXPECT_EQ(socket.receive(3), "PPP");
  ASSERT_TRUE(socket.send("e"));
  EXPECT_NE(socket.receive(4).find('e'), std::string::npos);
  socket.close();
  EXPECT_TRUE(test::eventually([this] { return broadcast_.closed == 1; }));
  EXPECT_EQ(loop_->end().timeouts, 0U);
}

TEST_P(ReadOrMore, OneThatItDoesNotSurviveIs) {
  broadcast_.patience = 30ms;
  broadcast_.after_deadline = After::kClose;
  start(0);
  Socket socket(loop_->endpoint());
  EXPECT_EQ(socket.receive_rest(), "P");
  EXPECT_EQ(loop_->end().timeouts, 1U);
}

TEST_P(ReadOrMore, ASessionThatSendsIsNotWaitingForItsPeer) {
  broadcast_.patience = 50ms;
  start(kMuch);
  Socket socket = listener();
  std::string body;
  for (int i = 0; i < 10; ++i) {  // slower than its patience, all in all
    body += socket.receive(kMuch / 10);
    std::this_thread::sleep_for(20ms);
  }
  EXPECT_EQ(body.find('P'), std::string::npos);
}

}  // namespace
}  // namespace suite
