// libuv: readiness behind callbacks, one uv_loop_t per worker.
//
// Per echo: a share of one epoll_pwait, one read, one write. All connections read into one buffer of the
// worker's (alloc_cb), and what came in is sent straight out of it with uv_try_write. Only an unsent tail is
// copied; uv_write takes it, reading stopped meanwhile. Interest in events changes in libuv's memory first
// and reaches epoll_ctl only where it lasted to the end of a turn.
//
// Connections are accepted by accept4 behind a uv_poll_t, then given to uv_tcp_open or uv_pipe_open.
// uv_listen would not do: it sets a backlog of its own, and when descriptors run out it closes whoever is
// waiting, without a word. It cannot read right after accepting (the first request costs a turn of its own),
// cannot wait with EPOLLEXCLUSIVE (workers that share a unix socket wake each other), and does not tell how
// far a uv_write has come: a peer that takes a little and then nothing may hold its connection for twice the
// send time-out.
#pragma once

#include <uv.h>

#include <chrono>
#include <cstddef>
#include <expected>
#include <optional>
#include <vector>

#include "common/base/error.h"
#include "common/net/listener.h"
#include "servers/accept_gate.h"
#include "servers/backends/libuv/uv_connection.h"
#include "servers/connection_table.h"
#include "servers/conversation.h"
#include "servers/loop.h"

namespace suite {

class UvLoop final : public Loop {
 public:
  std::expected<void, Error> run(LoopContext& context) override;
};

/// One run of the loop. open() first; close() must have succeeded or been reported before it goes, since
/// libuv points into it.
class UvWorker {
 public:
  explicit UvWorker(LoopContext& context);
  UvWorker(const UvWorker&) = delete;
  UvWorker& operator=(const UvWorker&) = delete;

  std::expected<void, Error> open();
  /// Until the drain is over. The error is an exception that a session or its factory threw.
  std::expected<void, Error> run();
  std::expected<void, Error> close();

 private:
  using TimePoint = std::chrono::steady_clock::time_point;

  const Turn& turn();
  void read_clock();
  void before_poll();
  void arm_timer();
  void arm_listener(bool armed);
  void on_timer();

  void accept_waiting();
  void open_connection(Accepted accepted);
  int adopt_socket(UvConnection& connection, UniqueFd socket);
  void start_drain();
  void drain_connection(UvConnection& connection);
  void cut_the_rest();

  void on_read(UvConnection& connection, ssize_t count);
  void on_written(UvConnection& connection, int status);
  void on_due(UvConnection& connection);
  void obey(UvConnection& connection, Next next);
  void write_rest(UvConnection& connection, std::size_t sent);
  void start_reading(UvConnection& connection);
  void close_connection(UvConnection& connection, CloseReason reason);

  template <class Body>
  void guarded(Body body) noexcept;
  void close_handles();

  LoopContext& context_;
  uv_loop_t loop_{};
  uv_prepare_t prepare_{};  // runs before each wait
  uv_timer_t timer_{};
  uv_poll_t stop_{};
  uv_poll_t listener_{};
  uv_tcp_t first_stream_{};  // never used
  Turn turn_;
  bool clock_stale_ = true;  // a wait lies between turn_ and now
  AcceptGate gate_;
  bool listener_armed_ = false;
  std::optional<TimePoint> timer_due_;
  std::optional<TimePoint> drain_until_;
  std::optional<Error> failure_;
  ConnectionTable<UvConnection> connections_;
  std::vector<char> buffer_;
};

}  // namespace suite
