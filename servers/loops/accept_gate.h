// Whether a loop may accept one more connection now.
#pragma once

#include <chrono>
#include <cstddef>
#include <optional>

#include "servers/loop.h"
#include "servers/totals.h"

namespace suite {

/// Closed at the bound on connections, and for a while after descriptors ran out. While it is closed the
/// loop disarms its listener (a level-triggered event left armed would spin) and further connections
/// wait in the backlog. One thread.
class AcceptGate {
 public:
  using TimePoint = std::chrono::steady_clock::time_point;

  AcceptGate(const LoopLimits& limits, WorkerTotals& totals) : limits_(limits), totals_(totals) {}

  /// A pause that is over ends here, so that opens_at() never names a time that has passed.
  bool open(std::size_t connections, TimePoint now) {
    if (paused_until_ && now >= *paused_until_) paused_until_.reset();
    const bool full = connections >= limits_.max_connections;
    if (full && !was_full_) ++totals_.bound_reached;
    was_full_ = full;
    return !paused_until_ && !full;
  }
  /// accept found no descriptor or no memory.
  void on_exhausted(TimePoint now) {
    ++totals_.accept_pauses;
    paused_until_ = now + kPause;
  }
  /// A connection closed: there is a descriptor again.
  void on_close() { paused_until_.reset(); }
  /// When to try again though no connection closes; nothing while not paused.
  std::optional<TimePoint> opens_at() const { return paused_until_; }

 private:
  static constexpr std::chrono::milliseconds kPause{100};

  const LoopLimits& limits_;
  WorkerTotals& totals_;
  std::optional<TimePoint> paused_until_;
  bool was_full_ = false;
};

}  // namespace suite
