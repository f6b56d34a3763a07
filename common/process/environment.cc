#include "common/process/environment.h"

#include <sys/utsname.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <ctime>
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

// In UTC.
std::string now_text() {
  const std::time_t now = std::time(nullptr);
  std::tm parts{};
  if (::gmtime_r(&now, &parts) == nullptr) return {};
  std::array<char, 32> text{};
  return {text.data(), std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%SZ", &parts)};
}

// Up to the next space, which is taken away with it.
std::string take_word(std::string_view& text) {
  const std::string word(text.substr(0, text.find(' ')));
  text.remove_prefix(std::min(text.size(), word.size() + 1));
  return word;
}

}  // namespace

Environment this_machine() {
  Environment here{.usable_cpus = usable_cpus().size(),
                   .cpu = cpu_model(),
                   .memory_bytes = memory_bytes(),
                   .distribution = distribution(),
                   .date = now_text()};
  if (utsname name{}; ::uname(&name) == 0) {
    here.system = name.sysname;
    here.release = name.release;
    here.machine = name.machine;
  }
  return here;
}

std::string kernel_text(const Environment& environment) {
  std::string text = environment.system;
  for (const std::string* part : {&environment.release, &environment.machine}) {
    if (!part->empty()) text += " " + *part;
  }
  return text;
}

void set_kernel(Environment& environment, std::string_view text) {
  environment.system = take_word(text);
  environment.release = take_word(text);
  environment.machine = text;
}

}  // namespace suite
