// What /proc says about a process under test.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstddef>
#include <vector>

namespace suite::test {

/// Open descriptors in all descriptor tables of the process and its living descendants: the sum over
/// /proc/PID/task/*/fd, for threads may have tables of their own. A shared table counts once per thread.
std::size_t descriptor_count(::pid_t pid);

/// Resident memory (VmRSS) of the process and its living descendants, in bytes.
std::size_t resident_bytes(::pid_t pid);

/// CPU time of the process and its living descendants so far.
std::chrono::nanoseconds cpu_time(::pid_t pid);

/// ... that they use in the next `interval`, while nothing happens: watching is the point.
std::chrono::nanoseconds cpu_used_in(std::chrono::milliseconds interval, ::pid_t pid);

/// The living children of a process, in the order of their starting.
std::vector<::pid_t> children_of(::pid_t pid);

std::size_t thread_count(::pid_t pid);

/// Whether every thread of the process stands still after a SIGSTOP.
bool is_stopped(::pid_t pid);

/// Whether there is such a process; one that has ended and waits for its parent is none.
bool is_alive(::pid_t pid);

/// Whether a signal that was sent to the process waits to be taken (proc(5), ShdPnd).
bool has_pending(::pid_t pid, int signal);

}  // namespace suite::test
