// All that joins the four parts of the engine, but for connections that open and end: worker_connections.cc.
#include "client/engine/worker.h"

#include <algorithm>

#include "client/workloads/make_workload.h"

namespace suite {
namespace {

Tally::Options tally_options(const LoadPlan& plan, const WorkerShare& share) {
  Tally::Options options{.thread = share.thread,
                         .latency = plan.latency,
                         .in_parts = traits_of(plan.protocol).in_parts,
                         .rate = {}};
  if (plan.rate) options.rate = plan.rate->per_second / static_cast<double>(share.place.count);
  return options;
}

}  // namespace

Worker::Worker(const LoadPlan& plan, WorkerShare share, Workload& workload, Driver& driver,
               SeriesBoard& board)
    : plan_(plan),
      share_(share),
      workload_(workload),
      driver_(driver),
      has_tickets_(workload.has_tickets()),
      bounds_room_(workload.bounds_room()),
      phases_({.warmup = plan.warmup,
               .measure = plan.duration,
               .drain = plan.rate ? plan.timeout : std::chrono::nanoseconds(0)}),
      connections_({.count = share.connections,
                    .depth = plan.depth,
                    .burst = plan.connect_burst,
                    .timeout = plan.timeout,
                    .exchanges = plan.exchanges_per_connection(),
                    .tickets = workload.has_tickets()}),
      tally_(tally_options(plan, share), board) {
  if (!plan.rate) return;
  const OpenLoop::Options options{.rate = *plan.rate,
                                  .place = share.place,
                                  .seed = plan.seed,
                                  .connections = share.connections,
                                  .timeout = plan.timeout};
  open_loop_.emplace(options, tally_, quota_);
}

void Worker::connect() {
  now_ = driver_.now();
  connections_.begin(now_);
  while (!all_stand() && !interrupted_ && connections_.gets_on(now_)) turn();
  opened_ = connections_.open_count();
}

void Worker::await(TimePoint start) {
  while (!interrupted_ && driver_.now() < start) {
    start_openings();
    const Driver::Turn turn = driver_.turn(std::min(connections_.wake_up_time(now_), start), *this);
    now_ = turn.now;
    if (turn.woken == Driver::Woken::kByInterrupt) interrupted_ = true;
    close_overdue(turn.now);
  }
}

void Worker::run(TimePoint start) {
  if (!interrupted_) {
    phases_.begin(start);
    connections_.begin(start);
    if (open_loop_) open_loop_->begin(start, phases_.end_of(Phase::kMeasure));
    edge_ = phases_.end();
    pass_edges(start);
    for (ConnectionId id = 0; id < share_.connections && phases_.in_load(); ++id) {
      if (connections_[id].state == Connection::State::kOpen) offer_room_and_send(id, start);
    }
  }
  while (phases_.in_load() && !interrupted_) turn();
  end_run();
}

void Worker::break_off() {
  tally_.leave_board();  // it takes memory, and that may be what is missing
  end_run();
}

void Worker::end_run() {
  const TimePoint now = phases_.is_measuring() ? std::max(now_, phases_.end_of(Phase::kWarmup)) : now_;
  // Whoever interrupts a run that stalls wants to know for how long it did. Nobody knows what would have
  // become of what waits, so it is no error.
  if (open_loop_ && interrupted_ && phases_.in_load() && phases_.now() != Phase::kWarmup) {
    open_loop_->record_ages(connections_, now);
    open_loop_->record_waiting(now);
  }
  end_window(now);
}

WorkerResult Worker::take_result() {
  WorkerResult found = tally_.finish(quota_.in_flight());
  found.opened = opened_;
  found.interrupted = interrupted_;
  found.gave_up = gave_up_;
  return found;
}

void Worker::turn() {
  start_openings();
  const bool nothing_to_wait_for = phases_.now() == Phase::kConnect && all_stand();
  if (nothing_to_wait_for || phases_.now() == Phase::kDone) return;
  const Driver::Turn turn = driver_.turn(wake_up_time(), *this);
  now_ = turn.now;
  if (turn.woken == Driver::Woken::kByInterrupt) interrupted_ = true;
  if (turn.now >= edge_) pass_edges(turn.now);
  close_overdue(turn.now);
  if (open_loop_) dispatch(turn.now);
  if (turn.now >= edge_) pass_edges(turn.now);
  if (phases_.now() == Phase::kDrain && quota_.in_flight() == 0 &&
      open_loop_->next_due() == TimePoint::max()) {
    enter(Phase::kDone);
  }
  // With a number of requests and no time limit, a server that takes no connection, or closes each at once,
  // would be tried for a very long time.
  if (phases_.is_measuring() && !plan_.duration && connections_.is_hopeless(turn.now)) {
    gave_up_ = true;
    end_window(turn.now);
  }
}

Worker::TimePoint Worker::wake_up_time() const {
  const TimePoint until = std::min(connections_.wake_up_time(now_), edge_);
  return open_loop_ && phases_.in_load() ? std::min(until, open_loop_->wake_up_time()) : until;
}

// --- Phases ---------------------------------------------------------------------------------------------

// Whatever ended by `now`, in its order: seconds of the window, and phases. Every event begins with this.
void Worker::pass_edges(TimePoint now) {
  while (now >= edge_) {
    if (tally_.second_end() < phases_.end()) {
      tally_.end_second();
      edge_ = std::min(phases_.end(), tally_.second_end());
    } else if (phases_.now() == Phase::kWarmup) {
      begin_window();
    } else if (phases_.is_measuring()) {
      end_window(phases_.end());
    } else {
      if (!quota_.is_used_up()) give_up_waiting(now);
      enter(Phase::kDone);
    }
  }
}

void Worker::enter(Phase phase) {
  phases_.enter(phase);
  edge_ = std::min(phases_.end(), tally_.second_end());
}

void Worker::begin_window() {
  const TimePoint begin = phases_.end();
  tally_.begin_window(begin, quota_.in_flight());
  workload_.begin_window();
  enter(Phase::kMeasure);
  quota_.begin(share_.requests);
  end_with_quota(begin);
}

void Worker::end_window(TimePoint at) {
  if (phases_.now() >= Phase::kDrain) return;
  if (!phases_.is_measuring()) workload_.begin_window();  // interrupted before anything was measured
  tally_.end_window(at, connections_.oldest_sent(), quota_.in_flight());
  if (open_loop_ && phases_.is_measuring()) {
    const auto all = quota_.is_used_up() ? plan_.requests : std::nullopt;
    open_loop_->end_window(phases_.end_of(Phase::kWarmup), at, all);
  }
  workload_.end_window();
  const bool drains = open_loop_ && phases_.is_measuring() && at >= phases_.end_of(Phase::kMeasure);
  enter(drains ? Phase::kDrain : Phase::kDone);
}

// The drain took as long as a timeout.
void Worker::give_up_waiting(TimePoint now) {
  open_loop_->shed_overdue(now, UINT64_MAX);
  for (const Connection& connection : connections_.all()) {
    const bool waits = !connection.starts.empty() && !connections_.has_overdue_replies(connection, now);
    if (waits) tally_.cut(connection.in_flight);
  }
  open_loop_->record_ages(connections_, now);
  for (Connection& connection : connections_.all()) {
    fail_in_flight(connection, {.first = ErrorKind::kTimeout, .others = ErrorKind::kTimeout}, now);
  }
}

// --- Requests -------------------------------------------------------------------------------------------

// What there is room for is sent at once, or by and by as it becomes due.
void Worker::offer_room(ConnectionId id, TimePoint now) {
  if (open_loop_) return open_loop_->offer(id, room(id) > 0);
  const std::uint64_t count = std::min(room(id), quota_.issuable());
  if (count == 0) return;
  connections_[id].starts.push({.due = now, .sent = now, .count = count});
  issued(id, count);
}

// How many more requests the connection takes.
std::uint64_t Worker::room(ConnectionId id) {
  const Connection& connection = connections_[id];
  const std::uint64_t most = std::min(plan_.depth - connection.in_flight, connection.may_issue);
  return bounds_room_ ? std::min(most, workload_.room(id)) : most;
}

void Worker::issued(ConnectionId id, std::uint64_t count) {
  Connection& connection = connections_[id];
  connection.in_flight += count;
  connection.may_issue -= count;
  quota_.issue(count);
  tally_.issued(count);
  if (has_tickets_) [[unlikely]] {
    workload_.issue_tickets(id, connection.starts.by_ticket().take_fresh());
  } else {
    workload_.issue(id, count);
  }
}

void Worker::offer_room_and_send(ConnectionId id, TimePoint now) {
  offer_room(id, now);
  driver_.send(id, *this);
}

// Of an open loop: what is due is sent by those whose turn it is.
void Worker::dispatch(TimePoint now) {
  if (!phases_.in_load()) return;
  open_loop_->shed_overdue(now);
  end_with_quota(now);
  while (const auto turn = open_loop_->next_turn(now)) {
    const TimePoint sent = driver_.now();
    const std::uint64_t most = std::min({room(turn->id), quota_.issuable(), turn->share});
    issued(turn->id, open_loop_->take(connections_[turn->id], most, sent));
    open_loop_->withdraw(turn->id);
    offer_room_and_send(turn->id, sent);
  }
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
  if (!wants_replies(id, bytes.size(), now)) return;
  Replies replies = workload_.received(id, bytes, quota_.left());
  take_all(id, bytes, replies, now);
}

void Worker::on_discarded(ConnectionId id, std::uint64_t count, TimePoint now) {
  if (!wants_replies(id, count, now)) return;
  Replies replies = workload_.discarded(id, count, quota_.left());
  take_all(id, {}, replies, now);
}

// Whether replies are looked for in what arrived.
bool Worker::wants_replies(ConnectionId id, std::uint64_t bytes, TimePoint now) {
  if (now >= edge_) pass_edges(now);
  if (phases_.now() == Phase::kDone) return false;
  tally_.received(bytes);
  return connections_[id].state == Connection::State::kOpen;
}

void Worker::take_all(ConnectionId id, std::span<const std::byte> bytes, Replies& replies, TimePoint now) {
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
  if (replies.begun) begin_reply(connection, replies, now);
  if (replies.fate == Fate::kBroken) {
    if (replies.farewell) driver_.send(id, *this);  // as far as the socket takes it
    drop(id, {.first = replies.broken_by, .others = ErrorKind::kClosedEarly}, now);
    return false;
  }
  if (now >= edge_) {  // by the quota: all else had been passed before
    pass_edges(now);
    return false;
  }
  if (replies.fate == Fate::kGoesOn) return true;
  part_with(id, replies.fate, now);
  return false;
}

// What is in flight behind the last reply was not processed (RFC 9112 9.6). It stays in flight and is sent
// again, on the connection that replaces this one.
void Worker::part_with(ConnectionId id, Fate fate, TimePoint now) {
  if (fate == Fate::kOver) {
    driver_.close(id);
    return ended(id, now);
  }
  connections_.awaits_close(id, now);
  if (open_loop_) open_loop_->withdraw(id);
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
  connections_.proved_useful(connection, now);
  if (replies.overtaking != nullptr) [[unlikely]]
    return answer_by_ticket(connection, replies, now);
  StartRuns& starts = connection.starts.in_order();
  for (std::uint64_t left = replies.answered; left > 0;) {
    const StartRun run = starts.front();
    const std::uint64_t count = std::min(left, run.count);
    if (!replies.wrong) record(connection, run, count, starts.first_byte(), now);
    starts.take(count);
    connection.first = false;
    left -= count;
  }
}

void Worker::answer_by_ticket(Connection& connection, const Replies& replies, TimePoint now) {
  for (const Ticket ticket : replies.overtaking->answered) {
    const TicketedStarts::Start start = connection.starts.by_ticket().take(ticket);
    const StartRun run{.due = start.due, .sent = start.sent, .count = 1};
    if (!replies.wrong) record(connection, run, 1, start.first_byte, now);
    connection.first = false;
  }
}

void Worker::begin_reply(Connection& connection, const Replies& replies, TimePoint now) {
  if (replies.overtaking == nullptr) return connection.starts.in_order().begin(now);
  for (const Ticket ticket : replies.overtaking->begun) connection.starts.by_ticket().begin(ticket, now);
}

// `first_byte` is that of the first of them.
void Worker::record(Connection& connection, const StartRun& run, std::uint64_t count, TimePoint first_byte,
                    TimePoint now) {
  const bool begun = first_byte != TimePoint::max();
  if (!tally_.takes_parts() || (!begun && !connection.first)) return tally_.answered(run, count, now);
  Tally::Parts parts{.first_byte = {}, .opening = {}, .opened = connection.since};
  if (begun) parts.first_byte = first_byte;
  if (connection.first) parts.opening = connection.opening;
  tally_.answered_in_parts(run, count, now, parts);
}

void Worker::go_on(ConnectionId id, TimePoint now) {
  const Connection& connection = connections_[id];
  if (!connection.greeted) [[unlikely]]
    look_for_greeting(id);
  if (connection.in_flight == 0 && connection.may_issue == 0) {
    driver_.close(id);
    return ended(id, now);
  }
  if (!phases_.in_load()) return;
  offer_room(id, now);
  if (open_loop_) dispatch(now);
}

void Worker::look_for_greeting(ConnectionId id) {
  if (workload_.is_greeted(id)) connections_.greeted(connections_[id]);
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
}

void Worker::time_out(Connection& connection, TimePoint now) {
  tally_.aged(connection.starts.oldest().due, now, 1);
  fail_in_flight(connection, {.first = ErrorKind::kTimeout, .others = ErrorKind::kClosedEarly}, now);
}

}  // namespace suite
