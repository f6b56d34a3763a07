// Who uses the processors: what the kernel has counted so far, and what it came to between two readings.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace suite::diagnosis {

/// Counted since the machine started, in ticks of the kernel (10 ms).
struct CpuCounts {
  std::uint64_t busy = 0;    // by programs and the kernel
  std::uint64_t stolen = 0;  // wanted, while the hypervisor ran something else
  std::uint64_t all = 0;     // with idle time: how long it has been, times the processors
};

struct UsageReading {
  CpuCounts cpus;             // of the usable processors together
  std::size_t cpu_count = 0;  // of those among them that are there
  struct Program {
    std::string name;  // of a kernel thread it says what it works on, and changes
    std::uint64_t ticks = 0;
    std::uint64_t started = 0;  // a number given again is another program's
  };
  std::map<::pid_t, Program> programs;  // all but this one
};

/// What two readings differ by. Shares and processors are of the time between them.
struct Usage {
  double seconds = 0;
  double busy_cpus = 0;     // processors' worth, of the usable ones
  double stolen_share = 0;  // of the usable processors' time
  std::uint64_t stolen_ticks = 0;
  struct Program {
    std::string name;
    ::pid_t pid = 0;
    double cpus = 0;  // on any processor of the machine
  };
  std::vector<Program> programs;  // the busiest first; those that used nothing are left out
};

/// Reads /proc/stat and all /proc/PID/stat below `root`.
UsageReading read_usage(const std::filesystem::path& root, const std::vector<int>& usable_cpus);

/// Empty where no time went by between them.
Usage usage_between(const UsageReading& before, const UsageReading& after);

}  // namespace suite::diagnosis
