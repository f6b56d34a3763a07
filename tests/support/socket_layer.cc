#include "tests/support/socket_layer.h"

#include <mutex>
#include <set>

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

}  // namespace

void expect_tls(const Endpoint& server) {
  const std::scoped_lock lock(tls_servers().mutex);
  tls_servers().addresses.insert(server.to_string());
}

bool expects_tls(const Endpoint& server) {
  const std::scoped_lock lock(tls_servers().mutex);
  return tls_servers().addresses.contains(server.to_string());
}

}  // namespace suite::test
