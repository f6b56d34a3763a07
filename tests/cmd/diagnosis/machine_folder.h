// A folder that looks like the root of a machine: its /proc and /sys, as far as `suite doctor` reads them.
#pragma once

#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>

#include "tests/support/temporary_folder.h"

namespace suite::diagnosis {

class MachineFolder {
 public:
  /// A server of two sockets, two cores of two threads on each, of which all is well.
  MachineFolder() {
    write("proc/self/status", "Name:\tsuite\nSeccomp:\t0\nSeccomp_filters:\t0\nCpus_allowed_list:\t0-7\n");
    write("proc/self/limits",
          "Limit                     Soft Limit           Hard Limit           Units     \n"
          "Max open files            1024                 1048576              files     \n");
    write("proc/cpuinfo", "processor\t: 0\nmodel name\t: A CPU\nflags\t\t: fpu tsc sse2\n");
    write("sys/devices/system/cpu/online", "0-7\n");
    for (int cpu = 0; cpu < 8; ++cpu) write_cpu(cpu);
    write("sys/devices/system/cpu/intel_pstate/no_turbo", "1\n");
    write("sys/devices/system/clocksource/clocksource0/current_clocksource", "tsc\n");
    write("sys/devices/system/clocksource/clocksource0/available_clocksource", "tsc hpet acpi_pm \n");
    write("proc/sys/net/ipv4/ip_local_port_range", "32768\t60999\n");
    write("proc/sys/net/ipv4/tcp_tw_reuse", "2\n");
    write("proc/sys/net/ipv4/tcp_max_syn_backlog", "2048\n");
    write("proc/sys/net/ipv4/tcp_syncookies", "1\n");
    write("proc/sys/net/core/somaxconn", "4096\n");
    write("proc/sys/net/netfilter/nf_conntrack_count", "12\n");
    write("proc/sys/net/netfilter/nf_conntrack_max", "262144\n");
    write("proc/sys/kernel/io_uring_disabled", "0\n");
    write_counters(0, 0, 0);
  }

  std::filesystem::path root() const { return folder_.file(""); }

  void write(std::string_view file, std::string_view text) const {
    const std::filesystem::path path = root() / file;
    std::filesystem::create_directories(path.parent_path());
    std::ofstream(path) << text;
  }
  void remove(std::string_view file) const { std::filesystem::remove_all(root() / file); }

  /// Ticks since the start, on each of the processors 0 and 1, which are the only ones.
  void write_counters(int user, int idle, int steal) const {
    std::string text = "cpu  1 2 3 4 5 6 7 8 9 10\n";
    for (const char* cpu : {"cpu0", "cpu1"}) {
      text += std::string(cpu) + " " + std::to_string(user) + " 0 0 " + std::to_string(idle) + " 0 0 0 " +
              std::to_string(steal) + " 0 0\n";
    }
    write("proc/stat", text + "intr 1 2 3\nctxt 4\n");
  }
  /// A program that has used so many ticks of user time, and twice as many of system time.
  void write_program(int pid, std::string_view name, int ticks, int started = 9) const {
    const std::string number = std::to_string(pid);
    const std::string times = std::to_string(ticks) + " " + std::to_string(2 * ticks);
    write("proc/" + number + "/stat", number + " (" + std::string(name) + ") S 1 1 1 0 -1 4194304 9 9 9 9 " +
                                          times + " 7 7 20 0 1 0 " + std::to_string(started) + " 8 8\n");
  }

 private:
  // Processor 4 is the other thread of the core of processor 0.
  void write_cpu(int cpu) const {
    const std::string folder = "sys/devices/system/cpu/cpu" + std::to_string(cpu) + "/";
    const int first = cpu % 4;
    write(folder + "topology/thread_siblings_list",
          std::to_string(first) + "," + std::to_string(first + 4) + "\n");
    write(folder + "cpufreq/scaling_governor", "performance\n");
    write(folder + "cpufreq/cpuinfo_max_freq", first == 0 ? "3800000\n" : "3700000\n");
    write(folder + "cpuidle/state0/latency", "0\n");
    write(folder + "cpuidle/state1/latency", "2\n");
    write(folder + "cpuidle/state2/latency", "170\n");
    write(folder + "cpuidle/state2/disable", "1\n");
    std::filesystem::create_directories(root() / folder / (first < 2 ? "node0" : "node1"));
  }

  test::TemporaryFolder folder_;
};

}  // namespace suite::diagnosis
