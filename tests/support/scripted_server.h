// Servers for tests of the client: right and wrong ones, each connection on a thread of its own.
#pragma once

#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "common/net/endpoint.h"
#include "common/net/event_fd.h"
#include "common/net/listener.h"

namespace suite::test {

/// Listens on a free port of 127.0.0.1 (or on a unix socket) and runs `behaviour` for each connection, with
/// its blocking descriptor and its number from 0; the connection is closed when that returns. Ends everything
/// when it goes out of scope.
class ScriptedServer {
 public:
  using Behaviour = std::function<void(int fd, int number)>;

  explicit ScriptedServer(Behaviour behaviour);
  ScriptedServer(const Endpoint& endpoint, Behaviour behaviour);
  ~ScriptedServer();
  ScriptedServer(const ScriptedServer&) = delete;

  const Endpoint& endpoint() const { return listener_.endpoint(); }
  std::uint16_t port() const { return endpoint().port(); }
  int accepted() const;
  /// From now on connections are refused; those that are open go on.
  void refuse();

 private:
  void accept_all();

  Listener listener_;
  Behaviour behaviour_;
  EventFd refusing_;
  mutable std::mutex mutex_;
  std::vector<int> open_;  // descriptors of the connections; -1: closed
  std::vector<std::thread> connections_;
  std::thread acceptor_;
};

/// Reads once, up to 64 KiB; empty at the end of the stream or when the connection broke.
std::string receive(int fd);
/// Sends all of it, or gives up when the peer is gone.
void send_all(int fd, std::string_view bytes);
/// Closing the connection will reset it (SO_LINGER with no time).
void reset_when_closed(int fd);

/// Answers each request without a body (it ends at an empty line) with what `answer` makes of its number on
/// the connection, from 0; closes the connection after an empty answer, or when the client does.
ScriptedServer::Behaviour answering_requests(std::function<std::string(int number)> answer);

/// Sends everything back until the stream ends.
void echo(int fd, int number);
/// Reads to the end and answers nothing.
void swallow(int fd, int number);

}  // namespace suite::test
