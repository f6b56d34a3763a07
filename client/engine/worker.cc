#include "client/engine/worker.h"

#include <algorithm>
#include <bit>

namespace suite {
namespace {

Tally::Options options_of(const LoadPlan& plan, const WorkerShare& share) {
  Tally::Options options{
      .thread = share.place.number, .latency = plan.latency, .in_parts = plan.http.has_value(), .rate = {}};
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
      connections_(share.connections),
      openings_(plan.connect_burst),
      schedule_({.warmup = plan.warmup,
                 .measure = plan.duration,
                 .drain = plan.rate ? plan.timeout : std::chrono::nanoseconds(0)}),
      first_attempts_(share.connections),
      tally_(options_of(plan, share), board) {
  if (plan.rate) {
    const OpenLoop::Options options{.rate = *plan.rate,
                                    .place = share.place,
                                    .seed = plan.seed,
                                    .connections = share.connections,
                                    .timeout = plan.timeout};
    open_loop_.emplace(options, tally_, quota_);
  }
  const auto capacity = static_cast<std::uint32_t>(std::bit_ceil(plan.depth));
  run_memory_ = std::make_unique_for_overwrite<StartRun[]>(share.connections * capacity);
  for (ConnectionId id = 0; id < connections_.size(); ++id) {
    connections_[id].starts = StartRuns(run_memory_.get() + id * capacity, capacity);
    openings_.push(id);
  }
}

void Worker::connect() {
  last_held_ = now_ = driver_.now();
  const auto gets_on = [this] { return now_ - last_held_ < plan_.timeout; };
  while (first_attempts_ > 0 && !result_.interrupted && gets_on()) turn();
  result_.opened = open_;
}

void Worker::run(TimePoint start) {
  if (!result_.interrupted) {
    schedule_.begin(start);
    last_held_ = start;
    if (open_loop_) open_loop_->begin(start, schedule_.end_of(Phase::kMeasure));
    enter(Phase::kWarmup);
    pass_edges(start);
    for (ConnectionId id = 0; id < connections_.size() && in_load(); ++id) {
      if (connections_[id].state == Connection::State::kOpen) start_load(id, start);
    }
  }
  while (in_load() && !result_.interrupted) turn();
  const TimePoint now = measuring() ? std::max(now_, schedule_.end_of(Phase::kWarmup)) : now_;
  if (open_loop_ && result_.interrupted && phase_ >= Phase::kMeasure && in_load()) record_what_waits(now);
  end_window(now);
  take_findings();
}

void Worker::turn() {
  start_openings();
  const bool nothing_to_wait_for = phase_ == Phase::kConnect && first_attempts_ == 0;
  if (nothing_to_wait_for || phase_ == Phase::kDone) return;
  const Driver::Turn turn = driver_.turn(wake_up_time(), *this);
  now_ = turn.now;
  if (turn.woken == Driver::Woken::kByInterrupt) result_.interrupted = true;
  if (turn.now >= edge_) pass_edges(turn.now);
  ring_alarms(turn.now);
  if (open_loop_) dispatch(turn.now);
  if (turn.now >= edge_) pass_edges(turn.now);
  if (phase_ == Phase::kDrain && !awaits_anything()) enter(Phase::kDone);
  give_up_if_hopeless(turn.now);
}

Worker::TimePoint Worker::wake_up_time() const {
  TimePoint until = std::min(alarms_.next().value_or(TimePoint::max()), edge_);
  if (openings_.can_start()) until = std::min(until, std::max(now_, target_busy_until_));
  return open_loop_ && in_load() ? std::min(until, open_loop_->wake_up_time()) : until;
}

// --- Phases ---------------------------------------------------------------------------------------------

// Whatever ended by `now`, in its order: seconds of the window, and phases. Every event begins with this.
void Worker::pass_edges(TimePoint now) {
  while (now >= edge_) {
    if (tally_.second_end() < phase_end_) {
      tally_.end_second();
      find_edge();
    } else if (phase_ == Phase::kWarmup) {
      begin_window();
    } else if (measuring()) {
      end_window(phase_end_);
    } else {
      if (!quota_.is_used_up()) give_up_waiting(now);
      enter(Phase::kDone);
    }
  }
}

void Worker::enter(Phase phase) {
  phase_ = phase;
  phase_end_ = schedule_.end_of(phase);
  find_edge();
}

void Worker::find_edge() { edge_ = std::min(phase_end_, tally_.second_end()); }

void Worker::begin_window() {
  const TimePoint begin = schedule_.end_of(Phase::kWarmup);
  tally_.begin_window(begin, quota_.in_flight());
  workload_.begin_window();
  enter(Phase::kMeasure);
  quota_.begin(share_.requests);
  end_with_quota(begin);
}

// To be called wherever requests are over: with the last one of the quota the phase ends, there and then.
// What that means is seen to where any phase's end is, before the next event.
void Worker::end_with_quota(TimePoint now) {
  if (quota_.is_used_up()) phase_end_ = edge_ = now;
}

void Worker::end_window(TimePoint at) {
  if (phase_ >= Phase::kDrain) return;
  if (!measuring()) workload_.begin_window();  // interrupted before anything was measured
  std::optional<TimePoint> oldest;
  for (const Connection& connection : connections_) {
    if (connection.starts.empty()) continue;
    oldest = std::min(oldest.value_or(TimePoint::max()), connection.starts.front().sent);
  }
  tally_.end_window(at, oldest, quota_.in_flight());
  workload_.end_window();
  const bool drains = open_loop_ && measuring() && at >= schedule_.end_of(Phase::kMeasure);
  enter(drains ? Phase::kDrain : Phase::kDone);
}

bool Worker::awaits_anything() const {
  return quota_.in_flight() > 0 || open_loop_->next_due() != TimePoint::max();
}

// The drain took as long as a timeout.
void Worker::give_up_waiting(TimePoint now) {
  open_loop_->shed_overdue(now, UINT64_MAX);
  for (Connection& connection : connections_) {
    open_loop_->record_ages(connection.starts, now);
    fail_in_flight(connection, {.first = ErrorKind::kTimeout, .others = ErrorKind::kTimeout}, now);
  }
}

// Whoever interrupts a run that stalls wants to know for how long it did. Nobody knows what would have become
// of what waits, so it is no error.
void Worker::record_what_waits(TimePoint now) {
  for (Connection& connection : connections_) open_loop_->record_ages(connection.starts, now);
  open_loop_->record_waiting(now);
}

// Once nothing further is awaited.
void Worker::take_findings() {
  WorkerResult found = tally_.finish(quota_.in_flight());
  found.opened = result_.opened;
  found.interrupted = result_.interrupted;
  found.gave_up = result_.gave_up;
  result_ = std::move(found);
}

}  // namespace suite
