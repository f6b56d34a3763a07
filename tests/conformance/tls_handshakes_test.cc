// TLS handshakes where several threads serve one worker.
#include <chrono>
#include <thread>
#include <vector>

#include "tests/conformance/backend_test.h"

namespace suite {
namespace {

using std::chrono::steady_clock;
using test::Socket;

constexpr int kHandshakes = 100;

class Handshakes : public test::BackendTest {
 protected:
  void SetUp() override {
    BackendTest::SetUp();
    if (std::thread::hardware_concurrency() < 4) GTEST_SKIP() << "takes four processors";
    if (test::kSanitized) GTEST_SKIP() << "a sanitizer's own work would be timed";
  }
  // How long kHandshakes take, divided among `clients`.
  static steady_clock::duration time_of(const Endpoint& server, int clients) {
    const auto begun = steady_clock::now();
    std::vector<std::jthread> threads;
    for (int client = 0; client < clients; ++client) {
      threads.emplace_back([&server, clients] {
        for (int i = 0; i < kHandshakes / clients; ++i) {
          Socket socket(server);
          EXPECT_TRUE(socket.send("x"));
          EXPECT_EQ(socket.receive(1), "x");
        }
      });
    }
    threads.clear();
    return steady_clock::now() - begun;
  }
};
INSTANTIATE_TEST_SUITE_P(OverTls, Handshakes, testing::Values("tls:threads", "tls:pool"),
                         [](const auto& each) { return test::test_name_of(each.param); });

TEST_P(Handshakes, RunSideBySideOnThreadsOfOneWorker) {
  std::vector<std::string> flags;
  if (is_pool()) flags = {"-w", "4"};
  SUITE_START(server, with(flags));
  time_of(server.endpoint(), 4);
  const auto one_after_the_other = time_of(server.endpoint(), 1);
  const auto four_at_once = time_of(server.endpoint(), 4);
  EXPECT_LE(four_at_once, one_after_the_other * 4 / 10);
}

}  // namespace
}  // namespace suite
