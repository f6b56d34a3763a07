// What both sides and the machine have used so far, read where the window begins and where it ends.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>

#include "client/load_plan.h"
#include "client/load_result.h"
#include "common/process/cpu_usage.h"

namespace suite {

struct Readings {
  std::optional<std::chrono::nanoseconds> server_cpu;  // of the plan's process tree
  std::optional<std::uint64_t> server_switches;
  std::chrono::nanoseconds own_cpu{};  // of this process, with threads that are not under load
  std::optional<ProcessorTime> processors;
};

/// As of now; `cpus` are the processors that load and server may use.
Readings take_readings(const LoadPlan& plan, std::span<const int> cpus);

/// Fills in `server_cpu`, `server_switches` and `disturbance` from the readings at both ends of a window,
/// which lasted `length`. What is not known stays empty.
void describe_window(const Readings& before, const Readings& after, std::chrono::nanoseconds length,
                     std::size_t processors, LoadResult& result);

}  // namespace suite
