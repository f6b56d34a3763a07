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

/// Which phase a run is in, and when that ends: when its schedule says so, or earlier. One thread.
class Phases {
 public:
  using TimePoint = PhaseSchedule::TimePoint;

  explicit Phases(const PhaseSchedule::Lengths& lengths) : schedule_(lengths) {}

  /// Every connection stands. Until then it is Phase::kConnect, which has no end.
  void begin(TimePoint start) {
    schedule_.begin(start);
    enter(Phase::kWarmup);
  }
  void enter(Phase phase) {
    phase_ = phase;
    end_ = schedule_.end_of(phase);
  }
  /// The phase ends at `end` already.
  void cut_short(TimePoint end) { end_ = end; }

  Phase now() const { return phase_; }
  TimePoint end() const { return end_; }
  /// When a phase is to end.
  TimePoint end_of(Phase phase) const { return schedule_.end_of(phase); }
  bool is_measuring() const { return phase_ == Phase::kMeasure; }
  /// Requests are made, or awaited.
  bool in_load() const { return phase_ > Phase::kConnect && phase_ < Phase::kDone; }

 private:
  PhaseSchedule schedule_;
  Phase phase_ = Phase::kConnect;
  TimePoint end_ = TimePoint::max();
};

}  // namespace suite
