// One round: a fresh server, the load on it, its end.
#pragma once

#include <expected>

#include "cmd/bench/plan.h"
#include "cmd/bench/result.h"
#include "cmd/bench/round_failure.h"

namespace suite::bench {

/// Starts the contestant on `port`, or on the next free one, which `port` then names; runs the load; stops
/// the server. Both processes are gone when it returns, whatever happened. A readable `interrupt_fd` stops
/// it.
std::expected<RoundResult, RoundFailure> measure_round(const Plan& plan, const Section& section,
                                                       const Contestant& contestant, int& port,
                                                       int interrupt_fd);

}  // namespace suite::bench
