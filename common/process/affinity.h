// Which processors this process may use, and pinning to one of them.
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <vector>

namespace suite {

/// The processors that the calling thread may run on, ascending; never empty. One that containers or
/// taskset took away is not among them.
std::vector<int> usable_cpus();

/// Those that any thread of the process `pid` or of its living descendants may run on, ascending; empty where
/// there is no such process.
std::vector<int> process_tree_cpus(::pid_t pid);

/// Lets the calling thread, and what it starts from now on, run on `cpus` only. False: the kernel refused.
bool pin_to(const std::vector<int>& cpus);

/// Pins the calling thread to the usable processor number `index`, counted around the list.
bool pin_to_nth_cpu(std::size_t index);

}  // namespace suite
