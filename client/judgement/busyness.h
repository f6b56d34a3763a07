// Who was at its limit in a run: the load generator, the server, both on one core, or nobody.
#pragma once

#include <cstddef>
#include <optional>

#include "client/load_plan.h"
#include "client/load_result.h"

namespace suite {

/// CPU time used per time of the window: 1 is one core.
struct Busyness {
  double client = 0;  // all load threads
  std::size_t threads = 1;
  double busiest = 0;              // the load thread that used most
  std::size_t busiest_number = 1;  // which, from 1
  std::optional<double> server;    // all of its processes; unset: not asked for

  bool client_at_limit() const { return client > kAtLimit * static_cast<double>(threads); }
  bool a_thread_at_limit() const { return busiest > kAtLimit; }
  /// Of a server with several workers that is no more than a hint, for nobody knows how many cores it may
  /// use.
  bool server_has_room() const { return server && *server < 0.85; }
  /// Both sides waited for something else most of the time, though nothing told the client to.
  bool nobody_busy() const {
    return server && *server < 0.5 && client < 0.5 * static_cast<double>(threads) && *server + client < 0.8;
  }

 private:
  static constexpr double kAtLimit = 0.95;  // of a core: what the kernel leaves a thread that never waits
};

/// Nothing where CPU time tells nothing: of a window under 50 ms, of threads that spin (--busy-poll), and of
/// a load without a server (--driver null).
std::optional<Busyness> busyness_of(const LoadPlan& plan, const LoadResult& result);

/// Whether load and server have one core between them, as far as can be known: without the server's pid,
/// where this process may use one only and the server is on this machine.
bool on_one_core(const LoadPlan& plan, const LoadResult& result);

}  // namespace suite
