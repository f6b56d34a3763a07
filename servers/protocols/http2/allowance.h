// How much a peer may ask for that serves nothing.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>

namespace suite {

/// An account of one connection. Frames that make work and bring no answer nearer are paid from it: SETTINGS,
/// PING, WINDOW_UPDATE, empty DATA, CONTINUATION, RST_STREAM. Time fills it slowly, and what is answered and
/// sent fills it fast, so that only a flood empties it.
class Allowance {
 public:
  using TimePoint = std::chrono::steady_clock::time_point;

  static constexpr std::int32_t kMost = 10'000;
  static constexpr std::int32_t kPerSecond = 100;
  static constexpr std::uint64_t kBytesForOne = 256;

  /// False where it is used up.
  bool spend(std::int32_t cost, TimePoint now) {
    if (left_ < cost) refill(now);
    if (left_ < cost) return false;
    left_ -= cost;
    return true;
  }
  void earn(std::int32_t amount) { left_ = std::min(kMost, left_ + amount); }
  /// One for every kBytesForOne, whatever the sizes that they were sent in.
  void earn_by_sending(std::uint64_t bytes) {
    sent_ += bytes;
    earn(static_cast<std::int32_t>(std::min<std::uint64_t>(sent_ / kBytesForOne, kMost)));
    sent_ %= kBytesForOne;
  }

 private:
  void refill(TimePoint now) {
    constexpr std::chrono::nanoseconds kEach = std::chrono::nanoseconds(std::chrono::seconds(1)) / kPerSecond;
    if (filled_ == TimePoint()) filled_ = now;
    const auto count = std::min<std::int64_t>((now - filled_) / kEach, kMost);
    earn(static_cast<std::int32_t>(count));
    filled_ += count * kEach;
    if (left_ == kMost) filled_ = now;
  }

  std::int32_t left_ = kMost;
  std::uint64_t sent_ = 0;  // that have earned nothing yet
  TimePoint filled_{};      // when it was refilled last
};

}  // namespace suite
