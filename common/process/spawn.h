// fork and exec, with what a child must not inherit left behind.
#pragma once

#include <sys/types.h>

#include <expected>

#include "common/base/error.h"
#include "common/net/unique_fd.h"
#include "common/process/child_command.h"

namespace suite {

/// A child that runs its program. Whoever holds it must wait for `pid`.
struct Spawned {
  ::pid_t pid = 0;
  UniqueFd pidfd;     // readable once the child has ended
  UniqueFd out, err;  // non-blocking reading ends; none where the stream is not captured
};

/// Starts the program with an empty signal mask, default signal actions, nothing on standard input and no
/// other descriptor of ours. The kernel kills it when the calling thread ends. Fails also where the program
/// cannot be executed; then nothing is left to wait for.
std::expected<Spawned, Error> spawn(const ChildCommand& command);

}  // namespace suite
