// The clock of a driver, and how long it may wait by it.
#pragma once

#include <chrono>

namespace suite {

/// Remembers its latest reading. One thread.
class DriverClock {
 public:
  using TimePoint = std::chrono::steady_clock::time_point;

  /// Further away than this, what passed since the latest reading makes no difference.
  static constexpr std::chrono::milliseconds kSoon{100};

  TimePoint read() { return latest_ = std::chrono::steady_clock::now(); }
  TimePoint latest() const { return latest_; }

  /// How long it is until `until`; 0 or less: it has come. Exact where that is soon, for a request may be due
  /// then; otherwise by the latest reading, which costs nothing.
  std::chrono::nanoseconds left(TimePoint until) {
    const auto left = until - latest_;
    return left > std::chrono::nanoseconds(0) && left < kSoon ? until - read() : left;
  }

 private:
  TimePoint latest_ = std::chrono::steady_clock::now();
};

}  // namespace suite
