#include "cmd/bench/limits_wanted.h"

#include <algorithm>
#include <chrono>

namespace suite::bench {

std::optional<std::uint64_t> connections_of_limits(const Plan& plan) {
  constexpr std::chrono::seconds kWorthIt{30};
  constexpr std::uint64_t kMostConnections = 1000;  // with more, opening them takes longer than the rounds
  if (estimated_duration(plan) < kWorthIt) return std::nullopt;
  const auto bounded = std::ranges::find_if(plan.sections, [](const Section& one) {
    return one.workload.ceiling && one.conns <= kMostConnections;
  });
  return bounded == plan.sections.end() ? std::nullopt : std::optional(bounded->conns);
}

}  // namespace suite::bench
