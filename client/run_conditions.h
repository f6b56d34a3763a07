// What happened on the machine during a run that its own sockets do not tell: what the kernel counted, and
// who used which core.
#pragma once

#include <chrono>
#include <optional>
#include <vector>

#include "client/load_plan.h"
#include "client/load_result.h"
#include "common/net/kernel_counters.h"

namespace suite {

/// Looked at before the first connect; what has happened since then goes into the result.
class RunConditions {
 public:
  static RunConditions before(const LoadPlan& plan);
  /// Fills in `kernel`, `client_cpus`, `server_cpus` and `idle_share`. What cannot be read stays empty.
  void describe(LoadResult& result) const;

 private:
  std::optional<KernelCounters> counted_;
  std::vector<int> client_cpus_, server_cpus_, all_cpus_;
  std::chrono::steady_clock::time_point start_;
  std::optional<std::chrono::nanoseconds> idle_;  // of all_cpus_
};

}  // namespace suite
