// Waiting until a server that was started is ready.
#pragma once

#include <chrono>
#include <expected>

#include "cmd/bench/contestant.h"
#include "cmd/bench/round_failure.h"
#include "common/process/child_process.h"

namespace suite::bench {

enum class Readiness { kReady, kPortTaken };

/// How long a server has, and what ends the wait: a readable descriptor; -1: nothing does.
struct ReadyWait {
  std::chrono::nanoseconds time;
  int interrupt_fd = -1;
  /// How long one must live whose port accepts, but is not held by its processes: somebody else may have it.
  std::chrono::nanoseconds foreign_time = std::chrono::seconds(2);
};

/// Waits until the server on `port` is ready, in its own way. A server that has ended without that explains
/// why in the failure, unless its port was taken.
std::expected<Readiness, RoundFailure> await_ready(const Ready& ready, ChildProcess& server, int port,
                                                   const ReadyWait& wait);

/// Whether the port may be given to a server that will say so. Of one that is ready when its port accepts
/// somebody else's server there would be taken for it: the port must be free beforehand.
bool may_try(const Ready& ready, int port);

}  // namespace suite::bench
