// Where the threads of a run wait for each other.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <mutex>
#include <optional>

namespace suite {

/// A barrier, once, for a known number of threads: it hands all of them the same instant, or sends all of
/// them home when one cannot come. Any thread.
class Rendezvous {
 public:
  using TimePoint = std::chrono::steady_clock::time_point;

  explicit Rendezvous(std::size_t threads) : missing_(threads) {}

  /// Waits until everybody has arrived. Nothing: it was called off before that. `at`: the instant that all
  /// are handed where this is the last one, instead of now.
  std::optional<TimePoint> arrive(std::optional<TimePoint> at = std::nullopt) {
    std::unique_lock lock(mutex_);
    if (called_off_) return std::nullopt;
    if (--missing_ == 0) {
      met_ = at ? *at : std::chrono::steady_clock::now();
      changed_.notify_all();
    } else if (missing_ == 1) {
      changed_.notify_all();
    }
    changed_.wait(lock, [this] { return met_ || called_off_; });
    return met_;
  }

  /// Waits until everybody else has arrived; false where it was called off. For one that arrives last, to
  /// hand out an instant of its own.
  bool await_others() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return missing_ <= 1 || called_off_; });
    return !called_off_;
  }

  /// Instead of arriving: nobody is waited for any more. Changes nothing once all have met.
  void call_off() {
    const std::lock_guard lock(mutex_);
    called_off_ = true;
    changed_.notify_all();
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::size_t missing_;
  std::optional<TimePoint> met_;
  bool called_off_ = false;
};

}  // namespace suite
