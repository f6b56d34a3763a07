// A backend is one worker's loop. Coarse on purpose: the loop is the thing under test. A finer interface
// (add, modify, poll) fits readiness but not completion.
#pragma once

#include <chrono>
#include <cstddef>
#include <expected>
#include <functional>

#include "common/base/error.h"
#include "common/net/event_fd.h"
#include "common/net/listener.h"
#include "servers/session.h"

namespace suite {

/// What a loop has to respect, whatever its model.
struct LoopLimits {
  std::size_t max_connections = 0;          // above it connections wait in the backlog
  std::chrono::nanoseconds send_timeout{};  // without progress while sending
  std::chrono::nanoseconds drain{};         // from the stop to the cut
  bool busy_poll = false;                   // spin instead of sleeping
  // After::kLingerForBody: in all, between two bytes, and how many connections may at the same time.
  std::chrono::nanoseconds body_linger = std::chrono::seconds(30);
  std::chrono::nanoseconds body_linger_gap = std::chrono::seconds(5);
  std::size_t most_body_lingers = 1;
};

/// All that a worker hands to its loop. Everything outlives run().
struct LoopContext {
  Listener& listener;  // non-blocking and listening; this worker's own, or shared with the others
  int stop_fd;         // readable from the moment the loop must drain and end; never read from
  const SessionFactory& make_session;
  WorkerContext& worker;
  LoopLimits limits;
  /// To be called when nothing more will be accepted. Ends the listening, so that clients are refused rather
  /// than left waiting; not where a successor of this worker goes on with the listener.
  std::function<void()> stop_listening;
  /// To be called once, when the loop has opened all that it needs: a failure before it is a failure to
  /// start.
  std::function<void()> on_ready;
  std::size_t threads = 1;  // that serve this worker's connections, where the backend is a pool
  bool pin = false;         // the i-th of these threads to the i-th usable core
};

class Loop {
 public:
  virtual ~Loop() = default;
  /// Serves what `context.listener` accepts until `context.stop_fd` is readable and the drain is over.
  /// Called once, on the worker's own thread or process.
  virtual std::expected<void, Error> run(LoopContext& context) = 0;
};

}  // namespace suite
