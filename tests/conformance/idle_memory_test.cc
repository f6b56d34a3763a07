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

constexpr std::size_t kConnections = 10'000;

std::size_t raised_descriptor_limit() {
  rlimit limit{};
  ::getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &limit);
  return limit.rlim_cur;
}

// The resident size once it no longer changes.
std::size_t settled_memory(::pid_t pid) {
  std::size_t memory = 0;
  test::eventually([&] {
    const std::size_t last = memory;
    std::this_thread::sleep_for(20ms);
    return (memory = test::resident_bytes(pid)) == last;
  });
  return memory;
}

class IdleMemory : public test::BackendTest {
 protected:
  // Without a library a KiB is plenty; what a library adds to each connection is its own affair, as
  // is a stack, of which the pages count that were touched. A thread is that and what the system keeps of it.
  std::size_t most_bytes() const {
    if (backend() == "threads") return 20 << 10;
    return description().library.empty() ? 1024 : 8192;
  }
};
SUITE_FOR_EVERY_BACKEND(IdleMemory);

TEST_P(IdleMemory, OfTenThousandConnectionsIsSmall) {
  if (test::kSanitized) GTEST_SKIP() << "a sanitizer's own memory would be counted";
  if (raised_descriptor_limit() < kConnections + 100) {
    GTEST_SKIP() << "the descriptor limit is " << raised_descriptor_limit() << ", this takes 10,100";
  }
  SUITE_START(server, with({}));
  ASSERT_TRUE(test::echoes(server.endpoint()));
  const std::size_t before = settled_memory(server.pid());
  std::vector<Socket> sockets;
  for (std::size_t i = 0; i < kConnections; ++i) {
    sockets.emplace_back(server.endpoint());
    ASSERT_TRUE(sockets.back().connected()) << i;
    ASSERT_TRUE(sockets.back().send("x")) << i;
  }
  for (Socket& socket : sockets) ASSERT_EQ(socket.receive(1), "x");
  const std::size_t grown = settled_memory(server.pid()) - before;
  RecordProperty("bytes_per_connection", static_cast<int>(grown / kConnections));
  std::printf("%zu bytes per idle connection\n", grown / kConnections);
  EXPECT_LE(grown / kConnections, most_bytes());
}

}  // namespace
}  // namespace suite
