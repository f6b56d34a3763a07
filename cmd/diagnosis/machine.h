// What /proc and /sys say about a machine, as far as it bears on measurements. Reads files and judges
// nothing.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "cmd/diagnosis/usage.h"

namespace suite::diagnosis {

/// What raises the clock for as long as heat allows, and how it is turned off.
struct Turbo {
  bool on = false;
  std::string_view switch_file;  // "/sys/devices/system/cpu/cpufreq/boost"
  std::string_view off;          // what it then holds: "0"
};

/// Nothing, or empty: the file is not there, or is not what it is expected to be. Processors are those that
/// this process may use, unless it says otherwise.
struct Machine {
  // The processors, ascending.
  std::vector<int> online_cpus;  // of the machine
  std::vector<int> usable_cpus;
  std::map<int, int> core_of;                 // the first processor of the core that it is a thread of
  std::map<int, std::uint64_t> top_speed_of;  // its fastest clock in kHz, or its capacity, whatever the unit
  std::set<int> memory_nodes;                 // that they belong to
  std::optional<double> cpu_quota;            // processors that the control group may keep busy
  bool is_virtual = false;

  // How fast they run.
  std::set<std::string> governors;
  std::optional<Turbo> turbo;
  std::optional<std::uint64_t> wake_up_us;  // of the deepest idle state that is enabled
  std::string clock_source;
  std::string clock_sources;  // all there are, with blanks between

  // What the kernel allows.
  std::optional<std::uint64_t> descriptors;  // hard limit
  std::optional<std::uint64_t> first_port, last_port;
  std::optional<std::uint64_t> time_wait_reuse;        // net.ipv4.tcp_tw_reuse
  std::optional<std::uint64_t> listen_queue;           // net.core.somaxconn
  std::optional<std::uint64_t> syn_queue;              // net.ipv4.tcp_max_syn_backlog
  std::optional<std::uint64_t> syn_cookies;            // net.ipv4.tcp_syncookies
  std::optional<std::uint64_t> tracked, most_tracked;  // connections of the firewall (nf_conntrack)
  std::optional<std::uint64_t> uring_disabled;         // kernel.io_uring_disabled
  bool is_filtered = false;                            // system calls, by seccomp: in most containers

  // What is found out by other means, by who looks.
  std::optional<std::string>
      uring_refusal;  // why there can be no io_uring; empty: it works; nothing: nobody tried
  std::optional<Usage> usage;
};

/// Reads the files below `root`: "/", or a folder that holds copies of them.
Machine read_machine(const std::filesystem::path& root);

/// "0-3,8": 0, 1, 2, 3, 8. Empty where it is no such list.
std::vector<int> parse_cpu_list(std::string_view list);

}  // namespace suite::diagnosis
