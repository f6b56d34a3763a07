// What an idle connection costs in memory.
#include <sys/resource.h>

#include <algorithm>
#include <thread>

#include "servers/registry.h"
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

class IdleMemory : public test::BackendTest {};
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
  // Without a library a KiB is plenty; what a library adds to each connection is its own affair.
  const bool has_library = !(*find_backend(backend()))->library.empty();
  const std::size_t most = has_library ? 8192 : 1024;
  EXPECT_LE(grown / kConnections, most);
}

}  // namespace
}  // namespace suite
