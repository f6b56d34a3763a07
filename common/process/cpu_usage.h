// What threads cost: CPU time and switches of this thread, CPU time of another process with all that it
// started.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <optional>

namespace suite {

/// User and system time of the calling thread so far.
std::chrono::nanoseconds thread_cpu_time();

/// What a thread used, in all or between two readings.
struct ThreadUse {
  std::chrono::nanoseconds cpu{};          // user and system
  std::uint64_t voluntary_switches = 0;    // it slept
  std::uint64_t involuntary_switches = 0;  // something else took its core

  bool operator==(const ThreadUse&) const = default;
};
ThreadUse operator-(const ThreadUse& after, const ThreadUse& before);

/// The calling thread's so far (getrusage(2), RUSAGE_THREAD).
ThreadUse thread_use();

/// User and system time so far of the process `pid`, its threads and its living descendants, to the
/// nanosecond (/proc/PID/task/TID/schedstat); nothing where there is no such process.
std::optional<std::chrono::nanoseconds> process_tree_cpu_time(::pid_t pid);

}  // namespace suite
