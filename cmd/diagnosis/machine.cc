#include "cmd/diagnosis/machine.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <system_error>

#include "cmd/diagnosis/files.h"
#include "common/process/cpu_quota.h"

namespace suite::diagnosis {
namespace {

namespace fs = std::filesystem;

std::optional<int> parse_cpu(std::string_view text) {
  int cpu = -1;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), cpu);
  if (error != std::errc{} || end != text.data() + text.size() || cpu < 0) return std::nullopt;
  return cpu;
}

fs::path folder_of(const fs::path& root, int cpu) {
  return root / fmt::format("sys/devices/system/cpu/cpu{}", cpu);
}

// A folder nodeN stands in that of each of its processors.
std::optional<int> memory_node_of(const fs::path& cpu_folder) {
  constexpr std::string_view kNode = "node";
  std::error_code unreadable;
  for (const auto& entry : fs::directory_iterator(cpu_folder, unreadable)) {
    const std::string name = entry.path().filename().string();
    if (!name.starts_with(kNode)) continue;
    if (const auto node = parse_cpu(std::string_view(name).substr(kNode.size()))) return node;
  }
  return std::nullopt;
}

// Those that are disabled are not entered.
std::optional<std::uint64_t> deepest_wake_up(const fs::path& cpu_folder) {
  std::optional<std::uint64_t> deepest;
  std::error_code unreadable;
  for (const auto& state : fs::directory_iterator(cpu_folder / "cpuidle", unreadable)) {
    if (number_in(state.path() / "disable").value_or(0) != 0) continue;
    if (const auto latency = number_in(state.path() / "latency"))
      deepest = std::max(deepest.value_or(0), *latency);
  }
  return deepest;
}

void read_processor(Machine& machine, const fs::path& folder, int cpu) {
  const auto threads = parse_cpu_list(first_line(folder / "topology/thread_siblings_list"));
  if (!threads.empty()) machine.core_of[cpu] = threads.front();
  auto speed = number_in(folder / "cpufreq/cpuinfo_max_freq");
  if (!speed) speed = number_in(folder / "cpu_capacity");
  if (speed) machine.top_speed_of[cpu] = *speed;
  if (const auto node = memory_node_of(folder)) machine.memory_nodes.insert(*node);
  if (auto governor = first_line(folder / "cpufreq/scaling_governor"); !governor.empty())
    machine.governors.insert(std::move(governor));
  if (const auto wake_up = deepest_wake_up(folder))
    machine.wake_up_us = std::max(machine.wake_up_us.value_or(0), *wake_up);
}

// With intel_pstate the switch says that there is none (no_turbo), otherwise that there is (boost).
std::optional<Turbo> read_turbo(const fs::path& root) {
  constexpr std::string_view kNoTurbo = "/sys/devices/system/cpu/intel_pstate/no_turbo";
  constexpr std::string_view kBoost = "/sys/devices/system/cpu/cpufreq/boost";
  const auto number = [&root](std::string_view file) { return number_in(root / file.substr(1)); };
  if (const auto none = number(kNoTurbo)) return Turbo{.on = *none == 0, .switch_file = kNoTurbo, .off = "1"};
  if (const auto boost = number(kBoost)) return Turbo{.on = *boost != 0, .switch_file = kBoost, .off = "0"};
  return std::nullopt;
}

// "Max open files            1024                 1048576              files"; "unlimited" is no number.
std::optional<std::uint64_t> hard_descriptor_limit(const fs::path& limits) {
  constexpr std::size_t kHardLimit = 47;  // its column (fs/proc/base.c)
  const std::string line = line_of(limits, "Max open files");
  return leading_number(std::string_view(line).substr(std::min(line.size(), kHardLimit)));
}

void read_limits(Machine& machine, const fs::path& root) {
  const fs::path kernel = root / "proc/sys";
  machine.descriptors = hard_descriptor_limit(root / "proc/self/limits");
  const std::string ports = first_line(kernel / "net/ipv4/ip_local_port_range");
  machine.first_port = leading_number(ports);
  machine.last_port =
      leading_number(std::string_view(ports).substr(std::min(ports.size(), ports.find('\t'))));
  machine.time_wait_reuse = number_in(kernel / "net/ipv4/tcp_tw_reuse");
  machine.listen_queue = number_in(kernel / "net/core/somaxconn");
  machine.syn_queue = number_in(kernel / "net/ipv4/tcp_max_syn_backlog");
  machine.syn_cookies = number_in(kernel / "net/ipv4/tcp_syncookies");
  machine.tracked = number_in(kernel / "net/netfilter/nf_conntrack_count");
  machine.most_tracked = number_in(kernel / "net/netfilter/nf_conntrack_max");
  machine.uring_disabled = number_in(kernel / "kernel/io_uring_disabled");
  machine.is_filtered = leading_number(field_in(root / "proc/self/status", "Seccomp")).value_or(0) != 0;
}

// The flag that every hypervisor sets (Linux: X86_FEATURE_HYPERVISOR).
bool has_hypervisor(const fs::path& root) {
  return (" " + field_in(root / "proc/cpuinfo", "flags") + " ").contains(" hypervisor ");
}

}  // namespace

std::vector<int> parse_cpu_list(std::string_view list) {
  std::vector<int> cpus;
  while (!list.empty()) {
    const std::string_view part = list.substr(0, list.find(','));
    list.remove_prefix(std::min(list.size(), part.size() + 1));
    const std::size_t dash = part.find('-');
    const auto first = parse_cpu(part.substr(0, dash));
    const auto last = dash == std::string_view::npos ? first : parse_cpu(part.substr(dash + 1));
    if (!first || !last || *last < *first) return {};
    for (int cpu = *first; cpu <= *last; ++cpu) cpus.push_back(cpu);
  }
  return cpus;
}

Machine read_machine(const fs::path& root) {
  Machine machine;
  machine.online_cpus = parse_cpu_list(first_line(root / "sys/devices/system/cpu/online"));
  machine.usable_cpus = parse_cpu_list(field_in(root / "proc/self/status", "Cpus_allowed_list"));
  for (const int cpu : machine.usable_cpus) read_processor(machine, folder_of(root, cpu), cpu);
  machine.cpu_quota = suite::cpu_quota(root);
  machine.is_virtual = has_hypervisor(root);
  machine.turbo = read_turbo(root);
  const fs::path clock = root / "sys/devices/system/clocksource/clocksource0";
  machine.clock_source = first_line(clock / "current_clocksource");
  machine.clock_sources = first_line(clock / "available_clocksource");
  read_limits(machine, root);
  return machine;
}

}  // namespace suite::diagnosis
