// Calls that fail as they rarely do: short sends, EAGAIN, EMFILE, ECONNABORTED. Echo stays exact.
#include <thread>

#include "tests/conformance/backend_test.h"
#include "tests/conformance/faults.h"
#include "tests/support/process_stats.h"
#include "tests/support/temporary_folder.h"

namespace suite {
namespace {

using namespace std::chrono_literals;
using test::Socket;

class Faults : public test::BackendTest {
 protected:
  void SetUp() override {
    BackendTest::SetUp();
    if (test::kThreadSanitized) GTEST_SKIP() << "ThreadSanitizer does not start with a library preloaded";
  }

  test::ServerOptions suffering(const test::Variables& faults) const {
    test::ServerOptions options = with({});
    options.environment = test::with_faults(faults, log_);
    return options;
  }
  // A backend whose library makes the system call by itself does not see its faults.
  bool struck(char kind) const { return test::struck(log_, {&kind, 1}); }

  static void expect_exact_echo(const Endpoint& server, std::size_t size) {
    std::vector<Socket> sockets;
    for (unsigned i = 0; i < 4; ++i) {
      sockets.emplace_back(server);
      ASSERT_TRUE(sockets.back().exchange(test::noise(size, i), 7919) == test::noise(size, i)) << i;
    }
    for (Socket& socket : sockets) {
      ASSERT_TRUE(socket.send("and the end"));
      socket.shut_down_sending();
      EXPECT_EQ(socket.receive_rest(), "and the end");
    }
  }

  static void expect_all_served(const Endpoint& server, std::size_t count) {
    std::vector<Socket> sockets;
    for (unsigned i = 0; i < count; ++i) {
      sockets.emplace_back(server);
      ASSERT_TRUE(sockets.back().send(test::noise(200, i)));
    }
    for (unsigned i = 0; i < count; ++i) ASSERT_TRUE(sockets[i].receive(200) == test::noise(200, i)) << i;
  }

  test::TemporaryFolder folder_;
  std::string log_ = folder_.file("faults");
};
SUITE_FOR_EVERY_BACKEND_AND_TLS(Faults);

#define SUITE_SKIP_UNLESS_STRUCK(kind) \
  if (!struck(kind)) GTEST_SKIP() << backend() << " makes this call past the C library, where it cannot fail"

TEST_P(Faults, TinySendBuffersLoseNothing) {
  SUITE_START(server, suffering({{"SUITE_FAULT_SEND_BUFFER", "1"}}));
  expect_exact_echo(server.endpoint(), 1'000'000);
  SUITE_SKIP_UNLESS_STRUCK('f');
  test::expect_clean_end(server);
}

TEST_P(Faults, ShortSendsLoseNothing) {
  SUITE_START(server, suffering({{"SUITE_FAULT_SEND_SHORT", "1000"}}));
  expect_exact_echo(server.endpoint(), 300'000);
  SUITE_SKIP_UNLESS_STRUCK('s');
  test::expect_clean_end(server);
}

TEST_P(Faults, SendsOfAFewBytesLoseNothing) {
  SUITE_START(server, suffering({{"SUITE_FAULT_SEND_SHORT", "3"}}));
  expect_exact_echo(server.endpoint(), 5'000);
  SUITE_SKIP_UNLESS_STRUCK('s');
  test::expect_clean_end(server);
}

TEST_P(Faults, SendsThatAreRefusedForAMomentLoseNothing) {
  SUITE_START(server, suffering({{"SUITE_FAULT_SEND_SHORT", "5000"}, {"SUITE_FAULT_SEND_AGAIN", "3"}}));
  expect_exact_echo(server.endpoint(), 300'000);
  SUITE_SKIP_UNLESS_STRUCK('a');
  test::expect_clean_end(server);
}

TEST_P(Faults, ADrainThroughShortSendsAnswersEveryByte) {
  SUITE_START(server, suffering({{"SUITE_FAULT_SEND_SHORT", "100"}, {"SUITE_FAULT_SEND_AGAIN", "5"}}));
  std::vector<Socket> sockets;
  for (int i = 0; i < 20; ++i) {
    sockets.emplace_back(server.endpoint());
    ASSERT_TRUE(sockets.back().send("x"));
    ASSERT_EQ(sockets.back().receive(1), "x");
  }
  server.freeze();
  for (unsigned i = 0; i < 20; ++i) ASSERT_TRUE(sockets[i].send(test::noise(1024, i)));
  server.ask_to_stop();
  server.thaw();
  for (unsigned i = 0; i < 20; ++i) {
    EXPECT_TRUE(sockets[i].receive_rest() == test::noise(1024, i)) << i;
    EXPECT_EQ(sockets[i].end(), test::End::kFinished) << i;
    sockets[i].close();
  }
  EXPECT_EQ(server.child().wait(), test::exited(0));
}

TEST_P(Faults, RunningOutOfDescriptorsDelaysConnectionsButLosesNone) {
  SUITE_START(server, suffering({{"SUITE_FAULT_ACCEPT_EMFILE", "7"}}));
  expect_all_served(server.endpoint(), 30);
  SUITE_SKIP_UNLESS_STRUCK('m');
  test::expect_clean_end(server);
  EXPECT_NE(server.totals().find("accepting paused"), std::string::npos) << server.totals();
}

TEST_P(Faults, APauseInAcceptingCostsNoCpu) {
  SUITE_START(server, suffering({{"SUITE_FAULT_ACCEPT_EMFILE", "2"}}));
  std::vector<Socket> sockets;
  for (int i = 0; i < 5; ++i) {
    sockets.emplace_back(server.endpoint());
    ASSERT_TRUE(sockets.back().send("x"));
  }
  for (Socket& socket : sockets) ASSERT_EQ(socket.receive(1), "x");
  SUITE_SKIP_UNLESS_STRUCK('m');
  const auto before = test::cpu_time(server.pid());
  std::this_thread::sleep_for(300ms);  // an interval to measure over
  EXPECT_LT(test::cpu_time(server.pid()) - before, 15ms * test::kSlowdown);
}

TEST_P(Faults, ConnectionsThatBrokeInTheQueueAreSkipped) {
  SUITE_START(server, suffering({{"SUITE_FAULT_ACCEPT_ABORT", "3"}}));
  expect_all_served(server.endpoint(), 50);
  SUITE_SKIP_UNLESS_STRUCK('b');
  test::expect_clean_end(server);
}

}  // namespace
}  // namespace suite
