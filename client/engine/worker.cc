#include "client/engine/worker.h"

#include <algorithm>
#include <bit>

#include "common/process/cpu_usage.h"

namespace suite {
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
  const bool nothing_to_wait_for = phase_ == Phase::kConnect && first_attempts_ == 0;
  if (nothing_to_wait_for || phase_ == Phase::kDone) return;
  const TimePoint alarm = alarms_.next().value_or(TimePoint::max());
  const TimePoint until = openings_.can_start() ? now_ : std::min(alarm, phase_end_);
  const Driver::Turn turn = driver_.turn(until, *this);
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
  result_.http_times.clear();
  workload_.begin_window();
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
    result_.http_times.clear();
    workload_.begin_window();
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

// --- Replies --------------------------------------------------------------------------------------------

Appetite Worker::appetite(ConnectionId id) {
  return connections_[id].state == Connection::State::kOpen ? workload_.appetite(id) : Appetite{};
}

void Worker::on_received(ConnectionId id, std::span<const std::byte> bytes, TimePoint now) {
  if (!arrived(id, bytes.size(), now)) return;
  const Replies replies = workload_.received(id, bytes, requests_left_);
  take_all(id, bytes, replies, now);
}

void Worker::on_discarded(ConnectionId id, std::uint64_t count, TimePoint now) {
  if (!arrived(id, count, now)) return;
  take_all(id, {}, workload_.discarded(id, count, requests_left_), now);
}

// Whether replies are looked for in what arrived.
bool Worker::arrived(ConnectionId id, std::uint64_t bytes, TimePoint now) {
  if (now >= phase_end_) enter(schedule_.at(now), now);
  if (phase_ == Phase::kDone) return false;
  result_.counts.bytes_received += bytes;
  ++result_.counts.receives;
  return connections_[id].state == Connection::State::kOpen;
}

void Worker::take_all(ConnectionId id, std::span<const std::byte> bytes, Replies replies, TimePoint now) {
  while (take(id, replies, now)) {
    bytes = bytes.subspan(replies.consumed);
    if (bytes.empty() && !replies.more) return go_on(id, now);
    replies = workload_.received(id, bytes, requests_left_);
  }
}

// False where nothing further on the connection is to be looked at.
bool Worker::take(ConnectionId id, const Replies& replies, TimePoint now) {
  Connection& connection = connections_[id];
  if (replies.answered > 0) answer(connection, replies, now);
  if (replies.begun && connection.first_byte == TimePoint::max()) connection.first_byte = now;
  if (replies.after == After::kBroken) {
    drop(id, {.first = replies.broken_by, .others = ErrorKind::kClosedEarly}, now);
    return false;
  }
  if (requests_left_ == 0) {
    end_window(now);
    return false;
  }
  if (replies.after == After::kServerCloses) {
    server_closes(id, now);
    return false;
  }
  return true;
}

void Worker::go_on(ConnectionId id, TimePoint now) {
  const Connection& connection = connections_[id];
  if (connection.in_flight == 0 && connection.may_issue == 0) {
    driver_.close(id);
    return reopen(id, now);
  }
  if (running()) issue(id, now);
}

// A wrong reply is a reply: it says nothing against the connection, and its time is not recorded.
void Worker::answer(Connection& connection, const Replies& replies, TimePoint now) {
  if (replies.wrong) {
    count_errors(*replies.wrong, replies.answered);
  } else {
    requests_left_ -= measuring() ? replies.answered : 0;
    result_.counts.completed += replies.answered;
  }
  connection.in_flight -= replies.answered;
  in_flight_ -= replies.answered;
  connection.useful = true;
  connection.failures = 0;
  last_held_ = now;
  for (std::uint64_t left = replies.answered; left > 0;) {
    const StartRun run = connection.starts.front();
    const std::uint64_t count = std::min(left, run.count);
    if (!replies.wrong) record(connection, run, count, now);
    connection.starts.take(count);
    connection.first_byte = TimePoint::max();
    connection.opening = std::chrono::nanoseconds(-1);
    left -= count;
  }
}

// Only the oldest reply can have begun earlier, and only the first one of a connection waited for its
// opening: in its time belongs that of the opening too, except where it is sent again and has waited longer
// than that.
void Worker::record(Connection& connection, const StartRun& run, std::uint64_t count, TimePoint now) {
  const auto latency = now - run.at;
  result_.latency.record(latency, count);
  if (!plan_.http) return;
  HttpTimes& times = result_.http_times;
  const bool begun = connection.first_byte != TimePoint::max();
  if (begun) times.first_byte.record(connection.first_byte - run.at);
  times.first_byte.record(latency, count - (begun ? 1 : 0));
  const bool first = connection.opening.count() >= 0;
  if (first) {
    times.connect.record(connection.opening);
    times.total.record(latency +
                       (run.at >= connection.since ? connection.opening : std::chrono::nanoseconds(0)));
  }
  times.total.record(latency, count - (first ? 1 : 0));
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
  connection.first_byte = TimePoint::max();
}

void Worker::count_errors(ErrorKind kind, std::uint64_t count) {
  result_.counts.errors[kind] += count;
  if (measuring()) requests_left_ -= count;
}

}  // namespace suite
