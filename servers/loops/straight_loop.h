// The thread that backends of straight-line code have in common: by epoll it waits for the listener, for the
// stop and for what the backend adds; it accepts within the gate, keeps the deadlines and sees to the drain.
// How a connection is served is the backend's.
#pragma once

#include <sys/epoll.h>

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <expected>
#include <memory>
#include <new>
#include <optional>
#include <span>

#include "common/net/event_fd.h"
#include "common/net/unique_fd.h"
#include "common/net/unread_bytes.h"
#include "servers/loop.h"
#include "servers/loops/connection_table.h"
#include "servers/loops/conversation.h"
#include "servers/loops/straight_line.h"
#include "servers/loops/worker_frame.h"

namespace suite {

/// What every such connection has; a backend derives its own.
struct ServedConnection {
  ServedConnection(Accepted accepted, const LoopContext& context)
      : fd(std::move(accepted.fd)),
        talk(context.make_session(accepted.peer), context.limits, context.worker.totals) {}
  ServedConnection(const ServedConnection&) = delete;
  ServedConnection& operator=(const ServedConnection&) = delete;
  virtual ~ServedConnection() = default;

  std::size_t unread() const { return unread_bytes(fd.get()); }

  UniqueFd fd;
  Conversation talk;
  TableEntry entry;
  bool knows_of_drain = false;
};

/// With several threads all of it happens under the worker's lock (servers/loops/blocking_loop.h), which
/// wait() gives up. Its functions are many because a third of them are hooks: what a backend may change, and
/// what the frame asks for.
class StraightLoop : WorkerFrame<StraightLoop, ServedConnection> {
 public:
  using TimePoint = std::chrono::steady_clock::time_point;

  /// As Loop::run().
  std::expected<void, Error> run();

 protected:
  explicit StraightLoop(LoopContext& context);
  virtual ~StraightLoop() = default;

  /// Opens what the backend needs besides, before the server says that it is ready.
  virtual std::expected<void, Error> open() { return {}; }
  /// Whether one more connection can be served now; asked before it is accepted.
  virtual bool has_room() { return true; }
  /// Serves it from now on, with a connection added to the table.
  virtual void admit(Accepted accepted) = 0;
  /// Something happened to what the backend has added to epoll().
  virtual void on_event(const epoll_event&) {}
  /// due() has something for a connection that may be waiting: see that it looks.
  virtual void disturb(ServedConnection& connection) = 0;
  /// Once in each turn. May give up the lock: what changes meanwhile is looked at before the loop waits.
  virtual void clean_up() {}
  virtual int wait(std::span<epoll_event> into, int milliseconds);

  LoopContext& context() { return context_; }
  int epoll() const { return epoll_.get(); }
  const Turn& turn() const { return turn_; }
  std::optional<TimePoint> drain_until() const { return drain_until_; }
  /// Readable from the moment that turn().draining is set.
  int drain_began_fd() const { return drain_began_->fd(); }
  using WorkerFrame::read_clock;

  ServedConnection& add(std::unique_ptr<ServedConnection> connection) {
    ++context_.worker.totals.connections;
    return connections_.add(std::move(connection));
  }
  /// What a connection has to see to before it waits; nothing: it may.
  std::optional<IoEvent> due(ServedConnection& connection) const;
  /// Sending has ended: see ConnectionTable.
  using WorkerFrame::note_linger;
  /// To be called before a connection waits.
  void note_deadline(ServedConnection& connection);
  void close(ServedConnection& connection, CloseReason reason);
  /// Has the loop look around where another thread has changed what it waits for.
  void wake();
  /// There was no memory, descriptor or thread for a connection.
  void pause_accepting() { gate_.on_exhausted(turn_.now); }

  /// Runs `body`; the first exception that leaves one cuts every connection and ends the worker.
  template <class Body>
  void guarded(Body body) {
    try {
      body();
    } catch (const std::exception& error) {
      fail(error.what());
    }
  }

  /// The same for what serves one connection, which is to be cut afterwards: want of memory ends that one
  /// alone.
  template <class Body>
  void guarded_connection(Body body) {
    guarded([&] {
      try {
        body();
      } catch (const std::bad_alloc&) {
        pause_accepting();
      }
    });
  }

 private:
  friend WorkerFrame;

  std::expected<void, Error> open_epoll();
  bool watch(int fd, const void* tag, std::uint32_t events);
  void wait_and_dispatch();
  void disturb_all();
  void fail(const char* why);

  // For the frame:
  bool watch_listener(bool watched);
  void unwatch_stop() { ::epoll_ctl(epoll_.get(), EPOLL_CTL_DEL, context_.stop_fd, nullptr); }
  void open_connection(Accepted accepted) { admit(std::move(accepted)); }
  void on_due(ServedConnection& connection) { disturb(connection); }
  void drain_connection(ServedConnection& connection) { disturb(connection); }
  void cut_the_rest();

  UniqueFd epoll_;
  std::optional<EventFd> wake_, drain_began_;
  bool asleep_ = false;
  std::optional<TimePoint> asleep_until_;
  bool cut_ = false;
  std::optional<Error> failure_;
  std::array<epoll_event, 512> events_{};
};

}  // namespace suite
