// Which calls of a program under test fail, for the libraries that are preloaded into it.
//
// SUITE_FAULTS has rules with blanks between: CALL:FAULT:N. One in N of the calls, as SUITE_FAULT_SEED draws
// them, fails with the errno of that name; or it takes between 1 and 100 bytes, if FAULT is "short". The
// calls are
//
//   accept recv send send_some    of sockets; send_some is for short sends. io_uring's too
//   splice vmsplice discard       of a pipe: into a socket, out of memory, and into /dev/null
//   epoll_wait openat2
//   read write fstat              of regular files
#pragma once

#include <dlfcn.h>
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <deque>
#include <sstream>
#include <string>
#include <string_view>

namespace suite::test {

inline std::size_t number_from(const char* variable) {
  const char* const text = std::getenv(variable);
  return text == nullptr ? 0 : std::strtoul(text, nullptr, 10);
}

template <class Function>
Function* real(const char* name) {
  return reinterpret_cast<Function*>(::dlsym(RTLD_NEXT, name));
}

/// Appends to the file that SUITE_FAULT_LOG names.
inline void log_fault(std::string_view kind) {
  const char* const path = std::getenv("SUITE_FAULT_LOG");
  if (path == nullptr) return;
  static const auto real_write = real<ssize_t(int, const void*, std::size_t)>("write");
  const int saved = errno;
  const int fd = ::open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  if (fd >= 0) {
    [[maybe_unused]] const ssize_t written = real_write(fd, kind.data(), kind.size());
    ::close(fd);
  }
  errno = saved;
}

/// What becomes of one call.
struct Strike {
  int error_number = 0;  // 0: it does not fail
  std::size_t most = 0;  // 0: all that it can take

  std::size_t shortened(std::size_t size) const { return most == 0 ? size : std::min(size, most); }
};

class FaultRule {
 public:
  /// "CALL:FAULT:N"
  explicit FaultRule(const std::string& text) {
    std::istringstream parts(text);
    std::string fault;
    std::string every;
    std::getline(parts, call_, ':');
    std::getline(parts, fault, ':');
    std::getline(parts, every);
    every_ = std::strtoul(every.c_str(), nullptr, 10);
    for (int number = 1; number < 134 && fault != "short"; ++number) {
      const char* const name = ::strerrorname_np(number);
      if (name != nullptr && fault == name) error_number_ = number;
    }
    if (every_ == 0 || (error_number_ == 0 && fault != "short")) std::abort();  // a mistake of the test's
  }

  bool is_for(std::string_view call) const { return call_ == call; }

  Strike next() {
    const std::uint64_t drawn = draw(calls_.fetch_add(1));
    if (drawn % every_ != 0) return {};
    if (!noted_.exchange(true)) log_fault(call_ + ' ');
    if (error_number_ != 0) return {.error_number = error_number_};
    return {.most = 1 + drawn / every_ % 100};
  }

 private:
  // splitmix64 (Steele, Lea and Flood, 2014)
  static std::uint64_t draw(std::uint64_t index) {
    static const std::uint64_t seed = number_from("SUITE_FAULT_SEED");
    std::uint64_t state = (seed + 1) * 0xD1B54A32D192ED03 + (index + 1) * 0x9E3779B97F4A7C15;
    state = (state ^ state >> 30) * 0xBF58476D1CE4E5B9;
    state = (state ^ state >> 27) * 0x94D049BB133111EB;
    return state ^ state >> 31;
  }

  std::string call_;
  int error_number_ = 0;
  std::size_t every_ = 0;
  std::atomic<std::uint64_t> calls_{0};
  std::atomic<bool> noted_{false};
};

inline std::deque<FaultRule> parse_fault_rules() {
  std::deque<FaultRule> rules;
  const char* const text = std::getenv("SUITE_FAULTS");
  std::istringstream words(text == nullptr ? "" : text);
  for (std::string word; words >> word;) rules.emplace_back(word);
  return rules;
}

/// What becomes of this call, by the first rule for it that applies.
inline Strike strike(std::string_view call) {
  static auto& rules = *new std::deque<FaultRule>(parse_fault_rules());  // outlives every thread
  for (FaultRule& rule : rules) {
    if (!rule.is_for(call)) continue;
    const Strike struck = rule.next();
    if (struck.error_number != 0 || struck.most != 0) return struck;
  }
  return {};
}

}  // namespace suite::test
