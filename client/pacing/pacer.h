// The open loop of one thread: which requests are due, and who is free to take them.
#pragma once

#include <algorithm>
#include <chrono>
#include <cmath>
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
      : plan_(plan),
        arrivals_(plan, place, seed),
        idle_(connections),
        per_second_(plan.per_second / static_cast<double>(place.count)) {}

  /// Of this thread.
  double per_second() const { return per_second_; }

  /// Requests are due from `start` on, and none at `end` or later.
  void begin(TimePoint start, TimePoint end) {
    arrivals_.begin(start);
    start_ = start;
    end_ = end;
  }
  /// When `all` requests of a window, of all threads, have taken their time: N at a constant rate R take N /
  /// R. By chance arrivals that is when the next one would come, to be asked before that is taken: N in the
  /// time until then come at R a second on average, the mean of N / T, where T is the sum of N + 1
  /// exponential gaps.
  TimePoint end_of(std::uint64_t all, TimePoint window_begin) const {
    if (!constant()) return std::min(end_, arrivals_.next());
    return std::min(end_, window_begin + std::chrono::round<std::chrono::nanoseconds>(time_of(all)));
  }
  /// How long it takes to send what is due from `begin` to `end`, of all threads: whole gaps of a constant
  /// rate, where that ends within one.
  std::chrono::nanoseconds time_due(TimePoint begin, TimePoint end) const {
    if (!constant()) return end - begin;
    const long double requests = due_before(end) - due_before(begin);
    return std::max(end - begin, std::chrono::round<std::chrono::nanoseconds>(time_of(requests)));
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
  using Nanoseconds = std::chrono::duration<long double, std::nano>;

  bool constant() const { return plan_.arrivals == RatePlan::Arrivals::kConstant; }
  Nanoseconds time_of(long double requests) const { return Nanoseconds(requests * 1e9L / plan_.per_second); }
  long double due_before(TimePoint when) const {
    constexpr long double kRounding = 1e-6L;
    return std::ceil(Nanoseconds(when - start_) / time_of(1) - kRounding);
  }

  RatePlan plan_;
  Arrivals arrivals_;
  IdleConnections idle_;
  double per_second_;
  TimePoint start_;
  TimePoint end_ = TimePoint::max();
};

}  // namespace suite
