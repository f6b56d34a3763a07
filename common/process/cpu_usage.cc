#include "common/process/cpu_usage.h"

#include <sys/resource.h>
#include <time.h>
#include <unistd.h>
#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <fstream>
#include <limits>
#include <sstream>
#include <string>

#include "common/process/process_tree.h"

namespace suite {
namespace {

std::chrono::nanoseconds time_of(const timespec& time) {
  return std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec);
}

std::chrono::nanoseconds clock_tick() {
  return std::chrono::nanoseconds(1'000'000'000 / std::max<std::int64_t>(::sysconf(_SC_CLK_TCK), 1));
}

std::optional<std::chrono::nanoseconds> process_cpu_time(::pid_t pid) {
  clockid_t clock{};
  timespec time{};
  if (::clock_getcpuclockid(pid, &clock) != 0 || ::clock_gettime(clock, &time) != 0) return std::nullopt;
  return time_of(time);
}

// Of its children that have ended: the 16th and 17th field, counted behind the name, which may hold anything.
std::chrono::nanoseconds waited_for_cpu_time(::pid_t pid) {
  constexpr int kFieldsBefore = 13;  // behind the name's parenthesis: state, ppid ... utime, stime
  std::string line;
  std::getline(std::ifstream(fmt::format("/proc/{}/stat", pid)), line);
  const std::size_t name_end = line.rfind(')');
  if (name_end == std::string::npos) return {};
  std::istringstream fields(line.substr(name_end + 1));
  std::string ignored;
  for (int i = 0; i < kFieldsBefore; ++i) fields >> ignored;
  std::int64_t user = 0, system = 0;
  fields >> user >> system;
  return clock_tick() * (user + system);
}

}  // namespace

std::chrono::nanoseconds thread_cpu_time() {
  timespec time{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return time_of(time);
}

ThreadUse operator-(const ThreadUse& after, const ThreadUse& before) {
  return {.cpu = after.cpu - before.cpu,
          .elapsed = after.elapsed - before.elapsed,
          .voluntary_switches = after.voluntary_switches - before.voluntary_switches,
          .involuntary_switches = after.involuntary_switches - before.involuntary_switches};
}

// The times of getrusage(2) are of microseconds; the clock's are of nanoseconds.
ThreadUse thread_use() {
  rusage usage{};
  ::getrusage(RUSAGE_THREAD, &usage);
  return {.cpu = thread_cpu_time(),
          .elapsed = std::chrono::steady_clock::now().time_since_epoch(),
          .voluntary_switches = static_cast<std::uint64_t>(usage.ru_nvcsw),
          .involuntary_switches = static_cast<std::uint64_t>(usage.ru_nivcsw)};
}

ProcessorTime operator-(const ProcessorTime& after, const ProcessorTime& before) {
  return {.idle = after.idle - before.idle,
          .working = after.working - before.working,
          .interrupts = after.interrupts - before.interrupts,
          .stolen = after.stolen - before.stolen};
}

// A line is "cpu3 user nice system idle iowait irq softirq steal ...", in clock ticks (proc(5)).
std::optional<ProcessorTime> processor_time(std::span<const int> cpus) {
  const std::chrono::nanoseconds tick = clock_tick();
  ProcessorTime total;
  std::size_t found = 0;
  std::ifstream stat("/proc/stat");
  for (std::string name; stat >> name; stat.ignore(std::numeric_limits<std::streamsize>::max(), '\n')) {
    if (std::ranges::none_of(cpus, [&](int cpu) { return name == fmt::format("cpu{}", cpu); })) continue;
    std::int64_t user = 0, nice = 0, system = 0, idle = 0, waiting = 0, hard = 0, soft = 0, stolen = 0;
    if (!(stat >> user >> nice >> system >> idle >> waiting >> hard >> soft >> stolen)) return std::nullopt;
    total.idle += tick * (idle + waiting);
    total.working += tick * (user + nice + system);
    total.interrupts += tick * (hard + soft);
    total.stolen += tick * stolen;
    ++found;
  }
  return found == cpus.size() ? std::optional(total) : std::nullopt;
}

std::optional<std::chrono::nanoseconds> process_tree_cpu_time(::pid_t pid) {
  std::chrono::nanoseconds total{};
  bool found = false;
  for (const ::pid_t process : processes_of_tree(pid)) {
    const auto used = process_cpu_time(process);
    if (!used) continue;
    total += *used + waited_for_cpu_time(process);
    found = true;
  }
  if (!found) return std::nullopt;
  return total;
}

}  // namespace suite
