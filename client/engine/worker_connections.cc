// The part of a load thread that opens its connections, and sees to their ends.
#include <cerrno>

#include "client/engine/worker.h"

namespace suite {

// At most a burst per turn: where handshakes end at once, replies are looked after in between.
void Worker::start_openings() {
  for (std::size_t i = 0; i < plan_.connect_burst && phases_.now() != Phase::kDone; ++i) {
    const auto id = connections_.next_to_open(
        now_, quota_.issuable() > 0 ? Connections::Work::kThereIs : Connections::Work::kNone);
    if (!id) return;
    const TimePoint now = driver_.now();
    const Driver::Opening opening = driver_.open(*id, plan_.target);
    if (opening == Driver::Opening::kBusy) {
      if (!connections_.try_later(*id, now)) connect_failed(*id, EAGAIN, now);
      return;
    }
    connections_.connecting(*id, now);
    if (opening == Driver::Opening::kOpen) on_connected(*id, driver_.now());
  }
}

void Worker::on_secured(ConnectionId id, const Handshake& handshake, TimePoint now) {
  if (now >= edge_) pass_edges(now);
  const Connections::Opened opened = connections_.opened(id, now);
  tally_.opened(opened.took - (now - handshake.began),
                opened.again ? Tally::Opening::kAgain : Tally::Opening::kFirst);
  workload_.restart(id, connections_[id].in_flight);
  if (!workload_.is_greeted(id)) connections_.awaits_greeting(id);
  if (phases_.in_load()) {
    offer_room_and_send(id, now);
  } else if (bounds_room_) {
    driver_.send(id, *this);  // what the server answers before any request
  }
}

void Worker::connect_failed(ConnectionId id, int error_number, TimePoint now) {
  tally_.could_not_open(error_number);
  opening_failed(id, ErrorKind::kConnect, now);
}

void Worker::handshake_failed(ConnectionId id, TimePoint now) {
  if (phases_.now() == Phase::kWarmup || phases_.is_measuring()) tally_.failed_handshake();
  opening_failed(id, ErrorKind::kTls, now);
}

void Worker::count_failed_opening(ErrorKind kind, TimePoint now) {
  if (phases_.now() != Phase::kWarmup && !phases_.is_measuring()) return;
  tally_.failed(kind, 1);
  quota_.use(1);
  end_with_quota(now);
}

void Worker::opening_failed(ConnectionId id, ErrorKind kind, TimePoint now) {
  count_failed_opening(kind, now);
  Connection& connection = connections_[id];
  if (now < edge_ && connections_.has_overdue_replies(connection, now)) time_out(connection, now);
  connections_.failed(id, now);
}

void Worker::on_broken(ConnectionId id, Break how, TimePoint now) {
  if (now >= edge_) pass_edges(now);
  if (phases_.now() == Phase::kDone) return;
  if (how.kind == Break::Kind::kNotOpened) return connect_failed(id, how.error_number, now);
  if (how.kind == Break::Kind::kNoTls) return handshake_failed(id, now);
  if (connections_[id].state == Connection::State::kClosing) return ended(id, now);
  if (how.kind == Break::Kind::kReset) {
    return drop(id, {.first = ErrorKind::kReset, .others = ErrorKind::kReset}, now);
  }
  if (how.kind == Break::Kind::kTlsFailed) {
    return drop(id, {.first = ErrorKind::kTls, .others = ErrorKind::kTls}, now);
  }
  // Its end may be what completes a reply; not where it may have been cut short (RFC 9112 9.8).
  const bool may_be_cut_short = how.kind == Break::Kind::kCut && !has_tickets_;
  const Replies last = may_be_cut_short ? Replies() : workload_.ended(id);
  if (last.answered == 0 || last.answered > quota_.left()) {
    return drop(id, {.first = ErrorKind::kClosedEarly, .others = ErrorKind::kClosedEarly}, now);
  }
  answer(connections_[id], last, now);
  ended(id, now);
}

void Worker::drop(ConnectionId id, Failure failure, TimePoint now) {
  driver_.close(id);
  fail_in_flight(connections_[id], failure, now);
  ended(id, now);
}

// An open connection ended, by whichever side.
void Worker::ended(ConnectionId id, TimePoint now) {
  if (open_loop_) open_loop_->withdraw(id);
  connections_.ended(id, now);
}

void Worker::close_overdue(TimePoint now) {
  while (phases_.now() != Phase::kDone && now < edge_ && connections_.next_alarm() <= now) {
    const auto id = connections_.next_overdue(now);
    if (!id) return;
    deadline_passed(*id, now);
  }
}

void Worker::deadline_passed(ConnectionId id, TimePoint now) {
  Connection& connection = connections_[id];
  driver_.close(id);
  if (connection.state == Connection::State::kConnecting) return connect_failed(id, ETIMEDOUT, now);
  if (connection.state == Connection::State::kOpen) {
    if (connections_.has_overdue_replies(connection, now)) {
      time_out(connection, now);
    } else {  // it is open in name only: the server's first word has not come
      tally_.could_not_open(ETIMEDOUT);
      count_failed_opening(ErrorKind::kConnect, now);
    }
  }
  ended(id, now);
}

}  // namespace suite
