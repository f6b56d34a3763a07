// Processes that a child of ours started and that outlived it: daemons, workers of a master that was killed.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <string>
#include <vector>

namespace suite {

/// From now on they become children of this process, where init would take them otherwise, also those that
/// have left the child's process group and session (prctl(2), PR_SET_CHILD_SUBREAPER). For the rest of the
/// process's life.
void adopt_orphans();

struct Orphan {
  ::pid_t pid = 0;
  std::string name;  // of its program: "node"
};

/// Those that live, without their own children. `known` is the one child that this process started itself and
/// has not waited for; 0: it has none.
std::vector<Orphan> living_orphans(::pid_t known = 0);

/// Waits until none is left, asking them and all that they started with SIGTERM at `patience` and killing
/// them at `patience + grace`. Those that were left at `patience`. To be called when no child that this
/// process started itself remains to be waited for.
std::vector<Orphan> end_orphans(std::chrono::nanoseconds patience, std::chrono::nanoseconds grace);

/// "node (process 4711)", or "3 processes: node, node, node".
std::string describe(const std::vector<Orphan>& orphans);

}  // namespace suite
