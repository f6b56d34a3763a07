// Which of many deadlines is due next, for loops where deadlines move all the time and seldom pass.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <initializer_list>
#include <optional>
#include <utility>
#include <vector>

namespace suite {

/// The first of several instants, some of which may be missing; nothing where all are.
inline std::optional<std::chrono::steady_clock::time_point> earliest(
    std::initializer_list<std::optional<std::chrono::steady_clock::time_point>> instants) {
  std::optional<std::chrono::steady_clock::time_point> first;
  for (const auto& each : instants) {
    if (each && (!first || *each < *first)) first = each;
  }
  return first;
}

/// A heap of (when, key). Nothing is moved or removed in it when a deadline moves: the owner of a key whose
/// deadline moved later leaves the old entry, looks at the true deadline when the entry comes up, and pushes
/// it again. So a deadline that moves with every request costs one heap operation per time-out, not per
/// request.
template <class Key>
class DeadlineQueue {
 public:
  using TimePoint = std::chrono::steady_clock::time_point;

  void push(TimePoint when, Key key) {
    entries_.push_back({when, std::move(key)});
    std::ranges::push_heap(entries_, later);
  }

  /// Entries, those that their owners have forgotten included.
  std::size_t size() const { return entries_.size(); }

  /// Drops the entries for which `keep(when, key)` is false.
  template <class Keep>
  void keep_if(Keep keep) {
    std::erase_if(entries_, [&](const Entry& entry) { return !keep(entry.when, entry.key); });
    std::ranges::make_heap(entries_, later);
  }

  /// When the earliest entry is due; nothing where there is none.
  std::optional<TimePoint> next() const {
    if (entries_.empty()) return std::nullopt;
    return entries_.front().when;
  }

  /// Removes and returns the earliest entry if it is due at `now`.
  std::optional<Key> pop_due(TimePoint now) {
    if (entries_.empty() || entries_.front().when > now) return std::nullopt;
    std::ranges::pop_heap(entries_, later);
    Key key = std::move(entries_.back().key);
    entries_.pop_back();
    return key;
  }

 private:
  struct Entry {
    TimePoint when;
    Key key;
  };
  static bool later(const Entry& a, const Entry& b) { return a.when > b.when; }

  std::vector<Entry> entries_;  // a heap, the earliest in front
};

}  // namespace suite
