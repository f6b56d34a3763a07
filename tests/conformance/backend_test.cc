#include "tests/conformance/backend_test.h"

#include <poll.h>

#include <algorithm>

#include "servers/registry.h"

namespace suite::test {

std::vector<std::string> backend_names() {
  std::vector<std::string> names;
  for (const Backend& backend : backends()) names.emplace_back(backend.name);
  return names;
}

std::vector<std::string> process_backend_names() {
  std::vector<std::string> names;
  for (const Backend& backend : backends()) {
    if (backend.workers == WorkerKind::kProcesses) names.emplace_back(backend.name);
  }
  return names;
}

void BackendTest::SetUp() {
  const Backend& backend = **find_backend(GetParam());
  if (backend.usable == nullptr) return;
  if (const auto usable = backend.usable(); !usable) GTEST_SKIP() << usable.error().one_line();
}

void expect_clean_end(Server& server) {
  const auto status = server.stop();
  ASSERT_TRUE(status) << "it did not end; it said: " << server.child().errors();
  EXPECT_EQ(*status, exited(0)) << server.child().errors();
  EXPECT_EQ(server.child().output(), "") << "a server's standard output is empty";
  EXPECT_TRUE(server.totals().starts_with("served ")) << server.child().errors();
}

std::string send_until_blocked(Socket& socket, std::string_view supply) {
  constexpr int kQuietMilliseconds = 100 * kSlowdown;
  std::size_t sent = 0;
  pollfd wait{.fd = socket.fd(), .events = POLLOUT, .revents = 0};
  while (sent < supply.size() && ::poll(&wait, 1, kQuietMilliseconds) > 0) {
    const std::size_t count = socket.send_some(supply.substr(sent, 1 << 16));
    if (count == 0) break;  // the peer is gone
    sent += count;
  }
  return std::string(supply.substr(0, sent));
}

}  // namespace suite::test
