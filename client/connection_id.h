// What engine, workloads and drivers call a connection by.
#pragma once

#include <cstdint>

namespace suite {

/// A connection of one load thread, from 0.
using ConnectionId = std::uint32_t;

}  // namespace suite
