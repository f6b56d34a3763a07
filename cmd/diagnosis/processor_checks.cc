#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <ranges>
#include <set>

#include "cmd/diagnosis/checks.h"
#include "common/base/units.h"

namespace suite::diagnosis {
namespace {

std::string processors(std::size_t count) { return format_items(count, "processor"); }

// Programs of one name, such as those of a build.
struct Busy {
  std::string_view name;
  std::size_t processes = 0;
  ::pid_t pid = 0;  // of the busiest
  double cpus = 0;
};

std::vector<Busy> busiest_names(const Usage& usage) {
  std::vector<Busy> all;
  for (const Usage::Program& program : usage.programs) {
    auto found = std::ranges::find(all, program.name, &Busy::name);
    if (found == all.end()) found = all.insert(all.end(), {.name = program.name, .pid = program.pid});
    ++found->processes;
    found->cpus += program.cpus;
  }
  std::ranges::stable_sort(all, std::ranges::greater{}, &Busy::cpus);
  return all;
}

// ": cc1plus (4 processes) 1.6, ld (pid 4720) 0.3".
std::string busiest(const Usage& usage) {
  constexpr std::size_t kNamed = 3;
  constexpr double kLeast = 0.05;
  std::string names;
  for (const Busy& busy : busiest_names(usage) | std::views::take(kNamed)) {
    if (busy.cpus < kLeast) break;
    const std::string who =
        busy.processes == 1 ? fmt::format("pid {}", busy.pid) : fmt::format("{} processes", busy.processes);
    names += fmt::format("{}{} ({}) {:.1f}", names.empty() ? ": " : ", ", busy.name, who, busy.cpus);
  }
  return names;
}

Finding other_load(const Machine& machine) {
  constexpr double kMuch = 0.15;  // of one processor
  if (!machine.usage || machine.usage->seconds <= 0) return unknown("load of other programs");
  const Usage& usage = *machine.usage;
  if (usage.busy_cpus < kMuch) return fine("no other load");
  return {.severity = Severity::kSpoils,
          .found = fmt::format("other programs use {:.1f} of {}{}", usage.busy_cpus,
                               processors(machine.usable_cpus.size()), busiest(usage)),
          .effect =
              "They take the processors, or the caches, that server and load need: throughput falls, and "
              "latencies grow by the time that they run.",
          .advice = "Stop them, or wait until they are done; this lists them",
          .command = "top -b -n 1 | head -n 15"};
}

Finding steal(const Machine& machine) {
  constexpr double kMuch = 0.02;
  constexpr std::uint64_t kNoAccident = 2;  // ticks
  if (!machine.usage || machine.usage->seconds <= 0) return unknown("steal");
  const Usage& usage = *machine.usage;
  if (usage.stolen_share < kMuch || usage.stolen_ticks < kNoAccident) return fine("no steal");
  return {
      .severity = Severity::kSpoils,
      .found = fmt::format("the hypervisor takes {:.0f} % of the processors' time (steal)",
                           usage.stolen_share * 100),
      .effect =
          "The machine stands still for milliseconds at a time, which shows in throughput and in the highest "
          "latencies, whatever is measured.",
      .advice =
          "Nothing in this machine changes it: use one with processors of its own, or compare CPU time per "
          "request, and interleaved rounds (suite bench). The last column of this shows it",
      .command = "vmstat 1 5"};
}

constexpr const char* kElsewhere = "Run the load on another machine (suite load HOST:PORT)";
constexpr const char* kWiden = "Give this shell all of them; a container or cpuset must allow it";

std::string widening_command(const Machine& machine) {
  return fmt::format("taskset -pc {} $$", fmt::join(machine.online_cpus, ","));
}

Finding usable_cpus(const Machine& machine) {
  const std::size_t usable = machine.usable_cpus.size(), online = machine.online_cpus.size();
  if (usable == 0) return unknown("processors");
  if (usable == 1) {
    return {.severity = Severity::kSpoils,
            .found = online > 1 ? fmt::format("this process may use one of {}", processors(online))
                                : "there is only one processor",
            .effect =
                "Server and load take turns on it: throughput is that of both together, and a latency "
                "contains the "
                "other side's work.",
            .advice = online > 1 ? kWiden : kElsewhere,
            .command = online > 1 ? widening_command(machine) : ""};
  }
  if (usable < online) {
    return {
        .severity = Severity::kNote,
        .found = fmt::format("this process may use {} of {}", usable, processors(online)),
        .effect = "What others do on the rest is not seen here, but shares caches, memory and clock with it.",
        .advice = kWiden,
        .command = widening_command(machine)};
  }
  return fine(processors(usable));
}

Finding cpu_quota(const Machine& machine) {
  if (!machine.cpu_quota) return fine("no CPU quota");
  if (*machine.cpu_quota >= static_cast<double>(machine.usable_cpus.size()))
    return fine("a CPU quota for all processors");
  return {
      .severity = Severity::kSpoils,
      .found = fmt::format("the control group may use {:.2g} of {} (cpu.max)", *machine.cpu_quota,
                           processors(machine.usable_cpus.size())),
      .effect =
          "Whoever has used that up stands still until the next period, up to 100 ms: latencies show it, and "
          "throughput is the quota's.",
      .advice =
          "Start the container without --cpus, the service without CPUQuota=; or, with GROUP from "
          "/proc/self/cgroup",
      .command = "echo max | sudo tee /sys/fs/cgroup/GROUP/cpu.max"};
}

// One processor of each core: what a comparison should keep to.
std::vector<int> one_of_each_core(const Machine& machine) {
  std::vector<int> chosen;
  std::set<int> cores;
  for (const int cpu : machine.usable_cpus) {
    const auto core = machine.core_of.find(cpu);
    if (core == machine.core_of.end() || cores.insert(core->second).second) chosen.push_back(cpu);
  }
  return chosen;
}

bool share_a_core(const Machine& machine, int one, int other) {
  const auto first = machine.core_of.find(one), second = machine.core_of.find(other);
  return first != machine.core_of.end() && second != machine.core_of.end() && first->second == second->second;
}

Finding siblings(const Machine& machine) {
  const std::vector<int>& usable = machine.usable_cpus;
  if (machine.core_of.empty()) return unknown("which processors are one core");
  const std::vector<int> cores = one_of_each_core(machine);
  if (cores.size() == usable.size()) return fine("a core for each processor");
  Finding finding{
      .found = fmt::format("{} are {}", processors(usable.size()), format_items(cores.size(), "core")),
      .effect = "Two threads on one core slow each other, by how much depends on what they do"};
  // suite bench has the load on the second processor and servers on the others.
  if (share_a_core(machine, usable[0], usable[1])) {
    finding.severity = Severity::kSpoils;
    finding.found += fmt::format(", and {} and {} are the same one", usable[0], usable[1]);
    finding.effect += ", and suite bench has servers on the first processor and the load on the second";
  } else {
    finding.severity = Severity::kNote;
  }
  finding.effect += ".";
  if (cores.size() > 1) {
    finding.advice = "Keep to one processor of each core";
    finding.command = fmt::format("taskset -c {} suite bench", fmt::join(cores, ","));
  } else {
    finding.advice = kElsewhere;
  }
  return finding;
}

Finding kinds_of_cores(const Machine& machine) {
  std::set<std::uint64_t> speeds;
  for (const auto& [cpu, speed] : machine.top_speed_of) speeds.insert(speed);
  if (speeds.empty()) return unknown("whether all cores are alike");
  // Favoured cores of one kind differ by a few percent.
  constexpr double kSameKind = 0.80;
  if (static_cast<double>(*speeds.begin()) >= kSameKind * static_cast<double>(*speeds.rbegin()))
    return fine("cores of one kind");
  std::vector<int> fast;
  for (const auto& [cpu, speed] : machine.top_speed_of) {
    if (static_cast<double>(speed) >= kSameKind * static_cast<double>(*speeds.rbegin())) fast.push_back(cpu);
  }
  return {.severity = Severity::kSpoils,
          .found = "some cores are faster than others",
          .effect = "A run is as fast as the cores that its threads happen to be on.",
          .advice = "Keep to the fast ones",
          .command = fmt::format("taskset -c {} suite bench", fmt::join(fast, ","))};
}

Finding memory_nodes(const Machine& machine) {
  if (machine.memory_nodes.empty()) return unknown("memory nodes");
  if (machine.memory_nodes.size() == 1) return fine("one memory node");
  const int first = *machine.memory_nodes.begin();
  return {.severity = Severity::kNote,
          .found = fmt::format("memory is in {} nodes (NUMA)", machine.memory_nodes.size()),
          .effect =
              "Where server and load are on different nodes, each byte crosses between them: runs differ by "
              "where "
              "their threads are.",
          .advice = "Keep to one node (package numactl)",
          .command = fmt::format("numactl --cpunodebind={} --membind={} suite bench", first, first)};
}

Finding governor(const Machine& machine) {
  if (machine.governors.empty()) return unknown("governor");
  if (machine.governors == std::set<std::string>{"performance"}) return fine("governor performance");
  return {
      .severity = Severity::kSpoils,
      .found = fmt::format("the processors' clock follows their load (governor {})",
                           fmt::join(machine.governors, ", ")),
      .effect =
          "A server that waits often runs on a slow clock: CPU time per request depends on the load, and the "
          "first seconds of a run are slower.",
      .advice = {},
      .command = "echo performance | sudo tee /sys/devices/system/cpu/cpu*/cpufreq/scaling_governor"};
}

Finding turbo(const Machine& machine) {
  if (!machine.turbo) return unknown("turbo");
  if (!machine.turbo->on) return fine("turbo off");
  return {
      .severity = Severity::kNote,
      .found = "turbo is on",
      .effect =
          "The clock depends on how warm the processor is and how many cores work: a run after a pause is "
          "faster. Rounds that take turns (suite bench) even it out; single runs of suite load do not.",
      .advice = {},
      .command = fmt::format("echo {} | sudo tee {}", machine.turbo->off, machine.turbo->switch_file)};
}

Finding idle_states(const Machine& machine) {
  constexpr std::uint64_t kLong = 20;  // us: a request over loopback takes about as long
  if (!machine.wake_up_us) return unknown("idle states");
  if (*machine.wake_up_us <= kLong)
    return fine(fmt::format("idle processors wake up in {} us", *machine.wake_up_us));
  return {.severity = Severity::kNote,
          .found = fmt::format("an idle processor takes up to {} us to wake up", *machine.wake_up_us),
          .effect = "At a low load each request contains that, so latencies fall as the load grows.",
          .advice =
              "Spin instead of sleeping (--busy-poll, on both sides), or forbid the deep states (package "
              "linux-cpupower)",
          .command = fmt::format("sudo cpupower idle-set -D {}", kLong)};
}

Finding hypervisor(const Machine& machine) {
  if (!machine.is_virtual) return fine("no hypervisor");
  return {.severity = Severity::kNote,
          .found = "this is a virtual machine",
          .effect =
              "Clock and turbo are its host's, and other guests share caches and memory with it: throughput "
              "differs "
              "from hour to hour, and waking up a processor takes longer than on hardware.",
          .advice =
              "Compare CPU time per request first, and rounds that take turns (suite bench); publish figures "
              "from "
              "hardware",
          .command = {}};
}

constexpr std::array kProcessorChecks{
    Check{"other-load", &other_load},   Check{"steal", &steal},
    Check{"processors", &usable_cpus},  Check{"cpu-quota", &cpu_quota},
    Check{"siblings", &siblings},       Check{"kinds-of-cores", &kinds_of_cores},
    Check{"governor", &governor},       Check{"turbo", &turbo},
    Check{"idle-states", &idle_states}, Check{"memory-nodes", &memory_nodes},
    Check{"hypervisor", &hypervisor},
};

}  // namespace

std::span<const Check> processor_checks() { return kProcessorChecks; }

}  // namespace suite::diagnosis
