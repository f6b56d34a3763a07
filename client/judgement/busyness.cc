#include "client/judgement/busyness.h"

#include <algorithm>
#include <chrono>
#include <iterator>

namespace suite {

Busyness busyness_of(const CpuTimes& times) {
  const auto cores = [&](std::chrono::nanoseconds cpu) {
    return static_cast<double>(cpu.count()) / static_cast<double>(times.window.count());
  };
  Busyness found{.client = cores(times.client), .threads = std::max<std::size_t>(times.threads, 1)};
  if (const auto busiest = std::ranges::max_element(times.thread_use, {}, &ThreadUse::cpu);
      busiest != times.thread_use.end()) {
    found.busiest = cores(busiest->cpu);
    found.busiest_number = static_cast<std::size_t>(std::distance(times.thread_use.begin(), busiest)) + 1;
  }
  if (times.server) found.server = cores(*times.server);
  return found;
}

std::optional<Busyness> busyness_of(const LoadPlan& plan, const LoadResult& result) {
  if (result.measured < std::chrono::milliseconds(50)) return std::nullopt;
  if (plan.busy_poll || plan.driver == DriverKind::kNull) return std::nullopt;
  return busyness_of({.window = result.measured,
                      .client = result.client_cpu,
                      .threads = result.threads,
                      .thread_use = result.thread_use,
                      .server = result.server_cpu});
}

bool on_one_core(const LoadPlan& plan, const LoadResult& result) {
  if (plan.driver == DriverKind::kNull || result.client_cpus.size() != 1) return false;
  if (!result.server_cpus.empty()) return result.server_cpus == result.client_cpus;
  return !plan.pin && plan.target.is_local();
}

}  // namespace suite
