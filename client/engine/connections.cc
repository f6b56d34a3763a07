#include "client/engine/connections.h"

#include <bit>

namespace suite {
namespace {

constexpr auto kBusyRetry = std::chrono::milliseconds(1);  // where a unix socket's queue is full
// How long a server that announced a connection's end may take to close it. The side that closes first keeps
// the port in TIME_WAIT; the client needs its ports.
constexpr auto kCloseWait = std::chrono::milliseconds(500);

}  // namespace

Connections::Connections(const Options& options)
    : options_(options), connections_(options.count), openings_(options.burst), untried_(options.count) {
  for (ConnectionId id = 0; id < connections_.size(); ++id) openings_.push(id);
  if (options.tickets) {
    ticketed_.assign(options.count, TicketedStarts(options.depth));
    for (ConnectionId id = 0; id < connections_.size(); ++id) connections_[id].starts = Starts(ticketed_[id]);
    return;
  }
  const auto capacity = static_cast<std::uint32_t>(std::bit_ceil(options.depth));
  run_memory_ = std::make_unique_for_overwrite<StartRun[]>(options.count * capacity);
  for (ConnectionId id = 0; id < connections_.size(); ++id) {
    connections_[id].starts = Starts(StartRuns(run_memory_.get() + id * capacity, capacity));
  }
}

std::optional<Connections::TimePoint> Connections::oldest_sent() const {
  std::optional<TimePoint> oldest;
  for (const Connection& connection : connections_) {
    if (connection.starts.empty()) continue;
    oldest = std::min(oldest.value_or(TimePoint::max()), connection.starts.oldest().sent);
  }
  return oldest;
}

// --- Opening --------------------------------------------------------------------------------------------

void Connections::connecting(ConnectionId id, TimePoint now) {
  enter(id, Connection::State::kConnecting, now);
}

bool Connections::try_later(ConnectionId id, TimePoint now) {
  Connection& connection = connections_[id];
  target_busy_until_ = now + kBusyRetry;
  connection.busy_since = std::min(connection.busy_since, now);
  if (now - connection.busy_since >= options_.timeout) return false;
  openings_.finished();
  enter(id, Connection::State::kWaiting, now + kBusyRetry);
  return true;
}

Connections::Opened Connections::opened(ConnectionId id, TimePoint now) {
  Connection& connection = connections_[id];
  openings_.finished();
  const bool again = std::exchange(connection.tried, true);
  if (!again) {
    --untried_;
    last_of_use_ = now;
  }
  connection.opening = now - connection.since;
  connection.busy_since = TimePoint::max();
  connection.useful = false;
  connection.may_issue = options_.exchanges - std::min(options_.exchanges, connection.in_flight);
  connection.first = true;
  connection.starts.restart();
  ++open_;
  enter(id, Connection::State::kOpen, now);
  return {.took = connection.opening, .again = again};
}

void Connections::failed(ConnectionId id, TimePoint now) {
  Connection& connection = connections_[id];
  openings_.finished();
  if (!std::exchange(connection.tried, true)) --untried_;
  connection.busy_since = TimePoint::max();
  enter(id, Connection::State::kWaiting, now + reopening_delay(++connection.failures));
}

void Connections::awaits_close(ConnectionId id, TimePoint now) {
  enter(id, Connection::State::kClosing, now);
}

void Connections::ended(ConnectionId id, TimePoint now) {
  Connection& connection = connections_[id];
  --open_;
  greeted(connection);
  if (now - connection.since >= options_.timeout) last_of_use_ = now;
  if (connection.useful) return queue(id);
  enter(id, Connection::State::kWaiting, now + reopening_delay(++connection.failures));
}

void Connections::queue(ConnectionId id) {
  connections_[id].state = Connection::State::kQueued;
  openings_.push(id);
}

void Connections::enter(ConnectionId id, Connection::State state, TimePoint since) {
  connections_[id].state = state;
  connections_[id].since = since;
  set_alarm(id, deadline_of(connections_[id], since));
}

// --- Deadlines ------------------------------------------------------------------------------------------

// A connection needs an entry only where it has none that comes up as early: the entry that does come up
// looks at what the connection waits for by then.
void Connections::set_alarm(ConnectionId id, TimePoint when) {
  TimePoint& alarm = connections_[id].alarm;
  if (alarm <= when) return;
  alarm = when;
  alarms_.push(when, {.when = when, .id = id});
}

std::optional<ConnectionId> Connections::next_overdue(TimePoint now) {
  while (const auto alarm = alarms_.pop_due(now)) {
    Connection& connection = connections_[alarm->id];
    if (connection.alarm != alarm->when) continue;  // an earlier entry took its place
    connection.alarm = TimePoint::max();
    const TimePoint deadline = deadline_of(connection, now);
    if (deadline > now) {
      set_alarm(alarm->id, deadline);
    } else if (connection.state == Connection::State::kWaiting) {
      queue(alarm->id);
    } else {
      return alarm->id;
    }
  }
  return std::nullopt;
}

Connections::TimePoint Connections::deadline_of(const Connection& connection, TimePoint now) const {
  switch (connection.state) {
    case Connection::State::kQueued:
      return TimePoint::max();
    case Connection::State::kWaiting:
      return connection.since;
    case Connection::State::kConnecting:
      return connection.since + options_.timeout;
    case Connection::State::kClosing:
      return connection.since + kCloseWait;
    case Connection::State::kOpen:
      break;
  }
  // Of the oldest request in flight, or of one that is sent now.
  const TimePoint oldest = connection.starts.empty() ? now : connection.starts.oldest().sent;
  return (connection.greeted ? oldest : std::min(oldest, connection.since)) + options_.timeout;
}

}  // namespace suite
