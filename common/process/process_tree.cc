#include "common/process/process_tree.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
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

// The sum of the numbers behind those of its lines that have `label` in front of the colon, or end with it;
// nothing where there is none.
std::optional<std::uint64_t> sum_of_lines(const std::filesystem::path& path, std::string_view label) {
  std::ifstream file(path);
  std::optional<std::uint64_t> sum;
  for (std::string line; std::getline(file, line);) {
    const std::size_t colon = line.find(':');
    if (colon == std::string::npos || !line.substr(0, colon).ends_with(label)) continue;
    sum = sum.value_or(0) + std::strtoull(line.c_str() + colon + 1, nullptr, 10);
  }
  return sum;
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

std::optional<std::uint64_t> process_tree_switches(::pid_t pid) {
  constexpr std::size_t kMostTasks = 1000;
  const auto tasks = tasks_of_tree(pid);
  if (tasks.size() > kMostTasks) return std::nullopt;
  std::optional<std::uint64_t> total;
  for (const std::filesystem::path& task : tasks) {
    // Both are: voluntary_ctxt_switches, nonvoluntary_ctxt_switches.
    if (const auto switches = sum_of_lines(task / "status", "voluntary_ctxt_switches"))
      total = total.value_or(0) + *switches;
  }
  return total;
}

std::optional<std::uint64_t> process_tree_memory(::pid_t pid) {
  constexpr std::uint64_t kKiB = 1024;
  std::optional<std::uint64_t> total;
  for (const ::pid_t process : processes_of_tree(pid)) {
    const auto kib = sum_of_lines(fmt::format("/proc/{}/smaps_rollup", process), "Pss");
    if (kib) total = total.value_or(0) + *kib * kKiB;
  }
  return total;
}

}  // namespace suite
