// Where a run stands: connect (all, then a barrier) -> warm-up -> measure -> drain -> done. A closed loop has
// nothing to drain: what is in flight at its end is neither success nor error.
#pragma once

#include <chrono>
#include <optional>

namespace suite {

enum class Phase { kConnect, kWarmup, kMeasure, kDrain, kDone };

/// Says when each phase ends. Takes the time, reads no clock. Times are exact: a reply that arrives after the
/// end of the window is not in it, however late the loop looks.
class PhaseSchedule {
 public:
  using TimePoint = std::chrono::steady_clock::time_point;

  struct Lengths {
    std::chrono::nanoseconds warmup{};
    std::optional<std::chrono::nanoseconds> measure;  // unset: it has no end of its own
    std::chrono::nanoseconds drain{};                 // at the most; zero: nothing is awaited
  };
  explicit PhaseSchedule(const Lengths& lengths) : lengths_(lengths) {}

  /// Every connection stands: the warm-up begins.
  void begin(TimePoint start) {
    measure_begin_ = start + lengths_.warmup;
    if (lengths_.measure) measure_end_ = measure_begin_ + *lengths_.measure;
  }

  /// When `phase` ends by the clock; TimePoint::max() where something else ends it.
  TimePoint end_of(Phase phase) const {
    if (phase == Phase::kWarmup) return measure_begin_;
    if (phase == Phase::kDrain) return measure_end_ + lengths_.drain;
    return phase == Phase::kMeasure ? measure_end_ : TimePoint::max();
  }

 private:
  Lengths lengths_;
  TimePoint measure_begin_ = TimePoint::max();
  TimePoint measure_end_ = TimePoint::max();
};

}  // namespace suite
