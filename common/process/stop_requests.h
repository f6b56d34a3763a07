// What a SIGTERM or SIGINT asks for: the first an orderly end, a later one the end at once.
#pragma once

#include <chrono>
#include <optional>

namespace suite {

class StopRequests {
 public:
  using TimePoint = std::chrono::steady_clock::time_point;
  enum class Meaning { kDrain, kSameAgain, kEndNow };

  /// Signals that follow the first within 50 ms are the same request: timeout(1) signals its child and then
  /// the child's whole group.
  Meaning on_signal(TimePoint now) {
    if (!first_) {
      first_ = now;
      return Meaning::kDrain;
    }
    return now - *first_ < std::chrono::milliseconds(50) ? Meaning::kSameAgain : Meaning::kEndNow;
  }

 private:
  std::optional<TimePoint> first_;
};

}  // namespace suite
