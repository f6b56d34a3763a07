#include "common/net/probe.h"

#include <poll.h>
#include <sys/socket.h>

#include <cerrno>

#include "common/net/unique_fd.h"

namespace suite {
namespace {

// Both ends of a connection can be one socket, where the kernel gave it the very port that it connects to.
bool is_own_peer(int fd, const Endpoint& endpoint) {
  const auto local = local_endpoint(fd);
  return !endpoint.is_unix() && local && local->to_string() == endpoint.to_string();
}

}  // namespace

bool accepts_connections(const Endpoint& endpoint, std::chrono::milliseconds patience) {
  const UniqueFd fd(::socket(endpoint.family(), SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!fd) return false;
  if (::connect(fd.get(), endpoint.address(), endpoint.length()) == 0)
    return !is_own_peer(fd.get(), endpoint);
  if (errno != EINPROGRESS) return false;
  pollfd wait{.fd = fd.get(), .events = POLLOUT, .revents = 0};
  if (::poll(&wait, 1, static_cast<int>(patience.count())) != 1) return false;
  int error = 0;
  socklen_t size = sizeof error;
  return ::getsockopt(fd.get(), SOL_SOCKET, SO_ERROR, &error, &size) == 0 && error == 0 &&
         !is_own_peer(fd.get(), endpoint);
}

}  // namespace suite
