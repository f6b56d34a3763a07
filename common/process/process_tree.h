// A process and all that it started.
#pragma once

#include <sys/types.h>

#include <filesystem>
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

}  // namespace suite
