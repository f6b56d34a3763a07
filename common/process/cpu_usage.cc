#include "common/process/cpu_usage.h"

#include <time.h>
#include <fmt/format.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <system_error>
#include <vector>

namespace suite {

std::chrono::nanoseconds thread_cpu_time() {
  timespec time{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec);
}

std::optional<std::chrono::nanoseconds> process_tree_cpu_time(::pid_t pid) {
  std::chrono::nanoseconds total{};
  bool found = false;
  std::vector<::pid_t> todo{pid};
  while (!todo.empty()) {
    const std::string tasks = fmt::format("/proc/{}/task", todo.back());
    todo.pop_back();
    std::error_code ended;  // a process may end between two reads; what it used is then not counted
    const std::filesystem::directory_iterator last;
    for (std::filesystem::directory_iterator task(tasks, ended); !ended && task != last;
         task.increment(ended)) {
      std::int64_t running = 0;
      if (std::ifstream(task->path() / "schedstat") >> running) {
        total += std::chrono::nanoseconds(running);
        found = true;
      }
      std::ifstream children(task->path() / "children");
      for (::pid_t child = 0; children >> child;) todo.push_back(child);
    }
  }
  if (!found) return std::nullopt;
  return total;
}

}  // namespace suite
