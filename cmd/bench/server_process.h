// A contestant's server as a process: started, watched and stopped.
#pragma once

#include <chrono>
#include <expected>
#include <optional>

#include "cmd/bench/contestant.h"
#include "cmd/bench/plan.h"
#include "cmd/bench/round_failure.h"
#include "common/process/child_process.h"

namespace suite::bench {

/// Starts the contestant on `port`, or on the next free one, which `port` then names, and waits until it is
/// ready; runs the plan's command of preparation before. A readable `interrupt_fd` ends the wait.
std::expected<ChildProcess, RoundFailure> start_server(const Plan& plan, const Contestant& contestant,
                                                       int& port, int interrupt_fd);

/// Why a server that has already ended did not have to; nothing while it lives.
std::optional<RoundFailure> death_of(ChildProcess& server, std::chrono::milliseconds patience);

/// Tells the server to end, and sees to it that it does. What it did wrong, if anything. What it started and
/// left running is not looked after, see end_orphans().
std::optional<RoundFailure> stop_server(ChildProcess& server, const Launch& launch,
                                        std::chrono::milliseconds grace);

}  // namespace suite::bench
