// What an idle connection costs in memory.
#include <sys/resource.h>

#include <algorithm>
#include <thread>

#include "tests/conformance/backend_test.h"
#include "tests/support/process_stats.h"

namespace suite {
namespace {

using namespace std::chrono_literals;
using test::Socket;

std::size_t raised_descriptor_limit() {
  rlimit limit{};
  ::getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &limit);
  return limit.rlim_cur;
}

// The resident size once it is the same twice, 20 ms apart.
std::size_t settled_memory(::pid_t pid) {
  std::size_t memory = 0;
  test::eventually([&] {
    const std::size_t last = memory;
    std::this_thread::sleep_for(20ms);  // between two looks
    return (memory = test::resident_bytes(pid)) == last;
  });
  return memory;
}

class IdleMemory : public test::BackendTest {
 protected:
  // Without a library a KiB is plenty; what a library adds to each connection is its own affair, as
  // is a stack, of which the pages count that were touched. A thread is that and what the system keeps of it.
  // Over TLS most is OpenSSL's; what a handshake has freed, malloc() keeps for each thread.
  std::size_t most_bytes() const {
    if (backend() == "threads") return over_tls() ? 40 << 10 : 20 << 10;
    if (over_tls()) return 24 << 10;
    return description().library.empty() ? 1024 : 8192;
  }
  // Ten thousand handshakes take long.
  std::size_t connections() const { return over_tls() ? 1'000 : 10'000; }
};
SUITE_FOR_EVERY_BACKEND_AND_TLS(IdleMemory);

TEST_P(IdleMemory, OfThousandsOfConnectionsIsSmall) {
  if (test::kSanitized) GTEST_SKIP() << "a sanitizer's own memory would be counted";
  const std::size_t count = connections();
  if (raised_descriptor_limit() < count + 100) {
    GTEST_SKIP() << "the descriptor limit is " << raised_descriptor_limit() << ", this takes " << count + 100;
  }
  SUITE_START(server, with({}));
  ASSERT_TRUE(test::echoes(server.endpoint()));
  const std::size_t before = settled_memory(server.pid());
  std::vector<Socket> sockets;
  for (std::size_t i = 0; i < count; ++i) {
    sockets.emplace_back(server.endpoint());
    ASSERT_TRUE(sockets.back().connected()) << i;
    ASSERT_TRUE(sockets.back().send("x")) << i;
  }
  for (Socket& socket : sockets) ASSERT_EQ(socket.receive(1), "x");
  const std::size_t grown = settled_memory(server.pid()) - before;
  RecordProperty("bytes_per_connection", static_cast<int>(grown / count));
  std::printf("%zu bytes per idle connection\n", grown / count);
  EXPECT_LE(grown / count, most_bytes());
}

}  // namespace
}  // namespace suite
