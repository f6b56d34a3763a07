// When the requests in flight on one connection started, where replies keep their order.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>

namespace suite {

/// Requests that were due, and were sent, at the same instants. In a closed loop a request is due when there
/// is room for it, and that is when it is sent.
struct StartRun {
  std::chrono::steady_clock::time_point due;
  std::chrono::steady_clock::time_point sent;
  std::uint64_t count;
};

/// A queue of runs in a ring of memory that somebody else owns. Requests are answered in order, so replies
/// take from the front; a queue that runs empty begins at its first place again, which keeps the memory in
/// use small. One thread.
class StartRuns {
 public:
  StartRuns() = default;
  /// `memory` holds `capacity` runs, a power of two and at least as many as there are requests in flight.
  StartRuns(StartRun* memory, std::uint32_t capacity) : runs_(memory), mask_(capacity - 1) {}

  using TimePoint = std::chrono::steady_clock::time_point;

  bool empty() const { return first_ == end_; }
  /// Not while empty.
  const StartRun& front() const { return runs_[first_ & mask_]; }
  void push(StartRun run) { runs_[end_++ & mask_] = run; }
  /// The first `count` requests of the front run are over; at most all of it.
  void take(std::uint64_t count) {
    first_byte_ = TimePoint::max();
    StartRun& run = runs_[first_ & mask_];
    run.count -= count;
    if (run.count == 0) ++first_;
    if (empty()) clear();
  }
  void clear() {
    first_ = end_ = 0;
    restart();
  }
  /// When the reply to the first request of the front run began; TimePoint::max(): it has not.
  TimePoint first_byte() const { return first_byte_; }
  /// It has begun, if it had not before.
  void begin(TimePoint now) { first_byte_ = std::min(first_byte_, now); }
  /// It has not: the connection is another one.
  void restart() { first_byte_ = TimePoint::max(); }
  /// From the front on.
  template <class Use>
  void for_each(Use use) const {
    for (std::uint32_t i = first_; i != end_; ++i) use(runs_[i & mask_]);
  }

 private:
  StartRun* runs_ = nullptr;
  std::uint32_t mask_ = 0;
  std::uint32_t first_ = 0;  // of the first run, counted on and on; its place is this modulo the capacity
  std::uint32_t end_ = 0;
  TimePoint first_byte_ = TimePoint::max();
};

}  // namespace suite
