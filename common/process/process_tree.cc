#include "common/process/process_tree.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <fstream>
#include <iterator>
#include <system_error>

namespace suite {

namespace {

std::vector<std::filesystem::path> tasks_of(::pid_t pid) {
  std::vector<std::filesystem::path> found;
  std::error_code ended;  // a process may end between two reads
  const std::filesystem::directory_iterator last;
  for (std::filesystem::directory_iterator task(fmt::format("/proc/{}/task", pid), ended);
       !ended && task != last; task.increment(ended)) {
    found.push_back(task->path());
  }
  return found;
}

}  // namespace

std::vector<::pid_t> children_of(::pid_t pid) {
  std::vector<::pid_t> found;
  for (const std::filesystem::path& task : tasks_of(pid)) {
    std::ifstream children(task / "children");
    for (::pid_t child = 0; children >> child;) found.push_back(child);
  }
  return found;
}

std::vector<::pid_t> processes_of_tree(::pid_t pid) {
  if (tasks_of(pid).empty()) return {};
  std::vector<::pid_t> found{pid};
  for (std::size_t next = 0; next < found.size(); ++next) {
    const std::vector<::pid_t> children = children_of(found[next]);
    found.insert(found.end(), children.begin(), children.end());
  }
  return found;
}

std::vector<std::filesystem::path> tasks_of_tree(::pid_t pid) {
  std::vector<std::filesystem::path> found;
  for (const ::pid_t process : processes_of_tree(pid))
    std::ranges::move(tasks_of(process), std::back_inserter(found));
  return found;
}

}  // namespace suite
