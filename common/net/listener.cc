#include "common/net/listener.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <cerrno>

namespace suite {
namespace {

std::expected<UniqueFd, Error> open_socket(const Endpoint& endpoint) {
  UniqueFd fd(::socket(endpoint.family(), SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!fd) return std::unexpected(system_error("open a socket for " + endpoint.to_string(), errno));
  return fd;
}

void set_option(int fd, int level, int option) {
  const int one = 1;
  // These options exist on every Linux; a socket without one works, only slower or after a wait.
  ::setsockopt(fd, level, option, &one, sizeof one);
}

Error cannot_listen(const Endpoint& endpoint, int error_number) {
  std::string advice;
  if (error_number == EADDRINUSE) {
    advice = endpoint.is_unix() ? "another server listens there; give another path"
                                : "another program listens there; give another --port, or 0 for a free one";
  } else if (error_number == EADDRNOTAVAIL) {
    advice = "give --host an address of this machine";
  } else if (error_number == EACCES) {
    advice = endpoint.is_unix() ? "give a path that you may write to"
                                : "ports below 1024 need root; give a higher --port";
  } else if (error_number == ENOENT) {
    advice = "the folder of that path does not exist";
  }
  return system_error("listen on " + endpoint.to_string(), error_number, std::move(advice));
}

// A socket file is stale when connecting to it is refused: its server died without removing it.
bool remove_stale_file(const Endpoint& endpoint) {
  const std::string path = endpoint.path();
  struct ::stat status{};
  if (::lstat(path.c_str(), &status) != 0 || !S_ISSOCK(status.st_mode)) return false;
  const auto probe = open_socket(endpoint);
  if (!probe) return false;
  if (::connect(probe->get(), endpoint.address(), endpoint.length()) == 0 || errno != ECONNREFUSED)
    return false;
  return ::unlink(path.c_str()) == 0;
}

bool bind_to(int fd, const Endpoint& endpoint) {
  if (::bind(fd, endpoint.address(), endpoint.length()) == 0) return true;
  if (errno != EADDRINUSE || !endpoint.is_unix()) return false;
  if (!remove_stale_file(endpoint)) {
    errno = EADDRINUSE;
    return false;
  }
  return ::bind(fd, endpoint.address(), endpoint.length()) == 0;
}

}  // namespace

std::expected<Listener, Error> Listener::open(const Endpoint& endpoint, Options options) {
  auto fd = open_socket(endpoint);
  if (!fd) return std::unexpected(std::move(fd.error()));
  if (!endpoint.is_unix()) {
    set_option(fd->get(), SOL_SOCKET, SO_REUSEADDR);
    set_option(fd->get(), IPPROTO_TCP, TCP_NODELAY);
    if (options.share_port) set_option(fd->get(), SOL_SOCKET, SO_REUSEPORT);
    if (options.await_bytes) set_option(fd->get(), IPPROTO_TCP, TCP_DEFER_ACCEPT);
  }
  if (!bind_to(fd->get(), endpoint) || ::listen(fd->get(), options.backlog) != 0) {
    return std::unexpected(cannot_listen(endpoint, errno));
  }
  auto bound = local_endpoint(fd->get());
  if (!bound) return std::unexpected(std::move(bound.error()));
  return Listener(std::move(*fd), *bound);
}

std::expected<Listener, Error> Listener::duplicate() const {
  UniqueFd copy(::fcntl(fd_.get(), F_DUPFD_CLOEXEC, 0));
  if (!copy) return std::unexpected(system_error("share the listener of " + endpoint_.to_string(), errno));
  return Listener(std::move(copy), endpoint_);
}

void Listener::shut_down() const { ::shutdown(fd_.get(), SHUT_RD); }

std::expected<Endpoint, Error> claim_endpoint(const Endpoint& endpoint) {
  auto probe = Listener::open(endpoint, {.backlog = 1});
  if (!probe) return std::unexpected(std::move(probe.error()));
  return probe->endpoint();
}

std::optional<UnixSocketFile> UnixSocketFile::of(const Endpoint& endpoint) {
  struct ::stat status{};
  if (!endpoint.is_unix() || ::lstat(endpoint.path().c_str(), &status) != 0) return std::nullopt;
  return UnixSocketFile(endpoint.path(), status);
}

UnixSocketFile::UnixSocketFile(std::string path, const struct ::stat& status)
    : path_(std::move(path)), device_(status.st_dev), inode_(status.st_ino) {}

UnixSocketFile::UnixSocketFile(UnixSocketFile&& other) noexcept
    : path_(std::exchange(other.path_, {})), device_(other.device_), inode_(other.inode_) {}

void UnixSocketFile::remove() {
  if (path_.empty()) return;
  struct ::stat status{};
  const bool still_ours =
      ::lstat(path_.c_str(), &status) == 0 && status.st_dev == device_ && status.st_ino == inode_;
  if (still_ours) ::unlink(path_.c_str());
  path_.clear();
}

AcceptStatus accept_status_of(int error_number) {
  switch (error_number) {
    case EAGAIN:
      return AcceptStatus::kEmpty;
    case EMFILE:
    case ENFILE:
    case ENOBUFS:
    case ENOMEM:
    case EPERM:  // a firewall or a security module; the connection may stay in the queue, and be refused
                 // again
    case EACCES:
      return AcceptStatus::kExhausted;
    case ECONNABORTED:
    case EINTR:
    case EPROTO:
    case ENETDOWN:
    case ENOPROTOOPT:
    case EHOSTDOWN:
    case ENONET:
    case EHOSTUNREACH:
    case EOPNOTSUPP:
    case ENETUNREACH:
      return AcceptStatus::kBroken;
    default:
      return AcceptStatus::kEnded;
  }
}

Accepted accept_one(int listener) {
  for (;;) {
    sockaddr_storage storage{};
    socklen_t length = sizeof storage;
    UniqueFd fd(
        ::accept4(listener, reinterpret_cast<sockaddr*>(&storage), &length, SOCK_NONBLOCK | SOCK_CLOEXEC));
    if (fd) {
      const Endpoint peer(reinterpret_cast<const sockaddr*>(&storage), length);
      return {.status = AcceptStatus::kAccepted, .fd = std::move(fd), .peer = peer};
    }
    const AcceptStatus status = accept_status_of(errno);
    if (status != AcceptStatus::kBroken) return {.status = status, .fd = {}, .peer = {}};
  }
}

}  // namespace suite
