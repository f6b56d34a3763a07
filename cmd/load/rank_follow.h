// suite load on a rank that is not rank 0: makes the runs that rank 0 asks for, and prints nothing.
#pragma once

#include "cmd/load/load_options.h"
#include "cmd/load/rank_roll.h"
#include "common/net/event_fd.h"
#include "common/ranks/rank_post.h"

namespace suite {

/// Until rank 0 says that it is over, or is not heard of any more. Returns the exit code. `options` is
/// nothing where the roll is a refusal.
int follow_rank_zero(RankPost& post, const RankRoll& roll, const LoadOptions* options,
                     const EventFd& interrupt);

}  // namespace suite
