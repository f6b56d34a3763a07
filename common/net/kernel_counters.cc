#include "common/net/kernel_counters.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <fstream>
#include <sstream>
#include <string>
#include <string_view>

namespace suite {
namespace {

constexpr const char* kFile = "/proc/thread-self/net/netstat";

struct Counter {
  std::string_view name;
  std::uint64_t KernelCounters::* value;
};
constexpr std::array kCounters{Counter{"ListenOverflows", &KernelCounters::listen_overflows},
                               Counter{"ListenDrops", &KernelCounters::listen_drops},
                               Counter{"TCPReqQFullDrop", &KernelCounters::syn_queue_full_drops},
                               Counter{"TCPReqQFullDoCookies", &KernelCounters::syn_cookies},
                               Counter{"TCPSynRetrans", &KernelCounters::syn_retransmissions},
                               Counter{"DelayedACKs", &KernelCounters::delayed_acks}};

}  // namespace

KernelCounters operator-(const KernelCounters& after, const KernelCounters& before) {
  KernelCounters difference;
  for (const Counter& each : kCounters) {
    difference.*each.value = after.*each.value - std::min(after.*each.value, before.*each.value);
  }
  return difference;
}

KernelCounters parse_kernel_counters(std::istream& netstat) {
  KernelCounters counters;
  std::string names, values;
  while (std::getline(netstat, names) && std::getline(netstat, values)) {
    std::istringstream name_words(names), value_words(values);
    for (std::string name, value; name_words >> name && value_words >> value;) {
      const auto counter = std::ranges::find(kCounters, name, &Counter::name);
      if (counter != kCounters.end()) std::istringstream(value) >> counters.*counter->value;
    }
  }
  return counters;
}

std::expected<KernelCounters, Error> read_kernel_counters() {
  std::ifstream file(kFile);
  if (!file) return std::unexpected(system_error("read the kernel's TCP counters", errno));
  return parse_kernel_counters(file);
}

}  // namespace suite
