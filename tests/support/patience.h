// How tests wait: for a condition, with a deadline that is only reached when something is wrong.
#pragma once

#include <chrono>
#include <concepts>
#include <thread>

namespace suite::test {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
inline constexpr bool kSanitized = true;
#else
inline constexpr bool kSanitized = false;
#endif
#if defined(__SANITIZE_THREAD__)
inline constexpr bool kThreadSanitized = true;
#else
inline constexpr bool kThreadSanitized = false;
#endif

/// The one multiplier of every deadline: sanitizers slow a program down tenfold.
inline constexpr int kSlowdown = kSanitized ? 5 : 1;

/// Until when something must have happened that normally takes next to no time.
inline constexpr std::chrono::milliseconds kPatience{10'000 * kSlowdown};

/// Waits until `holds()`; false when it did not within `patience`.
template <std::predicate Condition>
bool eventually(Condition holds, std::chrono::nanoseconds patience = kPatience) {
  const auto deadline = std::chrono::steady_clock::now() + patience;
  while (!holds()) {
    if (std::chrono::steady_clock::now() >= deadline) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  return true;
}

/// Time since it was made.
class Stopwatch {
 public:
  std::chrono::nanoseconds elapsed() const { return std::chrono::steady_clock::now() - start_; }

 private:
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

}  // namespace suite::test
