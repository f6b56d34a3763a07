// Whether this machine can hold a plan's connections.
#pragma once

#include <cstddef>
#include <expected>

#include "client/load_plan.h"
#include "client/target.h"
#include "common/base/error.h"

namespace suite {

/// What limits how many connections there can be.
struct Capacity {
  std::size_t descriptors;  // per descriptor table
  bool table_per_thread;    // each thread has one
  std::size_t ports;        // local ports of one source address
};

/// That of this process on this machine. Raises the soft limit of descriptors to the hard one.
Capacity local_capacity();

/// Nothing, or what does not fit and what would. The plan's own target need not be known yet.
std::expected<void, Error> check_capacity(const LoadPlan& plan, const TargetName& target,
                                          const Capacity& capacity);

}  // namespace suite
