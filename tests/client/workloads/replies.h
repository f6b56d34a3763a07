// What tests of workloads ask with.
#pragma once

#include <cstdint>

#include "client/workloads/workload.h"

namespace suite::test {

inline constexpr ConnectionId kId = 0;
inline constexpr std::uint64_t kAny = UINT64_MAX;  // as many replies as there are

}  // namespace suite::test
