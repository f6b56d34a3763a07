// The open loop of one thread: requests that are due at times of their own, and who takes them.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

#include "client/engine/connections.h"
#include "client/engine/quota.h"
#include "client/engine/tally.h"
#include "client/pacing/pacer.h"

namespace suite {

/// Every request that is due goes to the connection that has been idle longest; what finds nobody idle waits,
/// and is shed after a timeout. With as many requests under way as were asked for, none is due. Knows no
/// driver; takes the time, reads no clock. One thread; the tally and the quota outlive it.
class OpenLoop {
 public:
  using TimePoint = Pacer::TimePoint;

  struct Options {
    RatePlan rate;
    ThreadPlace place;
    std::uint64_t seed = 1;
    std::size_t connections = 0;
    std::chrono::nanoseconds timeout{};
  };
  OpenLoop(const Options& options, Tally& tally, Quota& quota);

  /// Requests are due from `start` on, and none at `end` or later.
  void begin(TimePoint start, TimePoint end) { pacer_.begin(start, end); }
  /// When the oldest request that waits, or the next to come, is due; TimePoint::max(): there is none.
  TimePoint next_due() const { return quota_.issuable() > 0 ? pacer_.next() : TimePoint::max(); }
  /// When there is something to do next.
  TimePoint wake_up_time() const;

  /// Whether a connection has room for a request. Behind those that have had it longer.
  void offer(ConnectionId id, bool has_room) { has_room ? pacer_.idle().add(id) : pacer_.idle().remove(id); }
  /// It takes no request: it is full, or closed.
  void withdraw(ConnectionId id) { pacer_.idle().remove(id); }

  /// Who is to take how many at the most.
  struct Turn {
    ConnectionId id;
    std::uint64_t share;
  };
  /// Whose turn it is; nothing where no request is due or nobody is idle. What is due together is spread
  /// evenly over those that are idle, and only then stacked as deep as there is room: so one send carries all
  /// that a connection is to get.
  std::optional<Turn> next_turn(TimePoint now) const {
    if (next_due() > now) return std::nullopt;
    const auto id = pacer_.idle().front();
    if (!id) return std::nullopt;
    return Turn{.id = *id, .share = (pacer_.waiting(now) - 1) / pacer_.idle().size() + 1};
  }
  /// Starts as many requests as are due by `now`, at most `most`. How many.
  std::uint64_t take(Connection& connection, std::uint64_t most, TimePoint now) {
    std::uint64_t count = 0;
    for (; count < most && pacer_.next() <= now; ++count) {
      const TimePoint due = pacer_.take();
      tally_.sent_due(due, now);
      connection.starts.push({.due = due, .sent = now, .count = 1});
    }
    if (count > 0) last_sent_ = now;
    return count;
  }

  static constexpr std::uint64_t kMostShedAtOnce = 10'000;
  /// Gives up what has waited a timeout for a connection; by default no more than leaves time for replies,
  /// and for an interrupt, at a rate far beyond what can be sent.
  void shed_overdue(TimePoint now, std::uint64_t most = kMostShedAtOnce) {
    if (next_due() <= now - timeout_) shed(now, most);
  }

  /// Records what is in flight at its age, and forgets when it started: left out at the end, it would hide
  /// what a server that stalls does to its users.
  void record_ages(Connections& connections, TimePoint now);
  /// Records what is due and still unsent at its age.
  void record_waiting(TimePoint now);

  /// The window from `begin` is over at `end`; where the requests asked for are all over by then, `all` is
  /// their number, of all threads. Tells the tally, for which the window is over, what time they were due in.
  /// To be called before anything further is taken.
  void end_window(TimePoint begin, TimePoint end, std::optional<std::uint64_t> all);

 private:
  void shed(TimePoint now, std::uint64_t most);

  Pacer pacer_;
  std::chrono::nanoseconds timeout_;
  Tally& tally_;
  Quota& quota_;
  TimePoint last_sent_;
};

}  // namespace suite
