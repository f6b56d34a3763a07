// epoll(7), level-triggered, one thread: the raw system calls, and the loop that others are compared with.
//
// Per echo: a share of one epoll_wait, one recv, one send. A connection is registered once; EPOLLOUT is
// asked for only after a send that was not taken whole, with EPOLLIN disarmed meanwhile. All connections
// share one receive buffer, which stays in cache: what came in is sent straight out of it, and only an
// unsent tail is copied. It cannot overlap system calls: each connection waits for those before it.
#pragma once

#include <sys/epoll.h>

#include <array>
#include <expected>
#include <memory>

#include "common/net/unique_fd.h"
#include "servers/loop.h"
#include "servers/loops/socket_worker.h"

namespace suite {

class EpollLoop final : public Loop {
 public:
  std::expected<void, Error> run(LoopContext& context) override;
};

/// One run of the loop: everything it opens lives as long as this.
class EpollWorker final : SocketWorker<EpollWorker, SocketConnection> {
 public:
  static std::expected<std::unique_ptr<EpollWorker>, Error> open(LoopContext& context);

  /// Until the drain is over.
  void run();

 private:
  friend SocketWorker;
  friend WorkerFrame;

  EpollWorker(LoopContext& context, UniqueFd epoll);

  void wait_and_dispatch();
  void dispatch(const epoll_event& event);

  bool watch(SocketConnection& connection, Interest interest);
  bool watch_listener(bool watched);
  void unwatch_stop();

  UniqueFd epoll_;
  std::array<epoll_event, 512> events_{};
};

}  // namespace suite
