// What every loop makes of a session that throws: the worker ends, with the reason, and nothing hangs. It
// takes a session that no protocol has, so that the loops run here and not in a program.
#include "servers/loop.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <future>
#include <stdexcept>

#include "servers/registry.h"
#include "tests/support/patience.h"
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
  std::optional<std::chrono::nanoseconds> deadline() const override {
    return mood_ == Mood::kOnDeadline ? std::optional(20ms) : std::nullopt;
  }
  void on_closed(CloseReason) override {}

 private:
  void throw_in(Mood mood) const {
    if (mood_ == mood) throw std::runtime_error("this session is in a mood");
  }
  Mood mood_;
};

/// One run of a loop, on a thread of its own. What it throws counts as returned.
class Running {
 public:
  Running(const Backend& backend, SessionFactory factory)
      : factory_(std::move(factory)), outcome_(std::async(std::launch::async, [this, &backend] {
          try {
            const auto served = backend.make_loop()->run(context_);
            return served ? std::string("nothing failed") : served.error().why;
          } catch (const std::exception& error) {
            return std::string(error.what());
          }
        })) {}
  ~Running() {
    stop_.set();
    outcome_.wait();
  }

  const Endpoint& endpoint() const { return listener_.endpoint(); }
  /// What the loop said when it ended by itself.
  std::string outcome() {
    return outcome_.wait_for(test::kPatience) == std::future_status::ready ? outcome_.get() : "it goes on";
  }

 private:
  Listener listener_ = Listener::open(resolve("127.0.0.1", 0)->front(), {}).value();
  EventFd stop_ = EventFd::open().value();
  WorkerTotals totals_;
  std::atomic<std::uint32_t> hangups_{0};
  WorkerContext worker_{.totals = totals_, .index = 0, .workers = 1, .hangups = hangups_};
  SessionFactory factory_;
  LoopContext context_{.listener = listener_,
                       .stop_fd = stop_.fd(),
                       .make_session = factory_,
                       .worker = worker_,
                       .limits = {.max_connections = 100, .send_timeout = 10s, .drain = 1s},
                       .stop_listening = [this] { listener_.shut_down(); },
                       .on_ready = [] {},
                       .threads = 2};
  std::shared_future<std::string> outcome_;  // last: the loop uses the others
};

class LoopFailure : public testing::TestWithParam<std::string> {
 protected:
  const Backend& backend() const { return **find_backend(GetParam()); }
  void SetUp() override {
    if (backend().usable == nullptr) return;
    if (const auto usable = backend().usable(); !usable) GTEST_SKIP() << usable.error().one_line();
  }

  // The first session is in no mood, and sees the end of the others.
  static SessionFactory quiet_first(Mood then) {
    return [then, first = true](const Endpoint&) mutable {
      return std::make_unique<MoodySession>(std::exchange(first, false) ? Mood::kNever : then);
    };
  }
  static void expect_failure(Running& loop, std::string_view why) {
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

std::vector<std::string> backends_in_one_process() {
  std::vector<std::string> names;
  for (const Backend& backend : backends()) {
    if (backend.workers != WorkerKind::kProcesses) names.emplace_back(backend.name);
  }
  return names;
}

INSTANTIATE_TEST_SUITE_P(EveryBackend, LoopFailure, testing::ValuesIn(backends_in_one_process()),
                         [](const auto& each) {
                           std::string name = each.param;
                           std::ranges::replace(name, '-', '_');
                           return name;
                         });

TEST_P(LoopFailure, ASessionThatThrowsEndsTheWorkerWithTheReason) {
  Running loop(backend(), quiet_first(Mood::kOnBytes));
  expect_failure(loop, "this session is in a mood");
}

TEST_P(LoopFailure, SoDoesOneThatThrowsAtItsDeadline) {
  Running loop(backend(), quiet_first(Mood::kOnDeadline));
  expect_failure(loop, "this session is in a mood");
}

TEST_P(LoopFailure, SoDoesAConnectionThatGetsNoSession) {
  Running loop(backend(), [first = true](const Endpoint&) mutable -> std::unique_ptr<Session> {
    if (!std::exchange(first, false)) throw std::bad_alloc();
    return std::make_unique<MoodySession>(Mood::kNever);
  });
  expect_failure(loop, "std::bad_alloc");
}

}  // namespace
}  // namespace suite
