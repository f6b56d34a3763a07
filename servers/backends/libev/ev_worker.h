// libev: readiness behind callbacks, one ev_loop per worker, on libev's epoll (which is asked for by name: a
// variable in the environment does not change it, and without it the loop does not open).
//
// Per echo: a share of one epoll_wait, one recv, one send. libev gathers changes of what is watched for and
// tells epoll_ctl of them before it waits, so that a change which was taken back by then costs nothing. Its
// users read and write by themselves: all connections share one receive buffer, and what came in is sent
// straight out of it; the watcher is changed to EV_WRITE only after a send that was not taken whole.
//
// libev looks up the watchers of each descriptor that is ready, and queues them by priority before it calls
// them. It cannot wait with EPOLLEXCLUSIVE (workers that share a unix socket wake each other), and where the
// kernel refuses to watch a descriptor, which takes a lack of memory, it tells only in the next turn.
#pragma once

#include <ev.h>

#include <chrono>
#include <expected>
#include <memory>
#include <optional>

#include "common/base/error.h"
#include "servers/loop.h"
#include "servers/loops/callback_guard.h"
#include "servers/loops/socket_worker.h"

namespace suite {

class EvLoop final : public Loop {
 public:
  std::expected<void, Error> run(LoopContext& context) override;
};

struct EvConnection : SocketConnection {
  using SocketConnection::SocketConnection;
  ev_io watcher{};
};

/// One run of the loop. open() first.
class EvWorker final : SocketWorker<EvWorker, EvConnection> {
 public:
  explicit EvWorker(LoopContext& context) : SocketWorker(context) {}

  /// Whether this build of libev has epoll.
  static std::expected<void, Error> usable();

  std::expected<void, Error> open();
  /// Until the drain is over. The error is an exception that a session or its factory threw.
  std::expected<void, Error> run();

 private:
  friend SocketWorker;
  friend WorkerFrame;

  struct Destroy {
    void operator()(struct ev_loop* loop) const { ev_loop_destroy(loop); }
  };

  static EvWorker& worker_of(struct ev_loop* loop) { return *static_cast<EvWorker*>(ev_userdata(loop)); }
  static void on_event(struct ev_loop* loop, ev_io* watcher, int events);
  void before_wait();

  bool watch(EvConnection& connection, Interest interest);
  void forget(EvConnection& connection);
  bool watch_listener(bool watched);
  void unwatch_stop() { ev_io_stop(loop_.get(), &stop_); }
  void set_timer(std::optional<std::chrono::nanoseconds> left);

  std::unique_ptr<struct ev_loop, Destroy> loop_;
  ev_prepare prepare_{};  // runs before each wait
  ev_check check_{};      // runs after each wait, before what it brought
  ev_timer timer_{};
  ev_io stop_{};
  ev_io listener_{};
  CallbackGuard guarded_;
};

}  // namespace suite
