// Which connections are to be opened next, and how many at once.
#pragma once

#include <chrono>
#include <cstddef>
#include <deque>
#include <optional>

#include "client/connection_id.h"

namespace suite {

/// Connections in the order in which they asked, never more than `burst` handshakes at a time: the kernel's
/// queue of half-open connections is finite, and its retries take seconds. One thread.
class OpeningQueue {
 public:
  explicit OpeningQueue(std::size_t burst) : burst_(burst) {}

  void push(ConnectionId id) { waiting_.push_back(id); }
  bool can_start() const { return !waiting_.empty() && in_flight_ < burst_; }
  /// The next to open, as a handshake that is now in flight; nothing where none waits or may start.
  std::optional<ConnectionId> start_next() {
    if (!can_start()) return std::nullopt;
    const ConnectionId id = waiting_.front();
    waiting_.pop_front();
    ++in_flight_;
    return id;
  }
  /// A handshake that start_next() began is over, well or badly.
  void finished() { --in_flight_; }

 private:
  std::size_t burst_;
  std::size_t in_flight_ = 0;
  std::deque<ConnectionId> waiting_;
};

/// How long to wait before a connection that failed is opened again: not at all when something was completed
/// on it; otherwise 1 ms, doubling with each further failure to at most 1 s. `failures` counts from 1, those
/// since the last success.
constexpr std::chrono::milliseconds reopening_delay(unsigned failures) {
  if (failures == 0) return std::chrono::milliseconds(0);
  return std::chrono::milliseconds(failures > 10 ? 1000 : 1 << (failures - 1));
}

}  // namespace suite
