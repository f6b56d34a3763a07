// One round of two threads that wake each other.
#pragma once

#include <expected>

#include "common/base/error.h"
#include "common/limits/window.h"

namespace suite::limits {

/// Each sleeps in read(2) on an eventfd(2) until the other writes it. An operation is there and back: two
/// wake-ups, one on each processor. Blocks for the round.
std::expected<Sample, Error> wake_up_round(const RoundPlan& plan);

}  // namespace suite::limits
