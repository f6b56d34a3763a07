#include "common/process/child_process.h"

#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>
#include <utility>

#include "common/process/spawn.h"

namespace suite {
namespace {

std::chrono::nanoseconds time_of(const timeval& time) {
  return std::chrono::seconds(time.tv_sec) + std::chrono::microseconds(time.tv_usec);
}

int milliseconds_until(std::chrono::steady_clock::time_point deadline) {
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
  return static_cast<int>(std::clamp<std::int64_t>(left.count(), 0, INT_MAX));
}

CapturedStream::Keep kept_of(ChildStream stream) {
  return stream == ChildStream::kCaptureEnd ? CapturedStream::Keep::kEnd : CapturedStream::Keep::kAll;
}

}  // namespace

std::string ChildExit::describe() const {
  if (signal == 0) return fmt::format("exit code {}", code);
  return fmt::format("killed by signal {} ({})", signal, ::strsignal(signal));
}

std::expected<ChildProcess, Error> ChildProcess::start(const ChildCommand& command) {
  auto spawned = spawn(command);
  if (!spawned) return std::unexpected(spawned.error());
  return ChildProcess(std::move(*spawned), command);
}

ChildProcess::ChildProcess(Spawned spawned, const ChildCommand& command)
    : pid_(spawned.pid),
      pidfd_(std::move(spawned.pidfd)),
      own_group_(command.own_group),
      group_outlives_it_(command.group_outlives_it),
      out_(std::move(spawned.out), kept_of(command.out)),
      err_(std::move(spawned.err), kept_of(command.err)) {}

ChildProcess::ChildProcess(ChildProcess&&) noexcept = default;

ChildProcess::~ChildProcess() {
  if (!pidfd_) return;
  kill();
  reap();
}

void ChildProcess::kill() { ::kill(own_group_ ? -pid_ : pid_, SIGKILL); }

// Ends the wait for a child that has ended, or is about to.
void ChildProcess::reap() {
  siginfo_t ignored{};
  while (::waitid(P_PID, static_cast<::id_t>(pid_), &ignored, WEXITED | WNOWAIT) != 0 && errno == EINTR) {
  }
  // The pid, and with it the group's number, is ours until wait4: nobody else's group can be hit.
  if (own_group_ && !group_outlives_it_) kill();
  int status = 0;
  rusage usage{};
  while (::wait4(pid_, &status, 0, &usage) < 0 && errno == EINTR) {
  }
  pidfd_.reset();
  out_.drain();
  err_.drain();
  exit_ = {.code = WIFEXITED(status) ? WEXITSTATUS(status) : 0,
           .signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0,
           .cpu = time_of(usage.ru_utime) + time_of(usage.ru_stime)};
}

// Waits for the next event and takes in what the child wrote. Nothing: something was written.
std::optional<Unmet> ChildProcess::poll_once(const Patience& patience) {
  if (!pidfd_) return Unmet::kEnded;
  ChildProcess* const beside = patience.beside;
  std::array<pollfd, 7> waits{
      {{.fd = pidfd_.get(), .events = POLLIN, .revents = 0},
       {.fd = out_.fd(), .events = POLLIN, .revents = 0},
       {.fd = err_.fd(), .events = POLLIN, .revents = 0},
       {.fd = patience.interrupt_fd, .events = POLLIN, .revents = 0},
       {.fd = beside == nullptr ? -1 : beside->end_fd(), .events = POLLIN, .revents = 0},
       {.fd = beside == nullptr ? -1 : beside->out_.fd(), .events = POLLIN, .revents = 0},
       {.fd = beside == nullptr ? -1 : beside->err_.fd(), .events = POLLIN, .revents = 0}}};
  const int ready = ::poll(waits.data(), waits.size(), milliseconds_until(patience.deadline));
  if (ready == 0) return Unmet::kDeadline;
  out_.drain();
  err_.drain();
  if (beside != nullptr) {
    beside->out_.drain();
    beside->err_.drain();
  }
  if (waits[0].revents != 0) return Unmet::kEnded;
  if ((waits[3].revents | waits[4].revents) != 0) return Unmet::kInterrupted;
  return std::nullopt;
}

std::expected<std::string, Unmet> ChildProcess::read_error_line(const Patience& patience) {
  while (true) {
    if (auto line = err_.take_line()) return *line;
    if (err_.fd() < 0) return std::unexpected(Unmet::kEnded);
    const auto unmet = poll_once(patience);
    if (!unmet) continue;
    if (auto line = err_.take_line()) return *line;
    return std::unexpected(*unmet);
  }
}

std::expected<ChildExit, Unmet> ChildProcess::wait(const Patience& patience) {
  while (pidfd_) {
    const auto unmet = poll_once(patience);
    if (!unmet) continue;
    if (*unmet != Unmet::kEnded) return std::unexpected(*unmet);
    reap();
  }
  return exit_;
}

ChildExit ChildProcess::terminate(std::chrono::nanoseconds grace, Whom whom) {
  if (!pidfd_) return exit_;
  ::kill(whom == Whom::kGroup && own_group_ ? -pid_ : pid_, SIGTERM);
  if (auto ended = wait({.deadline = std::chrono::steady_clock::now() + grace})) return *ended;
  kill();
  reap();
  return exit_;
}

}  // namespace suite
