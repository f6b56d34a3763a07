// Where a run stands: connect (all, then a barrier) -> warm-up -> measure -> done. In a closed loop nothing
// is left to drain: what is in flight at the end is neither success nor error.
#pragma once

#include <chrono>
#include <optional>

namespace suite {

enum class Phase { kConnect, kWarmup, kMeasure, kDone };

/// Says which phase an instant lies in. Takes the time, reads no clock. Times are exact: a reply that
/// arrives after the end of the window is not in it, however late the loop looks.
class PhaseSchedule {
 public:
  using TimePoint = std::chrono::steady_clock::time_point;

  /// Without `measure` the measuring has no end of its own.
  PhaseSchedule(std::chrono::nanoseconds warmup, std::optional<std::chrono::nanoseconds> measure)
      : warmup_(warmup), measure_(measure) {}

  /// Every connection stands: the warm-up begins.
  void begin(TimePoint start) {
    measure_begin_ = start + warmup_;
    if (measure_) measure_end_ = measure_begin_ + *measure_;
  }

  Phase at(TimePoint now) const {
    if (now >= measure_end_) return Phase::kDone;
    if (now >= measure_begin_) return Phase::kMeasure;
    return measure_begin_ == TimePoint::max() ? Phase::kConnect : Phase::kWarmup;
  }
  /// When `phase` ends by the clock; TimePoint::max() where something else ends it.
  TimePoint end_of(Phase phase) const {
    if (phase == Phase::kWarmup) return measure_begin_;
    return phase == Phase::kMeasure ? measure_end_ : TimePoint::max();
  }
  TimePoint measure_begin() const { return measure_begin_; }

 private:
  std::chrono::nanoseconds warmup_;
  std::optional<std::chrono::nanoseconds> measure_;
  TimePoint measure_begin_ = TimePoint::max();
  TimePoint measure_end_ = TimePoint::max();
};

}  // namespace suite
