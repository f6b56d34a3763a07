// CPU time used, by this thread or by another process with all that it started.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <optional>

namespace suite {

/// User and system time of the calling thread so far.
std::chrono::nanoseconds thread_cpu_time();

/// User and system time so far of the process `pid`, its threads and its living descendants, to the
/// nanosecond (/proc/PID/task/TID/schedstat); nothing where there is no such process.
std::optional<std::chrono::nanoseconds> process_tree_cpu_time(::pid_t pid);

}  // namespace suite
