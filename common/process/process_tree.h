// A process and all that it started.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <optional>
#include <vector>

namespace suite {

/// The threads of the process `pid` and of its living descendants, each as its folder of /proc (proc(5)),
/// which is named for the thread's number; none where there is no such process. One may end at any time.
std::vector<std::filesystem::path> tasks_of_tree(::pid_t pid);

/// The process, if it is there, and its descendants, parents first.
std::vector<::pid_t> processes_of_tree(::pid_t pid);

/// Those that it started, or took over from a child that ended; those too that have ended and were not waited
/// for.
std::vector<::pid_t> children_of(::pid_t pid);

/// How often its threads, and those of its living descendants, have given up a processor or lost it so far
/// (/proc/PID/task/TID/status). Threads that have ended are not in it. Nothing where there is no such
/// process, and of trees with more than a thousand threads, which take too long to read.
std::optional<std::uint64_t> process_tree_switches(::pid_t pid);

/// Bytes of memory that the process and its living descendants hold: of what several processes share, each
/// has its part (Pss in /proc/PID/smaps_rollup). What the kernel holds for it, such as socket buffers, is not
/// in it. Nothing where it cannot be read.
std::optional<std::uint64_t> process_tree_memory(::pid_t pid);

}  // namespace suite
