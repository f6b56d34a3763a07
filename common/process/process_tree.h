// A process and all that it started.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <vector>

namespace suite {

/// The threads of the process `pid` and of its living descendants, each as its folder of /proc (proc(5)),
/// which is named for the thread's number; none where there is no such process. One may end at any time.
std::vector<std::filesystem::path> tasks_of_tree(::pid_t pid);

}  // namespace suite
