#include "tests/conformance/backend_test.h"

#include <poll.h>

#include <algorithm>
#include <fstream>

#include "servers/protocols/tls/tls_serving.h"

namespace suite::test {
namespace {

// The last of the three figures, in bytes: how far the kernel lets a socket's buffer grow. At most 256 MiB,
// where somebody has set it higher: an idle peer's buffer does not get there.
std::size_t largest_buffer(const std::string& setting) {
  std::size_t least = 0, usual = 0, most = 32 << 20;
  std::ifstream("/proc/sys/net/ipv4/" + setting) >> least >> usual >> most;
  return std::min<std::size_t>(most, 256 << 20);
}

}  // namespace

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

std::vector<std::string> backend_names_over_tls() {
  std::vector<std::string> names;
  if (!tls_library()) return names;
  for (const std::string& name : backend_names()) names.push_back(std::string(kOverTls) + name);
  return names;
}

std::string test_name_of(std::string backend) {
  if (backend.starts_with(kOverTls)) backend.erase(0, kOverTls.size());
  std::ranges::replace(backend, '-', '_');
  return backend;
}

void BackendTest::SetUp() {
  if (description().usable == nullptr) return;
  if (const auto usable = description().usable(); !usable) GTEST_SKIP() << usable.error().one_line();
}

void expect_clean_end(Server& server) {
  const auto status = server.stop();
  ASSERT_TRUE(status) << "it did not end; it said: " << server.child().errors();
  EXPECT_EQ(*status, exited(0)) << server.child().errors();
  EXPECT_EQ(server.child().output(), "") << "a server's standard output is empty";
  EXPECT_TRUE(server.totals().starts_with("served ")) << server.child().errors();
}

const std::string& more_than_sockets_hold() {
  static const std::string supply = [] {
    // Of a length that no buffer has, so that lost and doubled bytes are seen; not all of it noise, as making
    // that takes its time.
    const std::string period = noise(1'000'003);
    const std::size_t size = 2 * (largest_buffer("tcp_rmem") + largest_buffer("tcp_wmem")) + (1 << 20);
    std::string text;
    text.reserve(size + period.size());
    while (text.size() < size) text += period;
    return text;
  }();
  return supply;
}

std::string send_until_blocked(Socket& socket, std::string_view supply, std::chrono::milliseconds quiet) {
  std::size_t sent = 0;
  pollfd wait{.fd = socket.fd(), .events = POLLOUT, .revents = 0};
  while (sent < supply.size() && ::poll(&wait, 1, static_cast<int>(quiet.count())) > 0) {
    const std::size_t count = socket.send_some(supply.substr(sent, 1 << 16));
    if (count == 0) break;  // the peer is gone
    sent += count;
  }
  return std::string(supply.substr(0, sent));
}

}  // namespace suite::test
