// How many requests a thread may still make.
#pragma once

#include <cstdint>
#include <optional>

namespace suite {

/// Requests that are over, well or badly, use up the quota; those in flight are spoken for. There is none
/// before begin(), nor where no number of requests was asked for: UINT64_MAX is never used up. One thread.
class Quota {
 public:
  void begin(std::optional<std::uint64_t> requests) { left_ = requests.value_or(UINT64_MAX); }

  /// How many requests may be issued now.
  std::uint64_t issuable() const { return left_ > in_flight_ ? left_ - in_flight_ : 0; }
  /// How many may still be over: fewer than are in flight where a warm-up left more than are asked for.
  std::uint64_t left() const { return left_; }
  std::uint64_t in_flight() const { return in_flight_; }
  bool is_used_up() const { return left_ == 0; }

  void issue(std::uint64_t count) { in_flight_ += count; }
  /// `count` of those in flight are over; no more than are left.
  void settle(std::uint64_t count) {
    in_flight_ -= count;
    left_ -= count;
  }
  /// `count` are over that never were in flight; no more than are left.
  void use(std::uint64_t count) { left_ -= count; }

 private:
  std::uint64_t left_ = UINT64_MAX;
  std::uint64_t in_flight_ = 0;
};

}  // namespace suite
