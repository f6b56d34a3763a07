// Programs under test whose system calls fail: see fault_injector.cc for what can.
#pragma once

#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace suite::test {

using Variables = std::vector<std::pair<std::string, std::string>>;

/// The environment of a program that suffers these faults, and writes those that struck into the file `log`.
inline Variables with_faults(Variables faults, const std::string& log) {
  faults.emplace_back("LD_PRELOAD", SUITE_FAULT_INJECTOR);
  faults.emplace_back("SUITE_FAULT_LOG", log);
  faults.emplace_back("ASAN_OPTIONS", "verify_asan_link_order=0");
  return faults;
}

/// Whether faults of this kind were injected.
inline bool struck(const std::string& log, std::string_view kind) {
  std::ifstream file(log);
  return std::string(std::istreambuf_iterator<char>(file), {}).find(kind) != std::string::npos;
}

/// Calls that are interrupted, refused for a moment or short: what a caller has to repeat, and nobody else
/// notices.
inline constexpr const char* kPassingFaults =
    "accept:EINTR:3 accept:ECONNABORTED:4 recv:EINTR:5 recv:EAGAIN:6 recv:short:4 "
    "send:EINTR:6 send:EAGAIN:8 send_some:short:4 splice:EINTR:5 splice:EAGAIN:6 splice:short:4 "
    "discard:EINTR:3 "
    "vmsplice:EINTR:5 vmsplice:short:4 epoll_wait:EINTR:4 openat2:EINTR:12 openat2:EAGAIN:12 read:EINTR:4 "
    "read:short:4";

/// Calls that fail for good, as where memory, descriptors or a disk give out.
inline constexpr const char* kLastingFaults =
    "accept:EMFILE:30 accept:ENOBUFS:30 accept:ENOMEM:30 recv:ENOMEM:25 recv:ENOBUFS:25 send:ENOBUFS:25 "
    "send:ENOMEM:25 "
    "splice:ENOMEM:15 discard:ENOMEM:4 vmsplice:ENOMEM:15 openat2:EMFILE:8 openat2:ENOMEM:9 openat2:EIO:9 "
    "fstat:EIO:12 "
    "read:EIO:12";

}  // namespace suite::test
