// When the requests of an open loop are due.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <random>

#include "client/load_plan.h"

namespace suite {

/// The due times of one thread's requests, ascending and without an end. Constant arrivals: request i of the
/// run is due i / rate after its beginning, and thread t of T takes every T-th from the t-th on, so that the
/// threads together are as even as one. Poisson arrivals: each thread has a process of its own, of a T-th of
/// the rate, and such processes add up to one of the whole rate (Kingman, Poisson Processes, 2.2). Made as
/// they are asked for: nothing grows. Takes the time, reads no clock. One thread.
class Arrivals {
 public:
  using TimePoint = std::chrono::steady_clock::time_point;

  /// The same seed gives the same arrivals.
  Arrivals(const RatePlan& plan, ThreadPlace place, std::uint64_t seed);

  /// The run begins. The constant request 0 is due at `start` itself.
  void begin(TimePoint start);
  /// When the earliest request that was not yet taken is due.
  TimePoint next() const { return next_; }
  void take();

 private:
  long double exponential();

  RatePlan::Arrivals kind_;
  ThreadPlace place_;
  // Of one thread's requests, in ns. A long double, whose 64 bits hold a day in steps far below one of them.
  long double gap_;
  std::mt19937_64 random_;
  TimePoint start_ = TimePoint::max();
  TimePoint next_ = TimePoint::max();
  std::uint64_t taken_ = 0;
  long double offset_ = 0;  // ns from the start to the next request, not rounded
};

}  // namespace suite
