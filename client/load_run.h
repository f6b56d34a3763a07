// One run of the load generator, from the first connect to the merged result.
#pragma once

#include <chrono>
#include <expected>
#include <functional>

#include "client/load_plan.h"
#include "client/load_result.h"
#include "client/load_watcher.h"
#include "common/base/error.h"
#include "common/net/event_fd.h"

namespace suite {

/// Says when the load begins, when every connection has been tried: at that instant, or at once where it has
/// passed. Called on the thread that called run_load(), while the load threads wait. The Error ends the run.
using AgreeOnStart = std::function<std::expected<std::chrono::steady_clock::time_point, Error>()>;

/// Runs the plan on plan.threads threads and returns when all have ended. Once `interrupt` is set the run
/// ends early, in any phase, with what was measured until then. What goes wrong on the network is counted;
/// an Error means that nothing was measured. What goes wrong in here once the load has begun (memory ran out,
/// `watcher` threw) is LoadResult::failure: it ends the run as an interrupt does, and sets `interrupt` for
/// that. Throws nothing but std::bad_alloc of the Error itself. Blocks; opens nothing in the caller's
/// descriptor table unless tables are shared in this build. `watcher` may be nullptr; without `agree` the
/// load begins when the last connection has been tried.
std::expected<LoadResult, Error> run_load(const LoadPlan& plan, const EventFd& interrupt,
                                          LoadWatcher* watcher = nullptr, const AgreeOnStart& agree = {});

}  // namespace suite
