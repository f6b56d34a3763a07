// The open loop of one thread: which requests are due, who is free to take them, and how late they are sent.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

#include "client/load_plan.h"
#include "client/load_result.h"
#include "client/pacing/arrivals.h"
#include "client/pacing/idle_connections.h"

namespace suite {

/// Requests that are due wait in one queue, which is never written down: the arrivals that were not taken yet
/// are it. Takes the time, reads no clock. One thread.
class Pacer {
 public:
  using TimePoint = Arrivals::TimePoint;

  /// A request sent later than this after it was due is counted as missed.
  static constexpr std::chrono::milliseconds kMissed{1};

  Pacer(const RatePlan& plan, ThreadPlace place, std::uint64_t seed, std::size_t connections)
      : arrivals_(plan, place, seed), idle_(connections) {
    result_.asked = plan.per_second / static_cast<double>(place.count);
  }

  /// Requests are due from `start` on, and none at `end` or later.
  void begin(TimePoint start, TimePoint end) {
    arrivals_.begin(start);
    end_ = end;
  }
  /// What was counted so far was warm-up: only what is due at `window_begin` or later counts.
  void begin_window(TimePoint window_begin) {
    result_.clear();
    window_begin_ = window_begin;
  }
  /// Whether a request that was due then belongs to the window.
  bool counts(TimePoint due) const { return due >= window_begin_; }

  /// When the oldest request that waits, or the next to come, is due; TimePoint::max(): there is none.
  TimePoint next() const { return arrivals_.next() < end_ ? arrivals_.next() : TimePoint::max(); }
  /// The next() one was sent at `now`, on a connection. When it was due.
  TimePoint take_sent(TimePoint now) {
    const TimePoint due = take();
    if (!counts(due)) return due;
    result_.lag.record(now - due);
    if (now - due > kMissed) ++result_.missed;
    return due;
  }
  /// The next() one waited too long and is not sent at all. When it was due.
  TimePoint take_shed() {
    const TimePoint due = take();
    if (counts(due)) ++result_.shed;
    return due;
  }
  /// The run is over before the next() one could be sent. When it was due.
  TimePoint take_unsent() { return take(); }
  /// About how many are due by `now`, which is next() or later.
  std::uint64_t waiting(TimePoint now) const {
    const double seconds = std::chrono::duration<double>(now - arrivals_.next()).count();
    return 1 + static_cast<std::uint64_t>(seconds * result_.asked);
  }

  IdleConnections& idle() { return idle_; }
  const IdleConnections& idle() const { return idle_; }
  RateResult& result() { return result_; }

 private:
  TimePoint take() {
    const TimePoint due = arrivals_.next();
    arrivals_.take();
    if (counts(due)) ++result_.due;
    return due;
  }

  Arrivals arrivals_;
  IdleConnections idle_;
  TimePoint end_ = TimePoint::max();
  TimePoint window_begin_ = TimePoint::min();
  RateResult result_;
};

}  // namespace suite
