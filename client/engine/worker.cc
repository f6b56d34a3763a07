#include "client/engine/worker.h"

#include <algorithm>
#include <bit>
#include <cerrno>

#include "common/process/cpu_usage.h"

namespace suite {
namespace {

constexpr auto kBusyRetry = std::chrono::milliseconds(1);  // where a unix socket's queue is full

}  // namespace

Worker::Worker(const LoadPlan& plan, WorkerShare share, Workload& workload, Driver& driver)
    : plan_(plan),
      share_(share),
      workload_(workload),
      driver_(driver),
      connections_(share.connections),
      openings_(plan.connect_burst),
      schedule_(plan.warmup, plan.duration),
      first_attempts_(share.connections) {
  const std::size_t capacity = std::bit_ceil(plan.depth);
  run_memory_ = std::make_unique_for_overwrite<StartRun[]>(capacity * share.connections);
  for (ConnectionId id = 0; id < connections_.size(); ++id) {
    connections_[id].starts = StartRuns(run_memory_.get() + id * capacity, capacity);
    openings_.push(id);
  }
}

void Worker::connect() {
  while (first_attempts_ > 0 && !result_.interrupted) turn();
  result_.opened = open_;
}

void Worker::run(TimePoint start) {
  if (result_.interrupted) return end_window(start);
  schedule_.begin(start);
  last_held_ = start;
  enter(schedule_.at(start), start);
  for (ConnectionId id = 0; id < connections_.size() && running(); ++id) {
    if (connections_[id].state != Connection::State::kOpen) continue;
    issue(id, start);
    driver_.send(id, *this);
  }
  while (running() && !result_.interrupted) turn();
  if (running()) end_window(std::max(now_, window_begin_));
}

void Worker::turn() {
  start_openings();
  const TimePoint alarm = alarms_.next().value_or(TimePoint::max());
  const Driver::Turn turn = driver_.turn(std::min(alarm, phase_end_), *this);
  now_ = turn.now;
  if (turn.woken == Driver::Woken::kByInterrupt) result_.interrupted = true;
  if (turn.now >= phase_end_) enter(schedule_.at(turn.now), turn.now);
  ring_alarms(turn.now);
  give_up_if_hopeless(turn.now);
}

// --- Phases ---------------------------------------------------------------------------------------------

void Worker::enter(Phase phase, TimePoint at) {
  if (phase == Phase::kWarmup) {
    phase_ = phase;
    phase_end_ = schedule_.end_of(phase);
    return;
  }
  if (!measuring()) begin_window();
  if (phase == Phase::kDone) end_window(std::min(at, schedule_.end_of(Phase::kMeasure)));
}

// What was counted so far was warm-up. What is in flight now is answered in the window, so it counts there.
void Worker::begin_window() {
  phase_ = Phase::kMeasure;
  phase_end_ = schedule_.end_of(phase_);
  window_begin_ = schedule_.measure_begin();
  result_.counts = {.sent = in_flight_};
  result_.latency.clear();
  requests_left_ = share_.requests.value_or(UINT64_MAX);
  cpu_at_begin_ = thread_cpu_time();
  if (requests_left_ == 0) end_window(window_begin_);
}

void Worker::end_window(TimePoint at) {
  if (phase_ == Phase::kDone) return;
  if (measuring()) {
    result_.measured = at - window_begin_;
    result_.cpu = thread_cpu_time() - cpu_at_begin_;
  } else {
    result_.counts = {.sent = in_flight_};  // interrupted before anything was measured
    result_.latency.clear();
  }
  for (const Connection& connection : connections_) result_.counts.in_flight_at_end += connection.in_flight;
  phase_ = Phase::kDone;
  phase_end_ = TimePoint::max();  // nothing is entered after it
}

// --- Requests -------------------------------------------------------------------------------------------

std::uint64_t Worker::issuable(const Connection& connection) const {
  const std::uint64_t quota = requests_left_ > in_flight_ ? requests_left_ - in_flight_ : 0;
  return std::min({plan_.depth - connection.in_flight, connection.may_issue, quota});
}

void Worker::issue(ConnectionId id, TimePoint now) {
  Connection& connection = connections_[id];
  const std::uint64_t count = issuable(connection);
  if (count == 0) return;
  connection.starts.push({.at = now, .count = count});
  connection.in_flight += count;
  connection.may_issue -= count;
  in_flight_ += count;
  result_.counts.sent += count;
  workload_.issue(id, count);
}

void Worker::on_sent(ConnectionId id, std::size_t count) {
  workload_.sent(id, count);
  result_.counts.bytes_sent += count;
}

void Worker::on_received(ConnectionId id, std::span<const std::byte> bytes, TimePoint now) {
  if (now >= phase_end_) enter(schedule_.at(now), now);
  if (phase_ == Phase::kDone) return;
  Connection& connection = connections_[id];
  result_.counts.bytes_received += bytes.size();
  const Replies replies = workload_.received(id, bytes);
  if (replies.correct > 0) complete(connection, replies.correct, now);
  if (replies.mismatch) {
    return drop(id, {.first = ErrorKind::kMismatch, .others = ErrorKind::kClosedEarly}, now);
  }
  if (requests_left_ == 0) return end_window(now);
  if (connection.in_flight == 0 && connection.may_issue == 0) {
    driver_.close(id);
    return reopen(id, now);
  }
  if (running()) issue(id, now);
}

void Worker::complete(Connection& connection, std::uint64_t replies, TimePoint now) {
  replies = std::min(replies, requests_left_);
  requests_left_ -= measuring() ? replies : 0;
  result_.counts.completed += replies;
  connection.in_flight -= replies;
  in_flight_ -= replies;
  connection.useful = true;
  connection.failures = 0;
  last_held_ = now;
  while (replies > 0) {
    const StartRun& run = connection.starts.front();
    const std::uint64_t count = std::min(replies, run.count);
    result_.latency.record(now - run.at, count);
    connection.starts.take(count);
    replies -= count;
  }
}

void Worker::fail_in_flight(Connection& connection, Failure failure) {
  const std::uint64_t failed = std::min(connection.in_flight, requests_left_);
  if (failed > 0) {
    count_errors(failure.first, 1);
    count_errors(failure.others, failed - 1);
  }
  connection.in_flight -= failed;
  in_flight_ -= failed;
  connection.starts.clear();
}

void Worker::count_errors(ErrorKind kind, std::uint64_t count) {
  result_.counts.errors[kind] += count;
  if (measuring()) requests_left_ -= count;
}

// --- Connections ----------------------------------------------------------------------------------------

void Worker::start_openings() {
  while (const auto id = openings_.start_next()) {
    Connection& connection = connections_[*id];
    const TimePoint now = driver_.now();
    connection.since = now;
    connection.state = Connection::State::kConnecting;
    if (driver_.open(*id, plan_.target) == Driver::Opening::kBusy) return try_later(*id, now);
    set_alarm(*id, now + plan_.timeout);
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

void Worker::on_connected(ConnectionId id, TimePoint now) {
  if (now >= phase_end_) enter(schedule_.at(now), now);
  Connection& connection = connections_[id];
  openings_.finished();
  result_.connect.record(now - connection.since);
  result_.counts.reopened += connection.tried ? 1 : 0;
  first_attempt_over(connection);
  connection.state = Connection::State::kOpen;
  connection.since = now;
  connection.busy_since = TimePoint::max();
  connection.useful = false;
  connection.may_issue = plan_.per_conn.value_or(UINT64_MAX);
  ++open_;
  workload_.restart(id);
  set_alarm(id, now + plan_.timeout);
  if (!running()) return;
  issue(id, now);
  driver_.send(id, *this);
}

void Worker::on_broken(ConnectionId id, Break how, TimePoint now) {
  if (now >= phase_end_) enter(schedule_.at(now), now);
  if (phase_ == Phase::kDone) return;
  if (how.kind == Break::Kind::kNotOpened) {
    openings_.finished();
    return connect_failed(id, how.error_number, now);
  }
  const ErrorKind kind = how.kind == Break::Kind::kReset ? ErrorKind::kReset : ErrorKind::kClosedEarly;
  drop(id, {.first = kind, .others = kind}, now);
}

void Worker::connect_failed(ConnectionId id, int error_number, TimePoint now) {
  Connection& connection = connections_[id];
  first_attempt_over(connection);
  result_.last_connect_error = error_number;
  if (running()) count_errors(ErrorKind::kConnect, 1);
  if (requests_left_ == 0) return end_window(now);
  connection.busy_since = TimePoint::max();
  wait_to_reopen(id, now);
}

// An open connection ended, by whichever side.
void Worker::reopen(ConnectionId id, TimePoint now) {
  Connection& connection = connections_[id];
  --open_;
  if (now - connection.since >= plan_.timeout) last_held_ = now;
  if (!connection.useful) return wait_to_reopen(id, now);
  connection.state = Connection::State::kQueued;
  openings_.push(id);
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
  fail_in_flight(connections_[id], failure);
  if (requests_left_ == 0) return end_window(now);
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
  while (running() || phase_ == Phase::kConnect) {
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
    case Connection::State::kOpen:
      break;
  }
  return (connection.starts.empty() ? now : connection.starts.front().at) + plan_.timeout;
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
    case Connection::State::kOpen:
      result_.latency.record(now - connection.starts.front().at);
      return drop(id, {.first = ErrorKind::kTimeout, .others = ErrorKind::kClosedEarly}, now);
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
