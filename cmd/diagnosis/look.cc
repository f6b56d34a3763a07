#include "cmd/diagnosis/look.h"

#include <fmt/format.h>

#include <thread>

#include "cmd/diagnosis/checks.h"

namespace suite::diagnosis {

Machine look_at_this_machine(std::chrono::nanoseconds sample) {
  constexpr const char* kRoot = "/";
  Machine machine = read_machine(kRoot);
  const UsageReading before = read_usage(kRoot, machine.usable_cpus);
  std::this_thread::sleep_for(sample);
  machine.usage = usage_between(before, read_usage(kRoot, machine.usable_cpus));
  return machine;
}

std::string spoilers_text(const Machine& machine) {
  constexpr std::size_t kMost = 3;
  std::string text;
  std::size_t count = 0;
  for (const Finding& finding : examine(machine)) {
    if (finding.severity != Severity::kSpoils || ++count > kMost) break;
    text += fmt::format("This machine spoils measurements: {}.\n", finding.found);
  }
  return text.empty() ? text : text + "'suite doctor' says what to do about that.\n";
}

}  // namespace suite::diagnosis
