// What others did with the processors of load and server in the window of a run.
#pragma once

#include <chrono>
#include <cstddef>
#include <optional>

#include "common/process/cpu_usage.h"

namespace suite {

struct Disturbance {
  std::chrono::nanoseconds stolen{};               // by the host of this machine
  std::optional<std::chrono::nanoseconds> others;  // CPU time of other programs; nothing: not known
  bool significant = false;                        // see is_significant()

  std::chrono::nanoseconds total() const { return stolen + others.value_or(std::chrono::nanoseconds(0)); }
  bool operator==(const Disturbance&) const = default;
};

/// What a window lost.
struct Lost {
  std::chrono::nanoseconds time{};  // of all processors together
  std::chrono::nanoseconds window{};
  std::size_t processors = 1;  // that load and server may use
};

/// Whether the figures are likely to show it: more than 5 % of one processor, since a server or a load thread
/// that loses as much is as much slower, and rounds differ by about 3 % on a quiet machine; and more than 2 %
/// of all processors, as the kernel's own housekeeping grows with their number. In steps of 10 ms less than
/// 50 ms is chance, and so no window under half a second is disturbed.
bool is_significant(const Lost& lost);

/// Of the time that has `passed` on the processors, what is left when load and server have `used` theirs.
/// Never more than there was. Kernels count the work on packets (softirq) in /proc/stat as interrupts, and
/// most charge it to the program in whose way it was done as well; some (CONFIG_IRQ_TIME_ACCOUNTING) do not.
/// Programs that used clearly more than programs were given must have been charged with interrupts.
std::chrono::nanoseconds cpu_of_others(const ProcessorTime& passed, std::chrono::nanoseconds used);

}  // namespace suite
