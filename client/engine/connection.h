// What a worker knows about one of its connections.
#pragma once

#include <chrono>
#include <cstdint>

#include "client/engine/starts.h"

namespace suite {

/// The first cache line is all that a reply touches.
struct alignas(64) Connection {
  using TimePoint = std::chrono::steady_clock::time_point;

  enum class State : std::uint8_t {
    kQueued,      // to be opened as soon as a handshake is free
    kWaiting,     // to be opened at `since`
    kConnecting,  // since `since`
    kOpen,        // since `since`
    kClosing,     // its last reply is here; the server is given time, from `since` on, to close it first
  };

  Starts starts;  // of the requests in flight
  std::uint64_t in_flight = 0;
  std::uint64_t may_issue = 0;  // further requests before it is to be closed (per_conn)
  State state = State::kQueued;
  bool tried = false;     // the first attempt to open it is over
  bool useful = false;    // something was completed since it was opened
  bool first = false;     // nothing was yet: whatever is answered first has waited for its opening
  bool greeted = true;    // the server has said how much it takes, where the protocol has it do so
  unsigned failures = 0;  // since something was last completed

  std::chrono::nanoseconds opening{};  // how long that took
  TimePoint since;
  TimePoint busy_since = TimePoint::max();  // when the target's queue was first found full
  TimePoint alarm = TimePoint::max();       // the earliest entry in the queue of deadlines
};

}  // namespace suite
