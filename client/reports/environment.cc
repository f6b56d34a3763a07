#include "client/reports/environment.h"

#include <sys/utsname.h>
#include <fmt/format.h>

#include <fstream>

#include "common/process/affinity.h"

namespace suite {
namespace {

std::string cpu_model() {
  std::ifstream info("/proc/cpuinfo");
  for (std::string line; std::getline(info, line);) {
    if (!line.starts_with("model name")) continue;
    const std::size_t value = line.find(": ");
    return value == std::string::npos ? "" : line.substr(value + 2);
  }
  return {};
}

std::string kernel() {
  utsname name{};
  if (::uname(&name) != 0) return {};
  return fmt::format("{} {} {}", name.sysname, name.release, name.machine);
}

}  // namespace

Environment local_environment() {
  return {.cpu = cpu_model(), .cores = usable_cpus().size(), .kernel = kernel(), .compiler = {}, .suite = {}};
}

}  // namespace suite
