// Where the threads of a run wait for each other.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <mutex>
#include <optional>
#include <utility>

#include "common/base/error.h"

namespace suite {

/// A barrier, once, for a known number of threads: it hands all of them the same instant, or sends all of
/// them home when one cannot come. Any thread.
class Rendezvous {
 public:
  using TimePoint = std::chrono::steady_clock::time_point;

  explicit Rendezvous(std::size_t threads) : missing_(threads) {}

  /// Waits until everybody has arrived. Nothing: it was called off.
  std::optional<TimePoint> arrive() {
    std::unique_lock lock(mutex_);
    if (--missing_ == 0) {
      met_ = std::chrono::steady_clock::now();
      changed_.notify_all();
    }
    changed_.wait(lock, [this] { return missing_ == 0 || failure_; });
    if (failure_) return std::nullopt;
    return met_;
  }

  /// Instead of arriving: nobody is waited for any more. The first reason is kept.
  void call_off(Error why) {
    const std::lock_guard lock(mutex_);
    if (!failure_) failure_ = std::move(why);
    changed_.notify_all();
  }
  std::optional<Error> failure() const {
    const std::lock_guard lock(mutex_);
    return failure_;
  }

 private:
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::size_t missing_;
  TimePoint met_;
  std::optional<Error> failure_;
};

}  // namespace suite
