// What a load thread does before it does anything else.
#pragma once

#include <cstddef>

#include "client/load_plan.h"

namespace suite {

/// Sets the calling thread, which is number `number` of the plan's, up as the plan says: pinned to a core
/// (the cores are taken in turn, and again from the first where there are more threads), and woken exactly
/// when it asked for it where requests are due at a time of their own.
void prepare_load_thread(const LoadPlan& plan, std::size_t number);

}  // namespace suite
