#include "common/net/probe.h"

#include <poll.h>
#include <sys/socket.h>

#include <cerrno>

namespace suite {
namespace {

// Both ends of a connection can be one socket, where the kernel gave it the very port that it connects to.
bool is_own_peer(int fd, const Endpoint& endpoint) {
  const auto local = local_endpoint(fd);
  return !endpoint.is_unix() && local && local->to_string() == endpoint.to_string();
}

}  // namespace

UniqueFd connect_within(const Endpoint& endpoint, std::chrono::milliseconds patience) {
  UniqueFd fd(::socket(endpoint.family(), SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!fd) return {};
  if (::connect(fd.get(), endpoint.address(), endpoint.length()) != 0) {
    if (errno != EINPROGRESS) return {};
    pollfd wait{.fd = fd.get(), .events = POLLOUT, .revents = 0};
    if (::poll(&wait, 1, static_cast<int>(patience.count())) != 1) return {};
    int error = 0;
    socklen_t size = sizeof error;
    if (::getsockopt(fd.get(), SOL_SOCKET, SO_ERROR, &error, &size) != 0 || error != 0) return {};
  }
  if (is_own_peer(fd.get(), endpoint)) return {};
  return fd;
}

bool accepts_connections(const Endpoint& endpoint, std::chrono::milliseconds patience) {
  return static_cast<bool>(connect_within(endpoint, patience));
}

}  // namespace suite
