#include "cmd/diagnosis/usage.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <fstream>
#include <optional>
#include <sstream>
#include <system_error>

#include "cmd/diagnosis/files.h"

namespace suite::diagnosis {
namespace {

namespace fs = std::filesystem;

constexpr double kTicksPerSecond = 100;  // USER_HZ, which is part of the kernel's interface

// "cpu0 user nice system idle iowait irq softirq steal guest ..." (proc(5)); user has the guest's.
void add_cpu(CpuCounts& counts, std::istringstream& fields) {
  std::array<std::uint64_t, 8> ticks{};
  for (std::uint64_t& one : ticks) fields >> one;
  const auto [user, nice, system, idle, iowait, irq, softirq, steal] = ticks;
  const std::uint64_t busy = user + nice + system + irq + softirq;
  counts.busy += busy;
  counts.stolen += steal;
  counts.all += busy + idle + iowait + steal;
}

void read_cpus(UsageReading& reading, const fs::path& stat, const std::vector<int>& usable) {
  std::ifstream lines(stat);
  for (std::string line; std::getline(lines, line);) {
    std::istringstream fields(line);
    std::string name;
    fields >> name;
    if (!name.starts_with("cpu")) continue;
    const auto cpu = leading_number(std::string_view(name).substr(3));
    if (!cpu || std::ranges::find(usable, static_cast<int>(*cpu)) == usable.end()) continue;
    add_cpu(reading.cpus, fields);
    ++reading.cpu_count;
  }
}

// "4711 (a name) S ...", where a name may hold anything: proc(5), whose fields 14, 15 and 22 are user time,
// system time and the start.
std::optional<UsageReading::Program> program_in(const std::string& stat) {
  const std::size_t begin = stat.find('('), end = stat.rfind(')');
  if (begin == std::string::npos || end == std::string::npos || end < begin) return std::nullopt;
  std::istringstream text(stat.substr(end + 1));
  constexpr std::size_t kFirst = 3, kUser = 14, kSystem = 15, kStart = 22;
  std::array<std::string, kStart + 1> fields;
  for (std::size_t i = kFirst; i <= kStart; ++i) text >> fields.at(i);
  const auto user = leading_number(fields[kUser]), system = leading_number(fields[kSystem]),
             start = leading_number(fields[kStart]);
  if (!user || !system || !start) return std::nullopt;
  return UsageReading::Program{
      .name = stat.substr(begin + 1, end - begin - 1), .ticks = *user + *system, .started = *start};
}

std::optional<::pid_t> pid_of(const std::string& name) {
  ::pid_t pid = 0;
  const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), pid);
  return error == std::errc{} && end == name.data() + name.size() ? std::optional(pid) : std::nullopt;
}

void read_programs(UsageReading& reading, const fs::path& proc) {
  std::error_code unreadable;
  for (const auto& entry : fs::directory_iterator(proc, unreadable)) {
    const auto pid = pid_of(entry.path().filename().string());
    if (!pid || *pid == ::getpid()) continue;
    if (auto program = program_in(first_line(entry.path() / "stat")))
      reading.programs[*pid] = *std::move(program);
  }
}

// One that has started since then has used nothing before.
std::uint64_t ticks_of(const UsageReading& reading, ::pid_t pid, const UsageReading::Program& program) {
  const auto found = reading.programs.find(pid);
  const bool is_same = found != reading.programs.end() && found->second.started == program.started;
  return is_same ? found->second.ticks : 0;
}

// Counters of the kernel may go back a little.
std::uint64_t gone_by(std::uint64_t before, std::uint64_t after) { return after - std::min(before, after); }

}  // namespace

UsageReading read_usage(const fs::path& root, const std::vector<int>& usable_cpus) {
  UsageReading reading;
  read_programs(reading, root / "proc");
  read_cpus(reading, root / "proc/stat", usable_cpus);
  return reading;
}

Usage usage_between(const UsageReading& before, const UsageReading& after) {
  const std::uint64_t all = gone_by(before.cpus.all, after.cpus.all);
  if (all == 0 || after.cpu_count == 0) return {};
  const double ticks = static_cast<double>(all) / static_cast<double>(after.cpu_count);  // on the clock
  Usage usage{.seconds = ticks / kTicksPerSecond,
              .busy_cpus = static_cast<double>(gone_by(before.cpus.busy, after.cpus.busy)) / ticks};
  usage.stolen_ticks = gone_by(before.cpus.stolen, after.cpus.stolen);
  usage.stolen_share = static_cast<double>(usage.stolen_ticks) / static_cast<double>(all);
  for (const auto& [pid, program] : after.programs) {
    const std::uint64_t used = gone_by(ticks_of(before, pid, program), program.ticks);
    if (used > 0)
      usage.programs.push_back({.name = program.name, .pid = pid, .cpus = static_cast<double>(used) / ticks});
  }
  std::ranges::stable_sort(usage.programs, std::ranges::greater{}, &Usage::Program::cpus);
  return usage;
}

}  // namespace suite::diagnosis
