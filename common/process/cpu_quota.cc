#include "common/process/cpu_quota.h"

#include <algorithm>
#include <fstream>
#include <sstream>
#include <string>

namespace suite {
namespace {

// The line of version 2 is "0::/system.slice/a.service" (cgroups(7)).
std::string control_group(const std::filesystem::path& root) {
  constexpr std::string_view kVersion2 = "0::/";
  std::ifstream groups(root / "proc/self/cgroup");
  for (std::string line; std::getline(groups, line);) {
    if (line.starts_with(kVersion2)) return line.substr(kVersion2.size());
  }
  return {};
}

}  // namespace

std::optional<double> quota_in(std::string_view cpu_max) {
  std::istringstream fields{std::string(cpu_max)};
  double quota = 0, period = 0;
  if (!(fields >> quota >> period) || quota <= 0 || period <= 0) return std::nullopt;
  return quota / period;
}

std::optional<double> cpu_quota(const std::filesystem::path& root) {
  const std::filesystem::path all = root / "sys/fs/cgroup";
  std::optional<double> least;
  for (std::filesystem::path group = all / control_group(root);; group = group.parent_path()) {
    std::string line;
    std::getline(std::ifstream(group / "cpu.max"), line);
    if (const auto quota = quota_in(line)) least = least ? std::min(*least, *quota) : quota;
    if (group == all || !group.has_relative_path()) return least;
  }
}

}  // namespace suite
