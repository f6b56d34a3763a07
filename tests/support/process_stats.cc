#include "tests/support/process_stats.h"

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <system_error>
#include <thread>

namespace suite::test {
namespace {

namespace fs = std::filesystem;

// Entries of a folder of /proc; none where the process ended meanwhile.
std::vector<fs::path> entries(const fs::path& folder) {
  std::vector<fs::path> paths;
  std::error_code ended;
  for (fs::directory_iterator it(folder, ended), end; !ended && it != end; it.increment(ended)) {
    paths.push_back(it->path());
  }
  return paths;
}

fs::path folder_of(::pid_t pid) { return "/proc/" + std::to_string(pid); }

// The sum of `value(pid)` over the process and its descendants.
template <class Amount>
Amount over_tree(::pid_t pid, Amount (*value)(::pid_t)) {
  Amount total = value(pid);
  for (const ::pid_t child : children_of(pid)) total += over_tree(child, value);
  return total;
}

std::size_t resident_bytes_of(::pid_t pid) {
  std::ifstream status(folder_of(pid) / "status");
  for (std::string word; status >> word;) {
    if (word != "VmRSS:") continue;
    std::size_t kibibytes = 0;
    status >> kibibytes;
    return kibibytes * 1024;
  }
  return 0;
}

std::chrono::nanoseconds cpu_time_of(::pid_t pid) {
  std::chrono::nanoseconds total{};
  for (const fs::path& task : entries(folder_of(pid) / "task")) {
    std::int64_t running = 0;
    if (std::ifstream(task / "schedstat") >> running) total += std::chrono::nanoseconds(running);
  }
  return total;
}

std::size_t descriptors_of(::pid_t pid) {
  std::size_t total = 0;
  for (const fs::path& task : entries(folder_of(pid) / "task")) total += entries(task / "fd").size();
  return total;
}

// The letter that proc(5) calls the state, or 0 where there is no such process or thread.
char state_in(const fs::path& stat_file) {
  std::ifstream stat(stat_file);
  const std::string text((std::istreambuf_iterator<char>(stat)), {});
  const std::size_t name_end = text.rfind(')');
  return name_end == std::string::npos || name_end + 2 >= text.size() ? '\0' : text[name_end + 2];
}

}  // namespace

std::vector<::pid_t> children_of(::pid_t pid) {
  std::vector<::pid_t> children;
  for (const fs::path& task : entries(folder_of(pid) / "task")) {
    std::ifstream list(task / "children");
    children.insert(children.end(), std::istream_iterator<::pid_t>(list), {});
  }
  return children;
}

std::size_t descriptor_count(::pid_t pid) { return over_tree(pid, &descriptors_of); }
std::size_t resident_bytes(::pid_t pid) { return over_tree(pid, &resident_bytes_of); }
std::chrono::nanoseconds cpu_time(::pid_t pid) { return over_tree(pid, &cpu_time_of); }
std::size_t thread_count(::pid_t pid) { return entries(folder_of(pid) / "task").size(); }

std::chrono::nanoseconds cpu_used_in(std::chrono::milliseconds interval, ::pid_t pid) {
  const auto before = cpu_time(pid);
  std::this_thread::sleep_for(interval);
  return cpu_time(pid) - before;
}

bool is_stopped(::pid_t pid) {
  const std::vector<fs::path> tasks = entries(folder_of(pid) / "task");
  return std::ranges::all_of(tasks, [](const fs::path& task) { return state_in(task / "stat") == 'T'; });
}

bool is_alive(::pid_t pid) {
  const char state = state_in(folder_of(pid) / "stat");
  return state != '\0' && state != 'Z' && state != 'X';
}

bool has_pending(::pid_t pid, int signal) {
  std::ifstream status(folder_of(pid) / "status");
  for (std::string line; std::getline(status, line);) {
    if (!line.starts_with("ShdPnd:")) continue;
    const std::uint64_t pending = std::stoull(line.substr(line.find('\t') + 1), nullptr, 16);
    return (pending >> (signal - 1) & 1) != 0;
  }
  return false;
}

}  // namespace suite::test
