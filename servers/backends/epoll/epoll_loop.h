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
#include <optional>
#include <vector>

#include "common/net/unique_fd.h"
#include "servers/accept_gate.h"
#include "servers/connection_table.h"
#include "servers/conversation.h"
#include "servers/loop.h"

namespace suite {

class EpollLoop final : public Loop {
 public:
  std::expected<void, Error> run(LoopContext& context) override;
};

/// One run of the loop: everything it opens lives as long as this.
class EpollWorker {
 public:
  static std::expected<std::unique_ptr<EpollWorker>, Error> open(LoopContext& context);

  /// Until the drain is over.
  void run();

 private:
  using TimePoint = std::chrono::steady_clock::time_point;

  struct Connection {
    Connection(UniqueFd socket, std::unique_ptr<Session> session, const LoopContext& context)
        : fd(std::move(socket)), talk(std::move(session), context.limits, context.worker.totals) {}
    UniqueFd fd;
    std::uint32_t armed = 0;  // the events it is registered for; 0: not registered yet
    Conversation talk;
    TableEntry entry;
  };

  EpollWorker(LoopContext& context, UniqueFd epoll);

  bool finished() const { return turn_.draining && connections_.size() == 0; }
  void wait_and_dispatch();
  int wait_milliseconds() const;
  void read_clock();
  void dispatch(const epoll_event& event);
  void expire_deadlines();

  void accept_waiting();
  void open_connection(Accepted accepted);
  void arm_listener(bool armed);
  void start_drain();
  void drain_connection(Connection& connection);
  void cut_the_rest();

  void receive(Connection& connection);
  void discard(Connection& connection);
  void obey(Connection& connection, Next next);
  void arm(Connection& connection, std::uint32_t events);
  void close(Connection& connection, CloseReason reason);

  LoopContext& context_;
  UniqueFd epoll_;
  Turn turn_;
  AcceptGate gate_;
  bool listener_armed_ = false;
  std::optional<TimePoint> drain_until_;
  ConnectionTable<Connection> connections_;
  std::vector<std::byte> buffer_;
  std::array<epoll_event, 512> events_{};
};

}  // namespace suite
