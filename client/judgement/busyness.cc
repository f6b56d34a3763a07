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

std::size_t shared_cores(const LoadPlan& plan, const LoadResult& result) {
  if (plan.driver == DriverKind::kNull) return 0;
  const bool shared = result.server_cpus.empty() ? !plan.pin && plan.target.is_local()
                                                 : result.server_cpus == result.client_cpus;
  return shared ? result.client_cpus.size() : 0;
}

bool shared_cores_full(const LoadPlan& plan, const LoadResult& result) {
  constexpr double kFull = 0.9;  // of the time of all of them
  const auto busy = busyness_of(plan, result);
  const auto cores = static_cast<double>(shared_cores(plan, result));
  if (!busy || cores == 0) return false;
  const double used = busy->client + busy->server.value_or(0);
  if (used > kFull * cores) return true;
  // Full also with what the kernel did for both, unless it was others who took the cores.
  const double most_of_it = busy->server ? 0.6 : 0.3;
  return result.idle_share.value_or(1) < 1 - kFull && used > most_of_it * cores;
}

Limit limit_of(const LoadPlan& plan, const LoadResult& result) {
  if (shared_cores_full(plan, result)) return Limit::kSharedCores;
  const auto busy = busyness_of(plan, result);
  return busy && busy->client_bound() ? Limit::kClient : Limit::kNotSeen;
}

}  // namespace suite
