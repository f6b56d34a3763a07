// Who was at its limit in a run: the load generator, the server, both on one core, or nobody.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "client/load_plan.h"
#include "client/load_result.h"
#include "common/process/cpu_usage.h"

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
  /// The server could have done more than the load generator asked for.
  bool client_bound() const { return server_has_room() && (client_at_limit() || a_thread_at_limit()); }
  /// Both sides waited for something else most of the time, though nothing told the client to.
  bool nobody_busy() const {
    return server && *server < 0.5 && client < 0.5 * static_cast<double>(threads) && *server + client < 0.8;
  }

 private:
  static constexpr double kAtLimit = 0.95;  // of a core: what the kernel leaves a thread that never waits
};

/// What CPU time was used in a window.
struct CpuTimes {
  std::chrono::nanoseconds window{};  // not 0
  std::chrono::nanoseconds client{};
  std::size_t threads = 1;
  std::span<const ThreadUse> thread_use;
  std::optional<std::chrono::nanoseconds> server;
};

Busyness busyness_of(const CpuTimes& times);

/// Nothing where CPU time tells nothing: of a window under 50 ms, of threads that spin (--busy-poll), and of
/// a load without a server (--driver null).
std::optional<Busyness> busyness_of(const LoadPlan& plan, const LoadResult& result);

/// How many cores load and server have between them, the same ones for both; 0: each has some of its own, or
/// it is not known. Without the server's pid they are supposed to be all that this process may use, where the
/// server is on this machine.
std::size_t shared_cores(const LoadPlan& plan, const LoadResult& result);

/// Whether these cores are full: then each side has what the other leaves, and is at its limit together with
/// it, however little of it is its own.
bool shared_cores_full(const LoadPlan& plan, const LoadResult& result);

/// What CPU time says was the limit of a run.
enum class Limit : std::uint8_t {
  kNotSeen,      // the server, or something else, or it is not known
  kClient,       // the load generator: the server had time left
  kSharedCores,  // the cores that both sides used
};

Limit limit_of(const LoadPlan& plan, const LoadResult& result);

}  // namespace suite
