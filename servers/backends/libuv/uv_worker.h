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
#include "servers/backends/libuv/uv_connection.h"
#include "servers/loop.h"
#include "servers/loops/callback_guard.h"
#include "servers/loops/connection_table.h"
#include "servers/loops/conversation.h"
#include "servers/loops/worker_frame.h"

namespace suite {

class UvLoop final : public Loop {
 public:
  std::expected<void, Error> run(LoopContext& context) override;
};

/// One run of the loop. open() first; close_loop() must have succeeded or been reported before it goes, since
/// libuv points into it.
class UvWorker final : WorkerFrame<UvWorker, UvConnection> {
 public:
  explicit UvWorker(LoopContext& context);

  std::expected<void, Error> open();
  /// Until the drain is over. The error is an exception that a session or its factory threw.
  std::expected<void, Error> run();
  std::expected<void, Error> close_loop();

 private:
  friend WorkerFrame;

  void before_poll();
  void on_timer();
  int adopt_socket(UvConnection& connection, UniqueFd socket);

  void on_read(UvConnection& connection, ssize_t count);
  void on_written(UvConnection& connection, int status);
  void write_rest(UvConnection& connection, std::size_t sent);
  void start_reading(UvConnection& connection);

  // For the frame:
  bool watch_listener(bool watched);
  void unwatch_stop() { uv_poll_stop(&stop_); }
  void set_timer(std::optional<std::chrono::nanoseconds> left);
  void open_connection(Accepted accepted);
  void on_due(UvConnection& connection);
  void obey(UvConnection& connection, Next next);
  void close(UvConnection& connection, CloseReason reason);
  static int descriptor_of(const UvConnection& connection);

  void close_handles();

  uv_loop_t loop_{};
  uv_prepare_t prepare_{};  // runs before each wait
  uv_timer_t timer_{};
  uv_poll_t stop_{};
  uv_poll_t listener_{};
  uv_tcp_t first_stream_{};  // never used
  CallbackGuard guarded_;
  std::vector<char> buffer_;
};

}  // namespace suite
