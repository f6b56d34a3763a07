#include "tests/support/socket_layer.h"

#include <atomic>
#include <mutex>
#include <set>
#include <string>

#include "tests/support/patience.h"

namespace suite::test {
namespace {

struct TlsServers {
  std::mutex mutex;
  std::set<std::string> addresses;
};

TlsServers& tls_servers() {
  static TlsServers servers;
  return servers;
}

std::atomic<HandshakePatience> current_patience = HandshakePatience::kLong;

}  // namespace

void set_handshake_patience(HandshakePatience patience) { current_patience = patience; }

std::chrono::nanoseconds handshake_patience() {
  if (current_patience == HandshakePatience::kLong) return kPatience;
  return std::chrono::milliseconds(20);
}

void expect_tls(const Endpoint& server) {
  const std::scoped_lock lock(tls_servers().mutex);
  tls_servers().addresses.insert(server.to_string());
}

bool expects_tls(const Endpoint& server) {
  const std::scoped_lock lock(tls_servers().mutex);
  return tls_servers().addresses.contains(server.to_string());
}

}  // namespace suite::test
