// Where a server listens: IPv4, IPv6, unix sockets, and what it does where somebody else is already.
#include <sys/socket.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "common/net/listener.h"
#include "tests/conformance/backend_test.h"
#include "tests/support/temporary_folder.h"

namespace suite {
namespace {

using test::Socket;

class Address : public test::BackendTest {
 protected:
  test::ServerOptions at(const std::string& host, std::vector<std::string> flags = {}) const {
    return {.backend = backend(), .host = host, .flags = std::move(flags)};
  }
  // Runs a server that cannot start and returns its one line of error.
  static std::string failure(const test::ServerOptions& options) {
    const test::Finished finished = test::run_to_end(test::serve_command(options));
    EXPECT_EQ(finished.status, test::exited(1));
    EXPECT_EQ(finished.output, "");
    EXPECT_EQ(std::ranges::count(finished.errors, '\n'), 1) << finished.errors;
    return finished.errors;
  }
  test::TemporaryFolder folder_;
  std::string path_ = folder_.file("echo.sock");
};
SUITE_FOR_EVERY_BACKEND_AND_TLS(Address);

TEST_P(Address, ServesOnIpv6) {
  if (!claim_endpoint(resolve("::1", 0)->front())) GTEST_SKIP() << "this machine has no IPv6 on loopback";
  SUITE_START(server, at("::1"));
  EXPECT_TRUE(server.ready_line().starts_with("listening on [::1]:")) << server.ready_line();
  EXPECT_TRUE(test::echoes(server.endpoint()));
  test::expect_clean_end(server);
}

TEST_P(Address, ServesOnAnotherAddressOfLoopback) {
  SUITE_START(server, at("127.0.0.2"));
  EXPECT_TRUE(server.ready_line().starts_with("listening on 127.0.0.2:")) << server.ready_line();
  EXPECT_TRUE(test::echoes(server.endpoint()));
  const Endpoint elsewhere = resolve("127.0.0.1", server.endpoint().port())->front();
  EXPECT_FALSE(Socket(elsewhere).connected()) << "and on no other";
}

TEST_P(Address, ServesOnAName) {
  SUITE_START(server, at("localhost"));
  EXPECT_TRUE(test::echoes(server.endpoint()));
}

TEST_P(Address, ServesOnAUnixSocketAndRemovesItAtTheEnd) {
  SUITE_START(server, at("unix:" + path_));
  EXPECT_EQ(server.endpoint().path(), path_);
  Socket socket(server.endpoint());
  const std::string payload = test::noise(1 << 20);
  EXPECT_TRUE(socket.exchange(payload) == payload);
  socket.close();
  test::expect_clean_end(server);
  EXPECT_FALSE(std::filesystem::exists(path_));
}

TEST_P(Address, SharesAUnixSocketAmongWorkers) {
  SUITE_START(server, at("unix:" + path_, {"--workers", "2"}));
  std::vector<Socket> sockets;
  for (unsigned i = 0; i < 50; ++i) {
    sockets.emplace_back(server.endpoint());
    ASSERT_TRUE(sockets.back().send(test::noise(500, i)));
  }
  for (unsigned i = 0; i < 50; ++i) ASSERT_TRUE(sockets[i].receive(500) == test::noise(500, i));
  sockets.clear();
  test::expect_clean_end(server);
  EXPECT_TRUE(server.totals().starts_with("served 50 connections")) << server.totals();
  EXPECT_FALSE(std::filesystem::exists(path_));
}

TEST_P(Address, DrainsConnectionsThatWaitOnAUnixSocket) {
  SUITE_START(server, at("unix:" + path_));
  server.freeze();
  std::vector<Socket> sockets;
  for (unsigned i = 0; i < 30; ++i) {
    sockets.emplace_back(server.endpoint());
    ASSERT_TRUE(sockets.back().send(test::noise(500, i)));
  }
  server.ask_to_stop();
  server.thaw();
  for (unsigned i = 0; i < 30; ++i) EXPECT_TRUE(sockets[i].receive_rest() == test::noise(500, i)) << i;
  sockets.clear();
  EXPECT_EQ(server.child().wait(), test::exited(0));
}

TEST_P(Address, RemovesItsUnixSocketOnASecondSigtermToo) {
  SUITE_START(server, at("unix:" + path_, {"--drain", "60s"}));
  Socket deaf(server.endpoint());
  test::send_until_blocked(deaf, test::more_than_sockets_hold());
  ASSERT_TRUE(test::eventually([&] {
    server.ask_to_stop();
    return server.child().wait(std::chrono::milliseconds(60)).has_value();
  }));
  EXPECT_FALSE(std::filesystem::exists(path_));
}

TEST_P(Address, ReplacesAStaleSocketFile) {
  {
    SUITE_START(killed, at("unix:" + path_));
    killed.child().signal(SIGKILL);
    ASSERT_EQ(killed.child().wait(), test::killed_by(SIGKILL));
  }
  ASSERT_TRUE(std::filesystem::exists(path_));
  // Worker processes end with their master, and the file is stale only when they have.
  ASSERT_TRUE(test::eventually([&] { return !Socket(Endpoint::unix_socket(path_)).connected(); }));
  SUITE_START(server, at("unix:" + path_));
  EXPECT_TRUE(test::echoes(server.endpoint()));
}

TEST_P(Address, LeavesALivingServersSocketFileAlone) {
  SUITE_START(server, at("unix:" + path_));
  const std::string error = failure(at("unix:" + path_));
  EXPECT_NE(error.find(path_), std::string::npos) << error;
  EXPECT_TRUE(test::echoes(server.endpoint()));
}

TEST_P(Address, LeavesAFileAloneThatIsNoSocket) {
  std::ofstream(path_) << "precious";
  failure(at("unix:" + path_));
  std::string text;
  std::ifstream(path_) >> text;
  EXPECT_EQ(text, "precious");
}

TEST_P(Address, LeavesNoSocketFileWhereItCannotStart) {
  SUITE_START(first, with({}));
  failure({.backend = backend(), .host = "unix:" + folder_.file("none/echo.sock")});
  EXPECT_FALSE(std::filesystem::exists(folder_.file("none")));
}

TEST_P(Address, SaysThatAPortIsTaken) {
  SUITE_START(server, with({}));
  const std::string port = std::to_string(server.endpoint().port());
  for (const char* workers : {"1", "2"}) {
    const std::string error = failure(with({"--port", port, "--workers", workers}));
    EXPECT_NE(error.find("127.0.0.1:" + port), std::string::npos) << error;
    EXPECT_NE(error.find("Address already in use"), std::string::npos) << error;
  }
}

TEST_P(Address, SeesAPortThatSeveralWorkersShare) {
  SUITE_START(server, with({"--workers", "2"}));
  const std::string port = std::to_string(server.endpoint().port());
  for (const char* workers : {"1", "2"}) {
    EXPECT_NE(failure(with({"--port", port, "--workers", workers})).find("already in use"),
              std::string::npos);
  }
}

TEST_P(Address, TakesAPortAgainRightAfterAServerLeftIt) {
  SUITE_START(first, with({}));
  Socket open(first.endpoint());
  ASSERT_TRUE(open.send("x"));
  ASSERT_EQ(open.receive(1), "x");
  const std::string port = std::to_string(first.endpoint().port());
  test::expect_clean_end(first);  // which closes `open` first, and so leaves a TIME_WAIT behind
  SUITE_START(second, with({"--port", port}));
  EXPECT_TRUE(test::echoes(second.endpoint()));
}

}  // namespace
}  // namespace suite
