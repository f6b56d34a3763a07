// The part of a worker that is an open loop.
#include <algorithm>

#include "client/engine/worker.h"

namespace suite {

// When the oldest request that waits, or the next to come, is due. With as many under way as were asked for,
// there is none.
Worker::TimePoint Worker::next_due() const {
  return requests_left_ > in_flight_ ? pacer_->next() : TimePoint::max();
}

// Every request that is due goes to the connection that has been idle longest, as many to each as it has room
// for; what finds nobody idle waits.
void Worker::dispatch(TimePoint now) {
  shed_overdue(now);
  while (in_load() && next_due() <= now) {
    const auto id = pacer_->idle().front();
    if (!id) return;
    send_due(*id, issuable(connections_[*id]));
  }
}

void Worker::send_due(ConnectionId id, std::uint64_t most) {
  Connection& connection = connections_[id];
  const TimePoint now = driver_.now();
  std::uint64_t count = 0;
  for (; count < most && pacer_->next() <= now; ++count) {
    connection.starts.push({.due = pacer_->take_sent(now), .sent = now, .count = 1});
  }
  issued(id, count);
  pacer_->idle().remove(id);
  has_room(id, now);
  driver_.send(id, *this);
}

void Worker::shed_overdue(TimePoint now) {
  while (in_load() && next_due() <= now - plan_.timeout) {
    const TimePoint due = pacer_->take_shed();
    if (plan_.latency && pacer_->counts(due)) latency_.record(now - due);
    count_errors(ErrorKind::kTimeout, 1);
    if (requests_left_ == 0) end_window(now);
  }
}

bool Worker::awaits_anything() const {
  return requests_left_ > 0 && (in_flight_ > 0 || next_due() != TimePoint::max());
}

// The drain took as long as a timeout: what is unanswered now is recorded at its age, or it would hide what a
// server that stalls does to its users.
void Worker::give_up_waiting(TimePoint now) {
  shed_overdue(now);
  for (Connection& connection : connections_) {
    for (; !connection.starts.empty(); connection.starts.take(connection.starts.front().count)) {
      const StartRun run = connection.starts.front();
      if (takes_time_of(run)) latency_.record(now - run.due, run.count);
      count_errors(ErrorKind::kTimeout, run.count);
    }
    in_flight_ -= std::exchange(connection.in_flight, 0);
  }
}

}  // namespace suite
