// A thread's connections: which are to be opened, when they are opened again, and what they wait for.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "client/engine/connection.h"
#include "client/engine/opening_queue.h"
#include "common/base/deadline_queue.h"

namespace suite {

/// Decides, and is told what came of it: whoever owns it opens, closes and counts. All connections are to be
/// opened at first. Knows no driver; takes the time, reads no clock. One thread.
class Connections {
 public:
  using TimePoint = Connection::TimePoint;

  struct Options {
    std::size_t count = 0;
    std::uint64_t depth = 1;               // requests in flight on each, at the most
    std::size_t burst = 1;                 // handshakes in flight
    std::chrono::nanoseconds timeout{};    // to open one, and for each reply
    std::uint64_t exchanges = UINT64_MAX;  // after which a connection is to be closed
    bool tickets = false;                  // replies may overtake each other
  };
  explicit Connections(const Options& options);

  Connection& operator[](ConnectionId id) { return connections_[id]; }
  std::span<Connection> all() { return connections_; }
  /// Each was opened, or could not be.
  bool all_tried() const { return untried_ == 0; }
  std::size_t open_count() const { return open_; }
  /// None is open, nor proved to be of use, for a whole timeout.
  bool is_hopeless(TimePoint now) const { return open_ == 0 && !gets_on(now); }
  /// One proved to be of use, or was opened for the first time, less than a timeout ago.
  bool gets_on(TimePoint now) const { return now - last_of_use_ < options_.timeout; }
  /// From now on one is to prove to be of use within a timeout.
  void begin(TimePoint now) { last_of_use_ = now; }

  // --- Opening ---
  enum class Work : bool { kNone, kThereIs };  // for a connection that has nothing in flight
  /// The next to be opened at `now`. One that has nothing to do stays closed: the requests asked for may all
  /// be under way.
  std::optional<ConnectionId> next_to_open(TimePoint now, Work work) {
    while (openings_.can_start() && now >= target_busy_until_) {
      const ConnectionId id = *openings_.start_next();
      const Connection& connection = connections_[id];
      if (!connection.tried || connection.in_flight > 0 || work == Work::kThereIs) return id;
      openings_.finished();
    }
    return std::nullopt;
  }
  /// The attempt to open it began at `now`.
  void connecting(ConnectionId id, TimePoint now);
  /// The target's queue is full, or descriptors are still being closed: nothing is opened for a moment.
  /// False: it has been so for a whole timeout, and the attempt failed.
  bool try_later(ConnectionId id, TimePoint now);
  struct Opened {
    std::chrono::nanoseconds took;
    bool again;  // it had been tried before
  };
  Opened opened(ConnectionId id, TimePoint now);
  /// It is open, and waits for the server's first word: as long as it may take to open.
  void awaits_greeting(ConnectionId id) {
    connections_[id].greeted = false;
    ++ungreeted_;
  }
  /// The word has come.
  void greeted(Connection& connection) {
    if (!std::exchange(connection.greeted, true)) --ungreeted_;
  }
  /// None of those that are open waits for it.
  bool all_greeted() const { return ungreeted_ == 0; }
  /// It could not be opened, and is tried again later.
  void failed(ConnectionId id, TimePoint now);

  // --- While it is open, and after ---
  /// A request of it was answered.
  void proved_useful(Connection& connection, TimePoint now) {
    connection.useful = true;
    connection.failures = 0;
    last_of_use_ = now;
  }
  /// Its last reply is here; the server is given time to close it.
  void awaits_close(ConnectionId id, TimePoint now);
  /// It ended: it is opened again at once where something was answered on it, otherwise later.
  void ended(ConnectionId id, TimePoint now);

  // --- Deadlines ---
  /// When next_to_open() or next_overdue() has something.
  TimePoint wake_up_time(TimePoint now) const {
    return openings_.can_start() ? std::min(next_alarm(), std::max(now, target_busy_until_)) : next_alarm();
  }
  /// next_overdue() has nothing before that.
  TimePoint next_alarm() const { return alarms_.next().value_or(TimePoint::max()); }
  /// One that is connecting, open or being closed for too long: it is to be closed. Ask again.
  std::optional<ConnectionId> next_overdue(TimePoint now);
  bool has_overdue_replies(const Connection& connection, TimePoint now) const {
    return !connection.starts.empty() && connection.starts.oldest().sent + options_.timeout <= now;
  }
  /// When the oldest request in flight on any of them was sent.
  std::optional<TimePoint> oldest_sent() const;

 private:
  struct Alarm {
    TimePoint when;
    ConnectionId id;
  };
  // Inline for reopening a connection after each request; connections.cc defines them, and alone calls them.
  inline void enter(ConnectionId id, Connection::State state, TimePoint since);
  inline void set_alarm(ConnectionId id, TimePoint when);
  inline void queue(ConnectionId id);
  inline TimePoint deadline_of(const Connection& connection, TimePoint now) const;

  Options options_;
  std::unique_ptr<StartRun[]> run_memory_;  // of all connections' StartRuns; touched only where used
  std::vector<TicketedStarts> ticketed_;    // instead, where there are tickets
  std::vector<Connection> connections_;
  OpeningQueue openings_;
  DeadlineQueue<Alarm> alarms_;
  TimePoint target_busy_until_;  // none is opened before that
  TimePoint last_of_use_;
  std::size_t untried_;
  std::size_t open_ = 0;
  std::size_t ungreeted_ = 0;  // of those that are open
};

}  // namespace suite
