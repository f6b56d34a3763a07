// A listening socket, and what it takes to open one, accept from it and end it without losing connections.
#pragma once

#include <sys/stat.h>

#include <expected>
#include <optional>

#include "common/base/error.h"
#include "common/net/endpoint.h"
#include "common/net/unique_fd.h"

namespace suite {

/// Non-blocking, close-on-exec, TCP_NODELAY set (accepted sockets inherit it). Move-only.
class Listener {
 public:
  struct Options {
    int backlog = 4096;
    bool share_port = false;  // SO_REUSEPORT: several listeners, each with a queue of its own
    /// A TCP connection is there to accept once it has sent something, or after a second or more without
    /// (TCP_DEFER_ACCEPT, tcp(7)). For protocols where the client speaks first.
    bool await_bytes = false;
  };

  /// Binds and listens. A unix socket's file that nobody listens on any more is replaced.
  static std::expected<Listener, Error> open(const Endpoint& endpoint, Options options);
  /// Another descriptor of the same socket: one queue of connections, shared.
  std::expected<Listener, Error> duplicate() const;

  int fd() const { return fd_.get(); }
  const Endpoint& endpoint() const { return endpoint_; }

  /// Ends the listening for every process and thread that holds this socket: a close alone would not.
  /// To be called when accept_one() has nothing more.
  void shut_down() const;

 private:
  Listener(UniqueFd fd, const Endpoint& endpoint) : fd_(std::move(fd)), endpoint_(endpoint) {}
  UniqueFd fd_;
  Endpoint endpoint_;
};

/// Finds out whether `endpoint` is free, by binding once without SO_REUSEPORT: two binds with it by one
/// user both succeed. Returns the endpoint with its port filled in where 0 was asked for.
std::expected<Endpoint, Error> claim_endpoint(const Endpoint& endpoint);

/// Remembers which file a unix listener made, to remove that one and no other at the end.
class UnixSocketFile {
 public:
  /// Nothing where the endpoint is no unix socket.
  static std::optional<UnixSocketFile> of(const Endpoint& endpoint);
  UnixSocketFile(UnixSocketFile&& other) noexcept;
  UnixSocketFile& operator=(UnixSocketFile&&) = delete;
  ~UnixSocketFile() { remove(); }
  /// Unlinks the file if it is still the one that was there at of().
  void remove();

 private:
  UnixSocketFile(std::string path, const struct ::stat& status);
  std::string path_;
  ::dev_t device_;
  ::ino_t inode_;
};

enum class AcceptStatus {
  kAccepted,
  kEmpty,      // nobody is waiting
  kExhausted,  // no descriptor, memory or permission for it now: disarm the listener, try again later
  kEnded,      // the listener was shut down
  kBroken,     // a connection broke while it waited: the next one may be there. Never of accept_one()
};

/// What an errno of accept(2) means.
AcceptStatus accept_status_of(int error_number);

struct Accepted {
  AcceptStatus status;
  UniqueFd fd;  // non-blocking, close-on-exec
  Endpoint peer;
};

/// One accept4(2). Connections that broke while they waited, and the network errors that accept(2) says to
/// treat like that, are skipped.
Accepted accept_one(int listener);

}  // namespace suite
