#include "client/judgement/busyness.h"

#include <algorithm>
#include <chrono>
#include <iterator>

namespace suite {

std::optional<Busyness> busyness_of(const LoadPlan& plan, const LoadResult& result) {
  if (result.measured < std::chrono::milliseconds(50)) return std::nullopt;
  if (plan.busy_poll || plan.driver == DriverKind::kNull) return std::nullopt;
  const auto cores = [&](std::chrono::nanoseconds cpu) {
    return static_cast<double>(cpu.count()) / static_cast<double>(result.measured.count());
  };
  Busyness found{.client = cores(result.client_cpu), .threads = std::max<std::size_t>(result.threads, 1)};
  if (const auto busiest = std::ranges::max_element(result.thread_use, {}, &ThreadUse::cpu);
      busiest != result.thread_use.end()) {
    found.busiest = cores(busiest->cpu);
    found.busiest_number = static_cast<std::size_t>(std::distance(result.thread_use.begin(), busiest)) + 1;
  }
  if (result.server_cpu) found.server = cores(*result.server_cpu);
  return found;
}

bool on_one_core(const LoadPlan& plan, const LoadResult& result) {
  if (plan.driver == DriverKind::kNull || result.client_cpus.size() != 1) return false;
  if (!result.server_cpus.empty()) return result.server_cpus == result.client_cpus;
  return !plan.pin && plan.target.is_local();
}

}  // namespace suite
