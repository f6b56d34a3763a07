// The part of a worker that sends requests and takes replies.
#include <algorithm>

#include "client/engine/worker.h"

namespace suite {

// --- Requests -------------------------------------------------------------------------------------------

std::uint64_t Worker::issuable(const Connection& connection) const {
  return std::min({plan_.depth - connection.in_flight, connection.may_issue, quota_.issuable()});
}

// The connection stands: what is to be sent on it first.
void Worker::start_load(ConnectionId id, TimePoint now) {
  has_room(id, now);
  driver_.send(id, *this);
}

void Worker::has_room(ConnectionId id, TimePoint now) {
  if (!open_loop_) return issue(id, now);
  const Connection& connection = connections_[id];
  if (connection.in_flight < plan_.depth && connection.may_issue > 0) open_loop_->idle().add(id);
}

void Worker::issue(ConnectionId id, TimePoint now) {
  const std::uint64_t count = issuable(connections_[id]);
  if (count == 0) return;
  connections_[id].starts.push({.due = now, .sent = now, .count = count});
  issued(id, count);
}

void Worker::dispatch(TimePoint now) {
  if (!in_load()) return;
  open_loop_->shed_overdue(now);
  end_with_quota(now);
  while (const auto turn = open_loop_->next_turn(now)) {
    Connection& connection = connections_[turn->id];
    const TimePoint sent = driver_.now();
    issued(turn->id, open_loop_->take(connection.starts, std::min(issuable(connection), turn->share), sent));
    open_loop_->idle().remove(turn->id);
    has_room(turn->id, sent);
    driver_.send(turn->id, *this);
  }
}

void Worker::issued(ConnectionId id, std::uint64_t count) {
  Connection& connection = connections_[id];
  connection.in_flight += count;
  connection.may_issue -= count;
  quota_.issue(count);
  tally_.issued(count);
  workload_.issue(id, count);
}

bool Worker::on_sent(ConnectionId id, std::size_t count) {
  tally_.sent(count);
  return workload_.sent(id, count);
}

// --- Replies --------------------------------------------------------------------------------------------

Appetite Worker::appetite(ConnectionId id) {
  return connections_[id].state == Connection::State::kOpen ? workload_.appetite(id) : Appetite{};
}

void Worker::on_received(ConnectionId id, std::span<const std::byte> bytes, TimePoint now) {
  if (!arrived(id, bytes.size(), now)) return;
  const Replies replies = workload_.received(id, bytes, quota_.left());
  take_all(id, bytes, replies, now);
}

void Worker::on_discarded(ConnectionId id, std::uint64_t count, TimePoint now) {
  if (!arrived(id, count, now)) return;
  take_all(id, {}, workload_.discarded(id, count, quota_.left()), now);
}

// Whether replies are looked for in what arrived.
bool Worker::arrived(ConnectionId id, std::uint64_t bytes, TimePoint now) {
  if (now >= edge_) pass_edges(now);
  if (phase_ == Phase::kDone) return false;
  tally_.received(bytes);
  return connections_[id].state == Connection::State::kOpen;
}

void Worker::take_all(ConnectionId id, std::span<const std::byte> bytes, Replies replies, TimePoint now) {
  while (take(id, replies, now)) {
    bytes = bytes.subspan(replies.consumed);
    if (bytes.empty() && !replies.more) return go_on(id, now);
    replies = workload_.received(id, bytes, quota_.left());
  }
}

// False where nothing further on the connection is to be looked at.
bool Worker::take(ConnectionId id, const Replies& replies, TimePoint now) {
  Connection& connection = connections_[id];
  if (replies.answered > 0) answer(connection, replies, now);
  if (replies.begun && connection.first_byte == TimePoint::max()) connection.first_byte = now;
  if (replies.fate == Fate::kBroken) {
    drop(id, {.first = replies.broken_by, .others = ErrorKind::kClosedEarly}, now);
    return false;
  }
  if (now >= edge_) {  // by the quota: all else had been passed before
    pass_edges(now);
    return false;
  }
  if (replies.fate == Fate::kServerCloses) {
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
  if (!in_load()) return;
  has_room(id, now);
  if (open_loop_) dispatch(now);
}

// A wrong reply is a reply: it says nothing against the connection, and its time is not recorded.
void Worker::answer(Connection& connection, const Replies& replies, TimePoint now) {
  if (replies.wrong) {
    tally_.failed(*replies.wrong, replies.answered);
  } else {
    tally_.completed(replies.answered);
  }
  connection.in_flight -= replies.answered;
  quota_.settle(replies.answered);
  end_with_quota(now);
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

void Worker::record(const Connection& connection, const StartRun& run, std::uint64_t count, TimePoint now) {
  if (!tally_.takes_parts()) return tally_.answered(run, count, now);
  const bool begun = connection.first_byte != TimePoint::max();
  const bool first = connection.opening.count() >= 0;
  if (!begun && !first) return tally_.answered(run, count, now);
  Tally::Parts parts{.first_byte = {}, .opening = {}, .opened = connection.since};
  if (begun) parts.first_byte = connection.first_byte;
  if (first) parts.opening = connection.opening;
  tally_.answered_in_parts(run, count, now, parts);
}

void Worker::fail_in_flight(Connection& connection, Failure failure, TimePoint now) {
  const std::uint64_t failed = std::min(connection.in_flight, quota_.left());
  if (failed > 0) {
    tally_.failed(failure.first, 1);
    tally_.failed(failure.others, failed - 1);
  }
  connection.in_flight -= failed;
  quota_.settle(failed);
  end_with_quota(now);
  connection.starts.clear();
  connection.first_byte = TimePoint::max();
}

}  // namespace suite
