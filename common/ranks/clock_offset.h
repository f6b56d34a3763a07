// How far apart the clocks of two machines are, from messages that go back and forth.
#pragma once

#include <chrono>
#include <optional>

namespace suite {

/// Their clock less ours. The true difference is at most `bound` away from `value`.
struct ClockOffset {
  std::chrono::nanoseconds value{};
  std::chrono::nanoseconds bound{};

  bool operator==(const ClockOffset&) const = default;
};

/// A message left at `sent` and its answer arrived at `received`, both by our clock; in between their clock
/// was read. Whatever each way took, that reading was made within the round trip: at its middle, give or take
/// half of it (Cristian, Probabilistic clock synchronization, 1989). The shortest round trip bounds the
/// offset best. Takes instants, reads no clock.
class ClockOffsetEstimate {
 public:
  using TimePoint = std::chrono::steady_clock::time_point;

  void add(TimePoint sent, std::chrono::nanoseconds theirs, TimePoint received) {
    const auto half = (received - sent) / 2;
    const ClockOffset found{.value = theirs - (sent.time_since_epoch() + half),
                            .bound = received - sent - half};  // the larger half of an odd number
    if (!best_ || found.bound < best_->bound) best_ = found;
  }

  /// Nothing before the first round trip.
  const std::optional<ClockOffset>& best() const { return best_; }

 private:
  std::optional<ClockOffset> best_;
};

}  // namespace suite
