// Results for the tests of warnings, and what is said of them.
#pragma once

#include <chrono>
#include <string>

#include "client/warnings.h"

namespace suite::test {

using namespace std::chrono_literals;

// A second of 1,000 requests that leaves nothing to say.
inline LoadResult fine() {
  LoadResult result{.connections_asked = 4, .connections_opened = 4, .threads = 2};
  result.counts.completed = 1000;
  result.latency.record(1us, 1000);
  result.connect.record(20us, 4);
  result.measured = 1s;
  result.client_cpu = 1500ms;
  result.server_cpu = 500ms;
  result.client_cpus = {0, 1, 2, 3};
  result.server_cpus = {0, 1};
  result.kernel = KernelCounters();
  return result;
}

inline std::string only_warning(const LoadResult& result, const LoadPlan& plan = {}) {
  const auto warnings = warnings_for(plan, result);
  return warnings.size() == 1 ? warnings.front() : std::to_string(warnings.size()) + " warnings";
}
inline bool nothing_said(const LoadResult& result, const LoadPlan& plan = {}) {
  return warnings_for(plan, result).empty();
}

// An open loop of 1,000 requests per second, met.
inline LoadResult open_loop() {
  LoadResult result = fine();
  result.rate = RateResult{.asked = 1000, .achieved = 1000, .sent = 1000, .due = 1000};
  result.rate->service.record(1ms, 1000);
  return result;
}
inline const LoadPlan kOpenLoop{
    .connections = 4, .rate = RatePlan{.per_second = 1000}, .duration = std::chrono::seconds(1)};

}  // namespace suite::test
