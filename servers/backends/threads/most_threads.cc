#include <sys/resource.h>

#include <algorithm>
#include <fstream>
#include <limits>
#include <string>

#include "servers/backends/threads/threads_worker.h"

namespace suite {
namespace {

constexpr std::size_t kAny = std::numeric_limits<std::size_t>::max();

// The number in a file of the kernel's; kAny where there is none ("max", no such file).
std::size_t number_in(const std::string& file) {
  std::size_t number = 0;
  return std::ifstream(file) >> number ? number : kAny;
}

// Of the control group that this process is in (cgroups(7), version 2).
std::size_t most_of_control_group() {
  std::ifstream groups("/proc/self/cgroup");
  for (std::string line; std::getline(groups, line);) {
    if (line.starts_with("0::")) return number_in("/sys/fs/cgroup" + line.substr(3) + "/pids.max");
  }
  return kAny;
}

std::size_t most_of_user() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NPROC, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY) return kAny;
  return limit.rlim_cur;
}

}  // namespace

std::size_t most_threads() {
  const std::size_t mappings = number_in("/proc/sys/vm/max_map_count");
  const std::size_t most =
      std::min({most_of_user(), most_of_control_group(), number_in("/proc/sys/kernel/threads-max"),
                number_in("/proc/sys/kernel/pid_max"), mappings / 2});  // a stack and its guard
  return std::max<std::size_t>(most / 4 * 3, 1);
}

}  // namespace suite
