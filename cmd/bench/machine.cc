#include "cmd/bench/machine.h"

#include <unistd.h>
#include <fmt/format.h>

#include <fstream>
#include <string_view>

#include "client/reports/environment.h"
#include "cmd/version.h"
#include "common/base/units.h"

namespace suite::bench {
namespace {

// PRETTY_NAME of os-release(5).
std::string distribution() {
  constexpr std::string_view kKey = "PRETTY_NAME=";
  std::ifstream info("/etc/os-release");
  for (std::string line; std::getline(info, line);) {
    if (!line.starts_with(kKey)) continue;
    std::string name = line.substr(kKey.size());
    if (name.size() >= 2 && name.front() == '"' && name.back() == '"') name = name.substr(1, name.size() - 2);
    return name;
  }
  return {};
}

std::uint64_t memory_bytes() {
  const long pages = ::sysconf(_SC_PHYS_PAGES), page_size = ::sysconf(_SC_PAGESIZE);
  if (pages <= 0 || page_size <= 0) return 0;
  return static_cast<std::uint64_t>(pages) * static_cast<std::uint64_t>(page_size);
}

}  // namespace

Machine this_machine() {
  const Environment here = local_environment();
  return {.cpu = here.cpu,
          .cores = here.cores,
          .memory_bytes = memory_bytes(),
          .distribution = distribution(),
          .kernel = here.kernel,
          .compiler = compiler_text(),
          .libraries = libraries_text()};
}

std::string environment_text(const Machine& machine) {
  std::string text = "Environment\n~~~~~~~~~~~\n";
  const auto add = [&text](std::string_view line) {
    if (!line.empty()) text += fmt::format("* {}\n", line);
  };
  add(machine.cpu);
  add(format_items(machine.cores, "usable processor"));
  if (machine.memory_bytes > 0) add(format_size(machine.memory_bytes) + " of RAM");
  add(machine.distribution);
  add(machine.kernel);
  add(machine.compiler);
  add(machine.libraries);
  return text;
}

}  // namespace suite::bench
