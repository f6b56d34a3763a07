#include "client/readings.h"

#include <time.h>

#include <unistd.h>

#include "client/judgement/disturbance.h"
#include "common/process/process_tree.h"

namespace suite {
namespace {

// The kernel brings the time of a thread that is running up to date at its ticks, up to 10 ms apart, and it
// is read some tenths of a millisecond after the window began.
constexpr std::chrono::milliseconds kShortestForServerCpu{10};

std::chrono::nanoseconds own_cpu_time() {
  timespec time{};
  ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec);
}

// Less than before: processes or threads ended that nobody waited for, and took what they had used with them.
template <class Number>
std::optional<Number> grown(const std::optional<Number>& before, const std::optional<Number>& after) {
  if (!before || !after || *after < *before) return std::nullopt;
  return *after - *before;
}

}  // namespace

Readings take_readings(const LoadPlan& plan, std::span<const int> cpus) {
  Readings readings{.processors = processor_time(cpus)};
  if (plan.server_pid) readings.server_cpu = process_tree_cpu_time(*plan.server_pid);
  readings.own_cpu = own_cpu_time();
  if (plan.server_pid) readings.server_switches = process_tree_switches(*plan.server_pid);
  return readings;
}

void describe_window(const Readings& before, const Readings& after, std::chrono::nanoseconds length,
                     std::size_t processors, LoadResult& result) {
  const auto server_cpu = grown(before.server_cpu, after.server_cpu);
  result.too_short_for_server_cpu = server_cpu && length < kShortestForServerCpu;
  if (!result.too_short_for_server_cpu) result.server_cpu = server_cpu;
  result.server_switches = grown(before.server_switches, after.server_switches);
  if (!before.processors || !after.processors) return;
  const ProcessorTime passed = *after.processors - *before.processors;
  Disturbance disturbance{.stolen = passed.stolen, .others = std::nullopt};
  if (server_cpu) disturbance.others = cpu_of_others(passed, *server_cpu + after.own_cpu - before.own_cpu);
  disturbance.significant =
      is_significant({.time = disturbance.total(), .window = length, .processors = processors});
  result.disturbance = disturbance;
}

}  // namespace suite
