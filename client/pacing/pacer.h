// The open loop of one thread: which requests are due, and who is free to take them.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

#include "client/load_plan.h"
#include "client/pacing/arrivals.h"
#include "client/pacing/idle_connections.h"

namespace suite {

/// Requests that are due wait in one queue, which is never written down: the arrivals that were not taken yet
/// are it. Takes the time, reads no clock. One thread.
class Pacer {
 public:
  using TimePoint = Arrivals::TimePoint;

  Pacer(const RatePlan& plan, ThreadPlace place, std::uint64_t seed, std::size_t connections)
      : arrivals_(plan, place, seed),
        idle_(connections),
        per_second_(plan.per_second / static_cast<double>(place.count)) {}

  /// Of this thread.
  double per_second() const { return per_second_; }

  /// Requests are due from `start` on, and none at `end` or later.
  void begin(TimePoint start, TimePoint end) {
    arrivals_.begin(start);
    end_ = end;
  }
  /// When the oldest request that waits, or the next to come, is due; TimePoint::max(): there is none.
  TimePoint next() const { return arrivals_.next() < end_ ? arrivals_.next() : TimePoint::max(); }
  /// The next() one is sent, or never will be. When it was due.
  TimePoint take() {
    const TimePoint due = arrivals_.next();
    arrivals_.take();
    return due;
  }
  /// About how many are due by `now`, which is next() or later.
  std::uint64_t waiting(TimePoint now) const {
    const double seconds = std::chrono::duration<double>(now - arrivals_.next()).count();
    return 1 + static_cast<std::uint64_t>(seconds * per_second_);
  }

  IdleConnections& idle() { return idle_; }
  const IdleConnections& idle() const { return idle_; }

 private:
  Arrivals arrivals_;
  IdleConnections idle_;
  double per_second_;
  TimePoint end_ = TimePoint::max();
};

}  // namespace suite
