// The part of a worker that is an open loop.
#include <algorithm>

#include "client/engine/worker.h"

namespace suite {
namespace {

// At a rate far beyond what can be sent; in between the driver is asked for replies, and for an interrupt.
constexpr int kMostShedAtOnce = 10'000;

}  // namespace

// When the oldest request that waits, or the next to come, is due. With as many under way as were asked for,
// there is none.
Worker::TimePoint Worker::next_due() const {
  return quota_.issuable() > 0 ? pacer_->next() : TimePoint::max();
}

// Every request that is due goes to the connection that has been idle longest. What is due together is spread
// evenly over those that are idle, and only then stacked as deep as there is room: so one send carries all
// that a connection is to get. What finds nobody idle waits.
void Worker::dispatch(TimePoint now) {
  shed_overdue(now);
  while (in_load() && next_due() <= now) {
    const auto id = pacer_->idle().front();
    if (!id) return;
    const std::uint64_t share = (pacer_->waiting(now) - 1) / pacer_->idle().size() + 1;
    send_due(*id, std::min(issuable(connections_[*id]), share));
  }
}

void Worker::send_due(ConnectionId id, std::uint64_t most) {
  Connection& connection = connections_[id];
  const TimePoint now = driver_.now();
  std::uint64_t count = 0;
  for (; count < most && pacer_->next() <= now; ++count) {
    const TimePoint due = pacer_->take();
    tally_.sent_due(due, now);
    connection.starts.push({.due = due, .sent = now, .count = 1});
  }
  issued(id, count);
  pacer_->idle().remove(id);
  has_room(id, now);
  driver_.send(id, *this);
}

void Worker::shed_overdue(TimePoint now) {
  for (int i = 0; i < kMostShedAtOnce && in_load() && next_due() <= now - plan_.timeout; ++i) {
    if (!tally_.shed_due(pacer_->take(), now)) continue;
    quota_.use(1);
    end_with_quota(now);
  }
}

bool Worker::awaits_anything() const { return quota_.in_flight() > 0 || next_due() != TimePoint::max(); }

// The drain took as long as a timeout: what is unanswered now is recorded at its age, or it would hide what a
// server that stalls does to its users.
void Worker::give_up_waiting(TimePoint now) {
  while (in_load() && next_due() <= now - plan_.timeout) shed_overdue(now);
  record_ages(now);
  for (Connection& connection : connections_) {
    fail_in_flight(connection, {.first = ErrorKind::kTimeout, .others = ErrorKind::kTimeout}, now);
  }
}

// Whoever interrupts a run that stalls wants to know for how long it did: what waits is recorded at its age.
// Nobody knows what would have become of it, so it is no error.
void Worker::record_what_waits(TimePoint now) {
  record_ages(now);
  while (next_due() <= now) tally_.left_due(pacer_->take(), now);
}

void Worker::record_ages(TimePoint now) {
  for (Connection& connection : connections_) {
    for (; !connection.starts.empty(); connection.starts.take(connection.starts.front().count)) {
      const StartRun run = connection.starts.front();
      tally_.aged(run.due, now, run.count);
    }
  }
}

}  // namespace suite
