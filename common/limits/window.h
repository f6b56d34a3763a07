// The part of a round that counts: after a warm-up, for a given time.
#pragma once

#include <time.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "common/limits/rounds.h"

namespace suite::limits {

/// How each round is done.
struct RoundPlan {
  std::size_t connections = 100;
  std::chrono::nanoseconds warmup = std::chrono::milliseconds(15);
  std::chrono::nanoseconds length = std::chrono::milliseconds(60);
  /// The processors that the two threads are pinned to; nothing: neither is pinned.
  struct Cpus {
    int server, client;
  };
  std::optional<Cpus> cpus = {};
};

/// What stood where at an instant: operations so far, CPU time so far.
struct Mark {
  std::chrono::steady_clock::time_point time;
  std::uint64_t operations = 0;
  std::chrono::nanoseconds server_cpu{}, client_cpu{};
};

/// The CPU clock of the calling thread, which others can read.
clockid_t this_thread_clock();

/// Read by the thread of the client, the one that counts. The CPU time of the server's thread is read by its
/// clock from here, so that its loop need not know of windows.
class Window {
 public:
  /// The warm-up begins now. The thread of `server` runs as long as this is asked; nothing: there is none.
  Window(const RoundPlan& plan, std::optional<clockid_t> server);

  /// To be asked after each turn with the operations done so far.
  bool is_over(std::uint64_t operations);
  /// Of the window, once it is over.
  Sample sample() const;

 private:
  Mark mark(std::chrono::steady_clock::time_point now, std::uint64_t operations) const;

  std::chrono::nanoseconds length_;
  std::optional<clockid_t> server_;
  std::chrono::steady_clock::time_point next_;  // when the warm-up is over, and then the window
  std::optional<Mark> begin_, end_;
};

/// What was done between two marks; `has_server` says whether their server's CPU time means something.
Sample between(const Mark& begin, const Mark& end, bool has_server);

}  // namespace suite::limits
