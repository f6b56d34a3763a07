// What happened on the machine during a run that its own sockets do not tell: what the kernel counted, and
// who used which core.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "client/load_plan.h"
#include "client/load_result.h"
#include "common/net/kernel_counters.h"
#include "common/process/cpu_usage.h"

namespace suite {

/// Looked at before the first connect; what has happened since then goes into the result.
class RunConditions {
 public:
  static RunConditions before(const LoadPlan& plan);
  /// Fills in `kernel`, `client_cpus`, `server_cpus`, `idle_share` and `server_memory_before`. What cannot be
  /// read stays empty.
  void describe(LoadResult& result) const;
  /// Processors that either side may use.
  std::span<const int> cpus() const { return all_cpus_; }

 private:
  std::optional<KernelCounters> counted_;
  std::vector<int> client_cpus_, server_cpus_, all_cpus_;
  std::chrono::steady_clock::time_point start_;
  std::optional<ProcessorTime> used_;  // of all_cpus_
  std::optional<std::uint64_t> server_memory_;
};

}  // namespace suite
