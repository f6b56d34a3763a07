#include "common/process/process_tree.h"

#include <fmt/format.h>

#include <fstream>
#include <system_error>

namespace suite {

std::vector<std::filesystem::path> tasks_of_tree(::pid_t pid) {
  std::vector<std::filesystem::path> found;
  std::vector<::pid_t> todo{pid};
  while (!todo.empty()) {
    const std::string tasks = fmt::format("/proc/{}/task", todo.back());
    todo.pop_back();
    std::error_code ended;  // a process may end between two reads
    const std::filesystem::directory_iterator last;
    for (std::filesystem::directory_iterator task(tasks, ended); !ended && task != last;
         task.increment(ended)) {
      found.push_back(task->path());
      std::ifstream children(task->path() / "children");
      for (::pid_t child = 0; children >> child;) todo.push_back(child);
    }
  }
  return found;
}

}  // namespace suite
