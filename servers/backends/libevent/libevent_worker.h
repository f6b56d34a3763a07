// libevent: readiness behind buffers. One event_base per worker, on epoll; a bufferevent per connection.
//
// Per echo: a share of two epoll_waits, one ioctl (FIONREAD), one readv, one writev, two epoll_ctls. A
// bufferevent does not write when it is given something but when the loop says that it can, a turn later; so
// the answer costs a turn of its own, and a change to what is watched for before and after it. With
// libevent's change list, which is used, the stop of reading meanwhile is part of the same two calls.
//
// Bytes move as libevent's users have it: what came in goes back by evbuffer_add_buffer, which moves memory
// from one buffer to the other; short answers are copied into the output buffer; long ones (shared bytes, a
// file's window) it only refers to, as the outbox holds them until they are sent. libevent 2.1 reads at most
// 4 KiB at a time, whatever limit is set: where a read was as long as that, the worker receives the rest by
// itself, behind it (FIONREAD tells how much that is).
//
// Connections are accepted by accept4 behind an event, as an evconnlistener has no bound. It cannot read
// right after accepting, cannot wait with EPOLLEXCLUSIVE (workers that share a unix socket wake each other),
// and does not tell how far a write has come before all of it has: a peer that takes a little and then
// nothing may hold its connection for twice the send time-out.
#pragma once

#include <event2/buffer.h>
#include <event2/event.h>

#include <chrono>
#include <cstddef>
#include <expected>
#include <memory>
#include <optional>
#include <vector>

#include "common/base/error.h"
#include "servers/backends/libevent/libevent_connection.h"
#include "servers/loop.h"
#include "servers/loops/callback_guard.h"
#include "servers/loops/worker_frame.h"

namespace suite {

class LibeventLoop final : public Loop {
 public:
  std::expected<void, Error> run(LoopContext& context) override;
};

/// One run of the loop. open() first.
class LibeventWorker final : WorkerFrame<LibeventWorker, LibeventConnection> {
 public:
  explicit LibeventWorker(LoopContext& context) : WorkerFrame(context), buffer_(kReceiveBytes) {}
  ~LibeventWorker();

  /// Whether this build of libevent has epoll.
  static std::expected<void, Error> usable();

  std::expected<void, Error> open();
  /// Until the drain is over. The error is an exception that a session or its factory threw.
  std::expected<void, Error> run();

 private:
  friend WorkerFrame;

  struct Free {
    void operator()(event_config* config) const { event_config_free(config); }
    void operator()(event_base* base) const { event_base_free(base); }
    void operator()(event* one) const { event_free(one); }
    void operator()(evbuffer* buffer) const { evbuffer_free(buffer); }
  };
  using Event = std::unique_ptr<event, Free>;

  static constexpr std::size_t kReceiveBytes = 64 * 1024;

  std::expected<void, Error> open_base();
  bool adopt_socket(LibeventConnection& connection, UniqueFd socket);

  void on_read(LibeventConnection& connection);
  void discard(LibeventConnection& connection, evbuffer* input);
  bool receive_rest(LibeventConnection& connection, evbuffer* input, std::size_t waiting);
  void on_written(LibeventConnection& connection);
  void on_event(LibeventConnection& connection, short what);
  void follow(LibeventConnection& connection, Next next, evbuffer* input);
  void write(LibeventConnection& connection, std::size_t sent, evbuffer* input);

  // For the frame:
  bool watch_listener(bool watched);
  void unwatch_stop() { event_del(stop_.get()); }
  void set_timer(std::optional<std::chrono::nanoseconds> left);
  void open_connection(Accepted accepted);
  void on_due(LibeventConnection& connection);
  void obey(LibeventConnection& connection, Next next) { follow(connection, next, nullptr); }
  void close(LibeventConnection& connection, CloseReason reason);
  static int descriptor_of(const LibeventConnection& connection) {
    return bufferevent_getfd(connection.stream.get());
  }

  std::unique_ptr<event_base, Free> base_;
  Event stop_, listener_, timer_;
  std::unique_ptr<evbuffer, Free> gathered_;  // what came in, where it is more than libevent reads at a time
  std::vector<std::byte> buffer_;             // of what is read between two parts of an answer
  CallbackGuard guarded_;
};

}  // namespace suite
