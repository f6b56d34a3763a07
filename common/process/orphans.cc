#include "common/process/orphans.h"

#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <fstream>
#include <string_view>

#include "common/process/process_tree.h"

namespace suite {
namespace {

using std::chrono::steady_clock;

constexpr int kPauseMilliseconds = 2;

std::string name_of(::pid_t pid) {
  std::string name;
  std::getline(std::ifstream(fmt::format("/proc/{}/comm", pid)), name);
  return name;
}

// Waits for those that have ended. False: this process has no child left.
bool reap_ended() {
  while (true) {
    const ::pid_t ended = ::waitpid(-1, nullptr, WNOHANG);
    if (ended == 0) return true;
    if (ended < 0 && errno != EINTR) return false;
  }
}

void signal_all(int number) {
  for (const ::pid_t child : children_of(::getpid())) {
    for (const ::pid_t pid : processes_of_tree(child)) ::kill(pid, number);
  }
}

void pause() { ::poll(nullptr, 0, kPauseMilliseconds); }

// False: some are left at the deadline.
bool all_end_until(steady_clock::time_point deadline) {
  while (reap_ended()) {
    if (steady_clock::now() >= deadline) return false;
    pause();
  }
  return true;
}

}  // namespace

void adopt_orphans() { ::prctl(PR_SET_CHILD_SUBREAPER, 1); }

std::vector<Orphan> living_orphans(::pid_t known) {
  std::vector<Orphan> found;
  for (const ::pid_t pid : children_of(::getpid())) {
    if (pid == known) continue;
    // One that has ended is waited for here, as nobody else would.
    if (::waitpid(pid, nullptr, WNOHANG) == 0) found.push_back({.pid = pid, .name = name_of(pid)});
  }
  return found;
}

std::vector<Orphan> end_orphans(std::chrono::nanoseconds patience, std::chrono::nanoseconds grace) {
  const auto asked = steady_clock::now() + patience;
  if (all_end_until(asked)) return {};
  std::vector<Orphan> left = living_orphans();
  signal_all(SIGTERM);
  if (all_end_until(asked + grace)) return left;
  while (reap_ended()) {  // the children of those that are killed become ours, and their turn comes
    signal_all(SIGKILL);
    pause();
  }
  return left;
}

std::string describe(const std::vector<Orphan>& orphans) {
  if (orphans.size() == 1) return fmt::format("{} (process {})", orphans[0].name, orphans[0].pid);
  std::vector<std::string_view> names;
  for (const Orphan& one : orphans) names.push_back(one.name);
  return fmt::format("{} processes: {}", orphans.size(), fmt::join(names, ", "));
}

}  // namespace suite
