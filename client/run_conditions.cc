#include "client/run_conditions.h"

#include <algorithm>
#include <iterator>

#include "common/process/affinity.h"
#include "common/process/cpu_usage.h"
#include "common/process/process_tree.h"

namespace suite {
namespace {

// Idle time is counted in steps of 10 ms: of less, the share would be one of chance.
constexpr std::chrono::milliseconds kShortestForIdleTime{100};

std::optional<KernelCounters> counters() {
  const auto counters = read_kernel_counters();
  return counters ? std::optional(*counters) : std::nullopt;
}

// Pinned threads take one each, from the first on.
std::vector<int> cpus_of_load(const LoadPlan& plan) {
  std::vector<int> cpus = usable_cpus();
  if (plan.pin) cpus.resize(std::min(cpus.size(), plan.threads));
  return cpus;
}

}  // namespace

RunConditions RunConditions::before(const LoadPlan& plan) {
  RunConditions found;
  found.counted_ = counters();
  found.client_cpus_ = cpus_of_load(plan);
  if (plan.server_pid) {
    found.server_cpus_ = process_tree_cpus(*plan.server_pid);
    found.server_memory_ = process_tree_memory(*plan.server_pid);
  }
  std::ranges::set_union(found.client_cpus_, found.server_cpus_, std::back_inserter(found.all_cpus_));
  found.used_ = processor_time(found.all_cpus_);
  found.start_ = std::chrono::steady_clock::now();
  return found;
}

void RunConditions::describe(LoadResult& result) const {
  const auto now = counters();
  if (counted_ && now) result.kernel = *now - *counted_;
  const auto used = processor_time(all_cpus_);
  const auto time = (std::chrono::steady_clock::now() - start_) * all_cpus_.size();
  const bool tells = std::chrono::steady_clock::now() - start_ >= kShortestForIdleTime;
  if (used_ && used && tells && time.count() > 0) {
    const auto idle = (*used - *used_).idle;
    const double share = static_cast<double>(idle.count()) / static_cast<double>(time.count());
    result.idle_share = std::clamp(share, 0.0, 1.0);
  }
  result.client_cpus = client_cpus_;
  result.server_cpus = server_cpus_;
  result.server_memory_before = server_memory_;
}

}  // namespace suite
