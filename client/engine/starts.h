// When the requests in flight on one connection started.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>

#include "client/engine/start_runs.h"
#include "client/engine/ticketed_starts.h"

namespace suite {

/// Where replies keep the order of their requests: runs, of which the front is answered next. Where they may
/// overtake each other: by tickets, in memory that somebody else owns. One thread.
class Starts {
 public:
  using TimePoint = std::chrono::steady_clock::time_point;

  Starts() = default;
  explicit Starts(StartRuns runs) : runs_(runs) {}
  explicit Starts(TicketedStarts& tickets) : tickets_(&tickets) {}

  bool empty() const { return tickets_ == nullptr ? runs_.empty() : tickets_->empty(); }
  /// The requests of `run` are in flight.
  void push(const StartRun& run) {
    if (tickets_ == nullptr) [[likely]]
      runs_.push(run);
    else
      push_by_ticket(run);
  }
  /// The one that was sent first. Not while empty.
  StartRun oldest() const;
  template <class Use>
  void for_each(Use use) const {
    if (tickets_ == nullptr) return runs_.for_each(use);
    for (const auto& start : tickets_->all()) {
      if (start) use(StartRun{.due = start->due, .sent = start->sent, .count = 1});
    }
  }
  /// They are over.
  void clear() { tickets_ == nullptr ? runs_.clear() : tickets_->clear(); }
  /// They are to be sent again, on another connection: no reply has begun there.
  void restart() { tickets_ == nullptr ? runs_.restart() : tickets_->restart(); }

  /// Of those whose replies keep the order.
  StartRuns& in_order() { return runs_; }
  /// Of the others.
  TicketedStarts& by_ticket() { return *tickets_; }

 private:
  void push_by_ticket(const StartRun& run);

  StartRuns runs_;
  TicketedStarts* tickets_ = nullptr;
};

}  // namespace suite
