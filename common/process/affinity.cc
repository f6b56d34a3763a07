#include "common/process/affinity.h"

#include <sched.h>

#include <cstddef>
#include <cstdlib>

#include "common/process/process_tree.h"

namespace suite {
namespace {

std::vector<int> members(const cpu_set_t& set) {
  std::vector<int> cpus;
  for (int cpu = 0; cpu < CPU_SETSIZE; ++cpu) {
    if (CPU_ISSET(cpu, &set)) cpus.push_back(cpu);
  }
  return cpus;
}

}  // namespace

std::vector<int> usable_cpus() {
  cpu_set_t set;
  CPU_ZERO(&set);
  ::sched_getaffinity(0, sizeof set, &set);
  std::vector<int> cpus = members(set);
  if (cpus.empty()) cpus.push_back(0);
  return cpus;
}

std::vector<int> process_tree_cpus(::pid_t pid) {
  cpu_set_t all;
  CPU_ZERO(&all);
  for (const std::filesystem::path& task : tasks_of_tree(pid)) {
    cpu_set_t set;
    CPU_ZERO(&set);
    const int thread = std::atoi(task.filename().c_str());
    if (::sched_getaffinity(thread, sizeof set, &set) == 0) CPU_OR(&all, &all, &set);
  }
  return members(all);
}

bool pin_to(const std::vector<int>& cpus) {
  cpu_set_t set;
  CPU_ZERO(&set);
  for (const int cpu : cpus) CPU_SET(cpu, &set);
  return ::sched_setaffinity(0, sizeof set, &set) == 0;
}

bool pin_to_nth_cpu(std::size_t index) {
  const std::vector<int> cpus = usable_cpus();
  return pin_to({cpus[index % cpus.size()]});
}

}  // namespace suite
