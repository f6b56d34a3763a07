// CPU time: used by this thread, or by another process with all that it started, or by nobody.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>

namespace suite {

/// User and system time of the calling thread so far.
std::chrono::nanoseconds thread_cpu_time();

/// What a thread used, in all or between two readings.
struct ThreadUse {
  std::chrono::nanoseconds cpu{};          // user and system
  std::chrono::nanoseconds elapsed{};      // on the steady clock: `cpu` is at most that, between two readings
  std::uint64_t voluntary_switches = 0;    // it slept
  std::uint64_t involuntary_switches = 0;  // something else took its core

  bool operator==(const ThreadUse&) const = default;
};
ThreadUse operator-(const ThreadUse& after, const ThreadUse& before);

/// The calling thread's so far (getrusage(2), RUSAGE_THREAD).
ThreadUse thread_use();

/// What processors have spent their time on, in steps of 10 ms.
struct ProcessorTime {
  std::chrono::nanoseconds idle{};     // nothing to do, or waiting for a disk
  std::chrono::nanoseconds working{};  // programs and the kernel, without interrupts
  std::chrono::nanoseconds
      interrupts{};                   // of the hardware, and what the kernel does after them or in their way
  std::chrono::nanoseconds stolen{};  // there was work, and the host of this machine did something else
};
ProcessorTime operator-(const ProcessorTime& after, const ProcessorTime& before);

/// That of all these processors together so far (/proc/stat); nothing where one of them is not there.
std::optional<ProcessorTime> processor_time(std::span<const int> cpus);

/// User and system time so far of the process `pid` and its living descendants, to the nanosecond, threads
/// that have ended included (clock_getcpuclockid(3)); and, in steps of 10 ms, of children that have ended and
/// that one of them waited for (/proc/PID/stat). Nothing where there is no such process.
std::optional<std::chrono::nanoseconds> process_tree_cpu_time(::pid_t pid);

}  // namespace suite
