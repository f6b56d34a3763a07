// A session that throws, as no session should: it ends its worker, in order, and nothing else.
#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <optional>
#include <stdexcept>
#include <thread>
#include <vector>

#include "servers/registry.h"
#include "tests/support/socket.h"

namespace suite {
namespace {

using test::Socket;

/// Echoes a byte; breaks on two. Counts those that were told of their end.
class BrittleSession final : public Session {
 public:
  explicit BrittleSession(int& closed) : closed_(closed) {}
  After on_bytes(std::span<const std::byte> in, const Turn&, OutBuffer& out) override {
    if (in.size() > 1) throw std::runtime_error("the session broke");
    out.borrow(in);
    return After::kRead;
  }
  After resume(const Turn&, OutBuffer&) override { return After::kRead; }
  After on_end(const Turn&, OutBuffer&) override { return After::kClose; }
  After on_drain(const Turn&, OutBuffer&) override { return After::kClose; }
  After on_deadline(const Turn&, OutBuffer&) override { return After::kClose; }
  std::optional<std::chrono::nanoseconds> deadline() const override { return std::nullopt; }
  void on_closed(CloseReason) override { ++closed_; }

 private:
  int& closed_;
};

class LoopFailure : public testing::TestWithParam<std::string> {};

INSTANTIATE_TEST_SUITE_P(StraightLineBackends, LoopFailure, testing::Values("fiber", "threads", "pool"),
                         [](const auto& each) { return each.param; });

TEST_P(LoopFailure, OfASessionEndsTheWorkerAndClosesAllItsConnections) {
  const auto backend = find_backend(GetParam());
  if (!backend) GTEST_SKIP() << backend.error().one_line();
  const auto listener = Listener::open(resolve("127.0.0.1", 0)->front(), {});
  const auto stop = EventFd::open();
  ASSERT_TRUE(listener && stop);
  int closed = 0;
  WorkerTotals totals;
  const std::atomic<std::uint32_t> hangups = 0;
  WorkerContext worker{.totals = totals, .index = 0, .workers = 1, .hangups = hangups};
  const SessionFactory factory = [&](const Endpoint&) { return std::make_unique<BrittleSession>(closed); };
  Listener mine = listener->duplicate().value();
  LoopContext context{.listener = mine,
                      .stop_fd = stop->fd(),
                      .make_session = factory,
                      .worker = worker,
                      .limits = {.max_connections = 100,
                                 .send_timeout = std::chrono::seconds(60),
                                 .drain = std::chrono::seconds(60)},
                      .stop_listening = [] {},
                      .on_ready = [] {},
                      .threads = 2};
  std::expected<void, Error> outcome;
  std::thread thread([&] { outcome = (*backend)->make_loop()->run(context); });

  std::vector<Socket> sockets;
  for (int i = 0; i < 5; ++i) {
    sockets.emplace_back(listener->endpoint());
    EXPECT_TRUE(sockets.back().send("x"));
    EXPECT_EQ(sockets.back().receive(1), "x");
  }
  EXPECT_TRUE(sockets.front().send("xx"));
  thread.join();
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().why, "the session broke");
  EXPECT_EQ(closed, 5);
  EXPECT_EQ(totals.cut, 5U);
  for (Socket& socket : sockets) {
    socket.receive_rest();
    EXPECT_NE(socket.end(), test::End::kOpen);
  }
}

}  // namespace
}  // namespace suite
