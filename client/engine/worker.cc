#include "client/engine/worker.h"

#include <algorithm>
#include <bit>

namespace suite {
namespace {

constexpr auto kSecond = std::chrono::seconds(1);
constexpr std::chrono::nanoseconds kAtOnce{0};

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
      board_(board) {
  if (plan.rate) pacer_.emplace(*plan.rate, share.place, plan.seed, share.connections);
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
    if (pacer_) pacer_->begin(start, schedule_.end_of(Phase::kMeasure));
    enter(Phase::kWarmup, schedule_.end_of(Phase::kWarmup));
    pass_edges(start);
    for (ConnectionId id = 0; id < connections_.size() && in_load(); ++id) {
      if (connections_[id].state == Connection::State::kOpen) start_load(id, start);
    }
  }
  while (in_load() && !result_.interrupted) turn();
  const TimePoint now = std::max(now_, window_begin_);
  if (pacer_ && result_.interrupted && counting()) record_what_waits(now);
  end_window(now);
  finish();
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
  if (pacer_) dispatch(turn.now);
  if (phase_ == Phase::kDrain && !awaits_anything()) enter(Phase::kDone, TimePoint::max());
  give_up_if_hopeless(turn.now);
}

Worker::TimePoint Worker::wake_up_time() const {
  TimePoint until = std::min(alarms_.next().value_or(TimePoint::max()), edge_);
  if (openings_.can_start()) until = std::min(until, std::max(now_, target_busy_until_));
  if (!pacer_ || !in_load() || next_due() == TimePoint::max()) return until;
  // With nobody idle, the oldest request can only be shed.
  return std::min(until, next_due() + (pacer_->idle().empty() ? plan_.timeout : kAtOnce));
}

// --- Phases ---------------------------------------------------------------------------------------------

// Whatever ended by `now`, in its order: seconds of the window, and phases.
void Worker::pass_edges(TimePoint now) {
  while (now >= edge_) {
    if (second_end_ < phase_end_) {
      end_second(second_end_);
    } else if (phase_ == Phase::kWarmup) {
      begin_window();
    } else if (measuring()) {
      end_window(phase_end_);
    } else {
      give_up_waiting(now);
      enter(Phase::kDone, TimePoint::max());
    }
  }
}

void Worker::enter(Phase phase, TimePoint end) {
  phase_ = phase;
  phase_end_ = end;
  second_end_ = measuring() ? window_begin_ + kSecond : TimePoint::max();
  edge_ = std::min(phase_end_, second_end_);
}

// What was counted so far was warm-up. What is in flight now is answered in the window, so it counts there.
void Worker::begin_window() {
  window_begin_ = schedule_.end_of(Phase::kWarmup);
  enter(Phase::kMeasure, schedule_.end_of(Phase::kMeasure));
  begin_counting();
  requests_left_ = share_.requests.value_or(UINT64_MAX);
  use_at_begin_ = thread_use();
  if (requests_left_ == 0) end_window(window_begin_);
}

void Worker::begin_counting() {
  result_.counts = {.sent = in_flight_};
  at_second_ = at_window_begin_ = result_.counts;
  latency_.clear();
  at_once_.clear();
  result_.http_times.clear();
  if (pacer_) pacer_->begin_window(window_begin_);
  workload_.begin_window();
}

void Worker::end_second(TimePoint at) {
  spread_at_once();
  const LoadCounts& counts = result_.counts;
  board_.add(share_.place.number,
             {.length = at - (second_end_ - kSecond),
              .completed = counts.completed - at_second_.completed,
              .errors = counts.errors.total() - at_second_.errors.total()},
             latency_);
  at_second_ = counts;
  result_.latency.merge(latency_);
  latency_.clear();
  second_end_ += kSecond;
  edge_ = std::min(phase_end_, second_end_);
}

void Worker::end_window(TimePoint at) {
  if (phase_ >= Phase::kDrain) return;
  if (measuring()) {
    if (at > second_end_ - kSecond) end_second(at);
    result_.measured = at - window_begin_;
    result_.use = thread_use() - use_at_begin_;
  } else {
    begin_counting();  // interrupted before anything was measured
  }
  at_window_end_ = result_.counts;
  for (const Connection& connection : connections_) {
    if (connection.starts.empty()) continue;
    result_.oldest_in_flight = std::max(result_.oldest_in_flight, at - connection.starts.front().sent);
  }
  workload_.end_window();
  board_.leave(share_.place.number);
  if (pacer_ && measuring() && at >= schedule_.end_of(Phase::kMeasure)) {
    enter(Phase::kDrain, schedule_.end_of(Phase::kDrain));
  } else {
    enter(Phase::kDone, TimePoint::max());
  }
}

// What the run found, once nothing further is awaited. Throughput is of the window; so are the bytes.
void Worker::finish() {
  const LoadCounts in_all = result_.counts;
  result_.counts = at_window_end_;
  result_.counts.sent = in_all.sent;
  result_.counts.errors = in_all.errors;
  const std::uint64_t drained = in_all.completed - at_window_end_.completed;
  result_.counts.in_flight_at_end = drained;
  for (const Connection& connection : connections_) result_.counts.in_flight_at_end += connection.in_flight;
  spread_at_once();
  result_.latency.merge(latency_);
  if (!pacer_) return;
  result_.rate = std::move(pacer_->result());
  result_.rate->drained = drained;
  const std::uint64_t sent = at_window_end_.sent - at_window_begin_.sent;
  const double seconds = std::chrono::duration<double>(result_.measured).count();
  if (seconds > 0) result_.rate->achieved = static_cast<double>(sent) / seconds;
}

}  // namespace suite
