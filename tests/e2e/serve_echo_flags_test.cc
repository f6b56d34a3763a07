// Every flag of `suite serve-echo` does what it says: each test here fails when its flag is ignored. What a
// flag means to each backend is tested in tests/conformance.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "common/net/listener.h"
#include "tests/support/process_stats.h"
#include "tests/support/server.h"
#include "tests/support/socket.h"

namespace suite {
namespace {

using namespace std::chrono_literals;
using test::Server;
using test::Socket;

Server started(std::vector<std::string> flags) { return Server({.flags = std::move(flags)}); }

// How many of `count` connections a server that accepts nothing lets wait.
std::size_t connections_let_in(const Endpoint& server, std::size_t count) {
  std::vector<UniqueFd> sockets;
  std::vector<pollfd> waits;
  for (std::size_t i = 0; i < count; ++i) {
    sockets.emplace_back(::socket(server.family(), SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    const bool done = ::connect(sockets.back().get(), server.address(), server.length()) == 0;
    EXPECT_TRUE(done || errno == EINPROGRESS) << errno;
    waits.push_back({.fd = sockets.back().get(), .events = POLLOUT, .revents = 0});
  }
  // On loopback a handshake is over within connect(2), or the kernel has dropped it.
  ::poll(waits.data(), waits.size(), 0);
  return static_cast<std::size_t>(
      std::ranges::count_if(waits, [](const pollfd& wait) { return (wait.revents & POLLOUT) != 0; }));
}

TEST(ServeEchoFlags, BackendChoosesTheLoop) {
  for (const char* flag : {"-b", "--backend"}) {
    Server server(started({flag, "prefork"}));
    ASSERT_TRUE(server.running()) << server.child().errors();
    EXPECT_TRUE(server.ready_line().ends_with("(prefork, 1 worker)")) << server.ready_line();
    EXPECT_EQ(test::children_of(server.pid()).size(), 1U) << "its worker is a process";
  }
  Server server(started({}));
  EXPECT_TRUE(server.ready_line().ends_with("(epoll, 1 worker)")) << "the default";
}

TEST(ServeEchoFlags, HostChoosesTheAddress) {
  Server server(Server({.host = "127.0.0.3"}));
  ASSERT_TRUE(server.running()) << server.child().errors();
  EXPECT_TRUE(test::echoes(server.endpoint()));
  EXPECT_FALSE(Socket(resolve("127.0.0.1", server.endpoint().port())->front()).connected());
}

TEST(ServeEchoFlags, PortChoosesThePort) {
  const auto claimed = claim_endpoint(resolve("127.0.0.1", 0)->front());
  ASSERT_TRUE(claimed);
  for (const char* flag : {"-p", "--port"}) {
    Server server(started({flag, std::to_string(claimed->port())}));
    ASSERT_TRUE(server.running()) << server.child().errors();
    EXPECT_EQ(server.endpoint().port(), claimed->port());
    EXPECT_TRUE(test::echoes(*claimed));
  }
}

TEST(ServeEchoFlags, PortZeroFindsAFreeOne) {
  Server first(started({"--port", "0"})), second(started({"--port", "0"}));
  ASSERT_TRUE(first.running() && second.running());
  EXPECT_NE(first.endpoint().port(), second.endpoint().port());
}

TEST(ServeEchoFlags, WorkersSetsTheirNumber) {
  for (const char* flag : {"-w", "--workers"}) {
    Server one(started({})), three(started({flag, "3"}));
    ASSERT_TRUE(one.running() && three.running());
    EXPECT_TRUE(three.ready_line().ends_with(", 3 workers)")) << three.ready_line();
    EXPECT_EQ(test::thread_count(three.pid()), test::thread_count(one.pid()) + 2);
  }
}

TEST(ServeEchoFlags, BacklogBoundsWhatWaitsToBeAccepted) {
  Server small(started({"--backlog", "4"})), large(started({"--backlog", "64"}));
  ASSERT_TRUE(small.running() && large.running());
  small.freeze();
  large.freeze();
  const std::size_t few = connections_let_in(small.endpoint(), 60);
  EXPECT_GE(few, 4U);
  EXPECT_LE(few, 6U);  // the kernel lets one more in than it was told
  EXPECT_EQ(connections_let_in(large.endpoint(), 60), 60U);
}

TEST(ServeEchoFlags, MaxConnectionsLeavesTheRestWaiting) {
  Server server(started({"--max-connections", "1"}));
  ASSERT_TRUE(server.running());
  Socket first(server.endpoint());
  ASSERT_TRUE(first.send("x"));
  ASSERT_EQ(first.receive(1), "x");
  Socket second(server.endpoint());
  ASSERT_TRUE(second.send("y"));
  EXPECT_EQ(second.receive(1, 100ms), "");
  first.close();
  EXPECT_EQ(second.receive(1), "y");
}

TEST(ServeEchoFlags, IdleTimeoutClosesTheSilent) {
  Server server(started({"--idle-timeout", "100ms"}));
  ASSERT_TRUE(server.running());
  Socket silent(server.endpoint());
  silent.receive_rest();
  EXPECT_EQ(silent.end(), test::End::kFinished);
}

TEST(ServeEchoFlags, IdleTimeoutIsOffByDefault) {
  Server server(started({}));
  ASSERT_TRUE(server.running());
  Socket silent(server.endpoint());
  silent.receive_rest(300ms);
  EXPECT_EQ(silent.end(), test::End::kOpen);
}

TEST(ServeEchoFlags, SendTimeoutClosesTheDeaf) {
  Server server(started({"--send-timeout", "100ms"}));
  ASSERT_TRUE(server.running());
  Socket deaf(server.endpoint());
  const std::string supply = test::noise(1 << 20);
  EXPECT_TRUE(test::eventually([&] { return deaf.send_some(supply) == 0 && errno != EAGAIN; }));
}

TEST(ServeEchoFlags, BusyPollSpins) {
  Server spinning(started({"--busy-poll"})), sleeping(started({}));
  ASSERT_TRUE(spinning.running() && sleeping.running());
  const auto asleep_before = test::cpu_time(sleeping.pid());
  const auto before = test::cpu_time(spinning.pid());
  EXPECT_TRUE(test::eventually([&] { return test::cpu_time(spinning.pid()) - before > 100ms; }));
  EXPECT_LT(test::cpu_time(sleeping.pid()) - asleep_before, 20ms);
}

TEST(ServeEchoFlags, DrainBoundsTheWaitForThoseWhoDoNotRead) {
  Server server(started({"--drain", "300ms"}));
  ASSERT_TRUE(server.running());
  Socket deaf(server.endpoint());
  const std::string supply = test::noise(1 << 20);
  pollfd wait{.fd = deaf.fd(), .events = POLLOUT, .revents = 0};
  while (::poll(&wait, 1, 100 * test::kSlowdown) > 0) deaf.send_some(supply);
  const test::Stopwatch watch;
  EXPECT_EQ(server.stop(), test::exited(0));
  EXPECT_GE(watch.elapsed(), 300ms);
  EXPECT_LT(watch.elapsed(), 1500ms * test::kSlowdown) << "less than the default of 5 s";
}

TEST(ServeEchoFlags, QuietLeavesTheReadyLineOnly) {
  for (const char* flag : {"-q", "--quiet"}) {
    Server quiet(started({flag, "--workers", "2"}));
    ASSERT_TRUE(quiet.running());
    EXPECT_TRUE(test::echoes(quiet.endpoint()));
    EXPECT_EQ(quiet.stop(), test::exited(0));
    EXPECT_EQ(quiet.child().errors(), quiet.ready_line() + "\n");
    EXPECT_EQ(quiet.child().output(), "");
  }
}

TEST(ServeEchoStreams, StandardOutputIsEmptyAndTotalsComeAtTheEnd) {
  Server server(started({"--workers", "2"}));
  ASSERT_TRUE(server.running());
  EXPECT_EQ(server.child().errors(), server.ready_line() + "\n") << "nothing before the end";
  EXPECT_TRUE(test::echoes(server.endpoint(), "twelve bytes"));
  EXPECT_EQ(server.stop(), test::exited(0));
  EXPECT_EQ(server.child().output(), "");
  EXPECT_THAT(server.totals(), testing::HasSubstr("served 1 connection, 1 request, 12 B in, 12 B out, "));
  EXPECT_THAT(server.totals(), testing::HasSubstr(" CPU"));
  EXPECT_THAT(server.child().errors(), testing::HasSubstr("  worker 0: "));
  EXPECT_THAT(server.child().errors(), testing::HasSubstr("  worker 1: "));
}

TEST(ServeEchoStreams, ListensAsSoonAsItSaysSo) {
  for (int i = 0; i < 5; ++i) {
    Server server(started({"--workers", "4"}));
    ASSERT_TRUE(server.running());
    EXPECT_TRUE(Socket(server.endpoint(), {}, 1s * test::kSlowdown).connected());
  }
}

}  // namespace
}  // namespace suite
