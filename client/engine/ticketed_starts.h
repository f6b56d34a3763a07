// When the requests in flight on one connection started, where replies may overtake each other.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "client/workloads/workload.h"

namespace suite {

/// Each request has a ticket, by which its start is found. One thread.
class TicketedStarts {
 public:
  using TimePoint = std::chrono::steady_clock::time_point;

  struct Start {
    TimePoint due;
    TimePoint sent;
    TimePoint first_byte = TimePoint::max();  // of its reply; max: that has not begun
  };

  /// For at most `depth` requests in flight.
  explicit TicketedStarts(std::uint64_t depth) : starts_(depth) {
    for (std::uint64_t i = depth; i > 0; --i) free_.push_back(static_cast<Ticket>(i - 1));
  }

  bool empty() const { return free_.size() == starts_.size(); }
  void add(const Start& start) {
    const Ticket ticket = free_.back();
    free_.pop_back();
    starts_[ticket] = start;
    fresh_.push_back(ticket);
  }
  /// The tickets of those that were added since this was last called. Valid until add().
  std::span<const Ticket> take_fresh() {
    given_.swap(fresh_);
    fresh_.clear();
    return given_;
  }
  /// The reply has begun, if it had not before. Of a ticket that is in use, as with take().
  void begin(Ticket ticket, TimePoint now) {
    TimePoint& first_byte = starts_[ticket]->first_byte;
    first_byte = std::min(first_byte, now);
  }
  /// The request is over; its ticket is free.
  Start take(Ticket ticket) {
    const Start start = *starts_[ticket];
    starts_[ticket].reset();
    free_.push_back(ticket);
    return start;
  }
  /// The connection is another one: no reply has begun on it.
  void restart() {
    for (auto& start : starts_) {
      if (start) start->first_byte = TimePoint::max();
    }
  }
  void clear() {
    for (Ticket ticket = 0; ticket < starts_.size(); ++ticket) {
      if (starts_[ticket]) take(ticket);
    }
    fresh_.clear();
  }
  /// By ticket; nothing where it is free.
  std::span<const std::optional<Start>> all() const { return starts_; }

 private:
  std::vector<std::optional<Start>> starts_;
  std::vector<Ticket> free_;  // the one that was given back last is used first
  std::vector<Ticket> fresh_, given_;
};

}  // namespace suite
