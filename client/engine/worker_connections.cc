// The part of a worker that opens, closes and watches over its connections.
#include <algorithm>
#include <cerrno>

#include "client/engine/worker.h"

namespace suite {
namespace {

constexpr auto kBusyRetry = std::chrono::milliseconds(1);  // where a unix socket's queue is full
// How long a server that announced a connection's end may take to close it. The side that closes first keeps
// the port in TIME_WAIT; the client needs its ports.
constexpr auto kCloseWait = std::chrono::milliseconds(500);

}  // namespace

// --- Connections ----------------------------------------------------------------------------------------

// At most a burst per turn: where handshakes end at once, replies are looked after in between.
void Worker::start_openings() {
  if (now_ < target_busy_until_) return;
  for (std::size_t i = 0; i < plan_.connect_burst && phase_ != Phase::kDone; ++i) {
    const auto id = openings_.start_next();
    if (!id) return;
    Connection& connection = connections_[*id];
    if (connection.tried && !is_needed(connection)) {
      openings_.finished();
      continue;
    }
    const TimePoint now = driver_.now();
    connection.since = now;
    connection.state = Connection::State::kConnecting;
    switch (driver_.open(*id, plan_.target)) {
      case Driver::Opening::kBusy:
        target_busy_until_ = now + kBusyRetry;
        return try_later(*id, now);
      case Driver::Opening::kStarted:
        set_alarm(*id, now + plan_.timeout);
        break;
      case Driver::Opening::kOpen:
        opened(*id, driver_.now());
    }
  }
}

void Worker::try_later(ConnectionId id, TimePoint now) {
  Connection& connection = connections_[id];
  openings_.finished();
  connection.busy_since = std::min(connection.busy_since, now);
  if (now - connection.busy_since >= plan_.timeout) return connect_failed(id, EAGAIN, now);
  connection.state = Connection::State::kWaiting;
  connection.since = now + kBusyRetry;
  set_alarm(id, connection.since);
}

void Worker::first_attempt_over(Connection& connection) {
  if (!std::exchange(connection.tried, true)) --first_attempts_;
}

void Worker::on_connected(ConnectionId id, TimePoint now) { opened(id, now); }

void Worker::opened(ConnectionId id, TimePoint now) {
  if (now >= edge_) pass_edges(now);
  Connection& connection = connections_[id];
  openings_.finished();
  connection.opening = now - connection.since;
  tally_.opened(connection.opening, connection.tried ? Tally::Opening::kAgain : Tally::Opening::kFirst);
  if (!connection.tried) last_held_ = now;
  first_attempt_over(connection);
  connection.state = Connection::State::kOpen;
  connection.since = now;
  connection.busy_since = TimePoint::max();
  connection.useful = false;
  const std::uint64_t exchanges = plan_.exchanges_per_connection();
  connection.may_issue = exchanges - std::min(exchanges, connection.in_flight);
  connection.first_byte = TimePoint::max();
  ++open_;
  workload_.restart(id, connection.in_flight);
  set_alarm(id, deadline_of(connection, now));
  if (in_load()) start_load(id, now);
}

void Worker::on_broken(ConnectionId id, Break how, TimePoint now) {
  if (now >= edge_) pass_edges(now);
  if (phase_ == Phase::kDone) return;
  if (how.kind == Break::Kind::kNotOpened) {
    openings_.finished();
    return connect_failed(id, how.error_number, now);
  }
  if (connections_[id].state == Connection::State::kClosing) return reopen(id, now);
  if (how.kind == Break::Kind::kReset) {
    return drop(id, {.first = ErrorKind::kReset, .others = ErrorKind::kReset}, now);
  }
  ended(id, now);
}

// The server closed the connection; that may be what completes a reply.
void Worker::ended(ConnectionId id, TimePoint now) {
  const Replies last = workload_.ended(id);
  if (last.answered == 0) {
    return drop(id, {.first = ErrorKind::kClosedEarly, .others = ErrorKind::kClosedEarly}, now);
  }
  answer(connections_[id], last, now);
  reopen(id, now);
}

// What is in flight behind the last reply was not processed (RFC 9112 9.6). It stays in flight and is sent
// again, on the connection that replaces this one.
void Worker::server_closes(ConnectionId id, TimePoint now) {
  Connection& connection = connections_[id];
  connection.state = Connection::State::kClosing;
  if (open_loop_) open_loop_->idle().remove(id);
  connection.since = now;
  set_alarm(id, now + kCloseWait);
}

void Worker::connect_failed(ConnectionId id, int error_number, TimePoint now) {
  Connection& connection = connections_[id];
  first_attempt_over(connection);
  tally_.could_not_open(error_number);
  if (phase_ == Phase::kWarmup || measuring()) {
    tally_.failed(ErrorKind::kConnect, 1);
    quota_.use(1);
    end_with_quota(now);
  }
  connection.busy_since = TimePoint::max();
  const bool overdue = !connection.starts.empty() && deadline_of_replies(connection, now) <= now;
  if (overdue && now < edge_) time_out(connection, now);
  wait_to_reopen(id, now);
}

// An open connection ended, by whichever side.
void Worker::reopen(ConnectionId id, TimePoint now) {
  Connection& connection = connections_[id];
  if (open_loop_) open_loop_->idle().remove(id);
  --open_;
  if (now - connection.since >= plan_.timeout) last_held_ = now;
  if (!connection.useful) return wait_to_reopen(id, now);
  connection.state = Connection::State::kQueued;
  openings_.push(id);
}

// Whether a connection that was closed has something to do: the requests asked for may all be under way.
bool Worker::is_needed(const Connection& connection) const {
  return connection.in_flight > 0 || quota_.issuable() > 0;
}

void Worker::wait_to_reopen(ConnectionId id, TimePoint now) {
  Connection& connection = connections_[id];
  ++connection.failures;
  connection.state = Connection::State::kWaiting;
  connection.since = now + reopening_delay(connection.failures);
  set_alarm(id, connection.since);
}

void Worker::drop(ConnectionId id, Failure failure, TimePoint now) {
  driver_.close(id);
  fail_in_flight(connections_[id], failure, now);
  reopen(id, now);
}

// --- Deadlines ------------------------------------------------------------------------------------------

// A connection needs an entry only where it has none that comes up as early: the entry that does come up
// looks at what the connection waits for by then.
void Worker::set_alarm(ConnectionId id, TimePoint when) {
  TimePoint& alarm = connections_[id].alarm;
  if (alarm <= when) return;
  alarm = when;
  alarms_.push(when, {.when = when, .id = id});
}

void Worker::ring_alarms(TimePoint now) {
  while (phase_ != Phase::kDone && now < edge_) {
    const auto alarm = alarms_.pop_due(now);
    if (!alarm) return;
    Connection& connection = connections_[alarm->id];
    if (connection.alarm != alarm->when) continue;  // an earlier entry took its place
    connection.alarm = TimePoint::max();
    const TimePoint deadline = deadline_of(connection, now);
    if (deadline > now) {
      set_alarm(alarm->id, deadline);
    } else {
      deadline_passed(alarm->id, now);
    }
  }
}

Worker::TimePoint Worker::deadline_of(const Connection& connection, TimePoint now) const {
  switch (connection.state) {
    case Connection::State::kQueued:
      return TimePoint::max();
    case Connection::State::kWaiting:
      return connection.since;
    case Connection::State::kConnecting:
      return connection.since + plan_.timeout;
    case Connection::State::kClosing:
      return connection.since + kCloseWait;
    case Connection::State::kOpen:
      break;
  }
  return deadline_of_replies(connection, now);
}

// Of the oldest request in flight, or of one that is sent now.
Worker::TimePoint Worker::deadline_of_replies(const Connection& connection, TimePoint now) const {
  return (connection.starts.empty() ? now : connection.starts.front().sent) + plan_.timeout;
}

void Worker::time_out(Connection& connection, TimePoint now) {
  tally_.aged(connection.starts.front().due, now, 1);
  fail_in_flight(connection, {.first = ErrorKind::kTimeout, .others = ErrorKind::kClosedEarly}, now);
}

void Worker::deadline_passed(ConnectionId id, TimePoint now) {
  Connection& connection = connections_[id];
  switch (connection.state) {
    case Connection::State::kQueued:
      return;
    case Connection::State::kWaiting:
      connection.state = Connection::State::kQueued;
      return openings_.push(id);
    case Connection::State::kConnecting:
      driver_.close(id);
      openings_.finished();
      return connect_failed(id, ETIMEDOUT, now);
    case Connection::State::kClosing:
      driver_.close(id);
      return reopen(id, now);
    case Connection::State::kOpen:
      driver_.close(id);
      time_out(connection, now);
      return reopen(id, now);
  }
}

// With a number of requests and no time limit, a server that takes no connection, or closes each at once,
// would be tried for a very long time.
void Worker::give_up_if_hopeless(TimePoint now) {
  if (!measuring() || plan_.duration || open_ > 0 || now - last_held_ < plan_.timeout) return;
  result_.gave_up = true;
  end_window(now);
}

}  // namespace suite
