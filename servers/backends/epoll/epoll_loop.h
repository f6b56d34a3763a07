// epoll(7), level-triggered, one thread: the raw system calls, and the loop that others are compared with.
//
// Per echo: a share of one epoll_wait, one recv, one send. A connection is registered once; EPOLLOUT is
// asked for only after a send that was not taken whole, with EPOLLIN disarmed meanwhile. All connections
// share one receive buffer, which stays in cache: what came in is sent straight out of it, and only an
// unsent tail is copied. It cannot overlap system calls: each connection waits for those before it.
#pragma once

#include <sys/epoll.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <memory>
#include <utility>
#include <vector>

#include "common/net/unique_fd.h"
#include "servers/connection_table.h"
#include "servers/conversation.h"
#include "servers/loop.h"
#include "servers/worker_frame.h"

namespace suite {

class EpollLoop final : public Loop {
 public:
  std::expected<void, Error> run(LoopContext& context) override;
};

struct EpollConnection {
  EpollConnection(UniqueFd socket, std::unique_ptr<Session> session, const LoopContext& context)
      : fd(std::move(socket)), talk(std::move(session), context.limits, context.worker.totals) {}
  UniqueFd fd;
  std::uint32_t armed = 0;  // the events it is registered for; 0: not registered yet
  Conversation talk;
  TableEntry entry;
};

/// One run of the loop: everything it opens lives as long as this.
class EpollWorker final : WorkerFrame<EpollWorker, EpollConnection> {
 public:
  static std::expected<std::unique_ptr<EpollWorker>, Error> open(LoopContext& context);

  /// Until the drain is over.
  void run();

 private:
  friend WorkerFrame;
  using Connection = EpollConnection;

  EpollWorker(LoopContext& context, UniqueFd epoll);

  void wait_and_dispatch();
  void dispatch(const epoll_event& event);
  void receive(Connection& connection);
  void discard(Connection& connection);
  void arm(Connection& connection, std::uint32_t events);

  // For the frame:
  bool watch_listener(bool watched);
  void unwatch_stop();
  void open_connection(Accepted accepted);
  void obey(Connection& connection, Next next);
  void close(Connection& connection, CloseReason reason);
  static int descriptor_of(const Connection& connection) { return connection.fd.get(); }

  UniqueFd epoll_;
  std::vector<std::byte> buffer_;
  std::array<epoll_event, 512> events_{};
};

}  // namespace suite
