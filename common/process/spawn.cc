#include "common/process/spawn.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <string>
#include <utility>
#include <vector>

#include "common/process/affinity.h"

namespace suite {
namespace {

struct Pipe {
  UniqueFd reading, writing;
};

std::expected<Pipe, Error> open_pipe(int reading_flags) {
  std::array<int, 2> fds{};
  if (::pipe2(fds.data(), O_CLOEXEC) != 0) return std::unexpected(system_error("open a pipe", errno));
  Pipe pipe{UniqueFd(fds[0]), UniqueFd(fds[1])};
  ::fcntl(pipe.reading.get(), F_SETFL, reading_flags);
  return pipe;
}

bool is_captured(ChildStream stream) {
  return stream == ChildStream::kCapture || stream == ChildStream::kCaptureEnd;
}

// The pipe of a stream that is captured; an empty one for the others.
std::expected<Pipe, Error> open_capture(ChildStream stream) {
  if (!is_captured(stream)) return Pipe{};
  return open_pipe(O_NONBLOCK);
}

// All that the child needs between fork and exec, made before: only async-signal-safe calls are allowed
// there.
struct Launch {
  const ChildCommand& command;
  std::vector<char*> argv;
  ::pid_t parent;
  int null_fd, out_fd, err_fd, failure_fd;
};

void direct_stream(ChildStream stream, int captured_fd, int null_fd, int to) {
  if (stream == ChildStream::kInherit) return;
  ::dup2(is_captured(stream) ? captured_fd : null_fd, to);
}

void reset_signals() {
  struct sigaction standard{};
  standard.sa_handler = SIG_DFL;
  for (int number = 1; number < NSIG; ++number) ::sigaction(number, &standard, nullptr);
  sigset_t none;
  sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
}

// In the child, after fork. Does not return; a failure is reported as its errno through `failure_fd`.
[[noreturn]] void become(const Launch& launch) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != launch.parent) ::_exit(127);  // it died before it could take us along
  if (launch.command.own_group) ::setpgid(0, 0);
  reset_signals();
  ::dup2(launch.null_fd, STDIN_FILENO);
  direct_stream(launch.command.out, launch.out_fd, launch.null_fd, STDOUT_FILENO);
  direct_stream(launch.command.err, launch.err_fd, launch.null_fd, STDERR_FILENO);
  ::close_range(STDERR_FILENO + 1, ~0U, CLOSE_RANGE_CLOEXEC);
  if (launch.command.cpus.empty() || pin_to(launch.command.cpus)) {
    ::execvp(launch.argv.front(), launch.argv.data());
  }
  const int failure = errno;
  [[maybe_unused]] const ssize_t written = ::write(launch.failure_fd, &failure, sizeof failure);
  ::_exit(127);
}

// 0 once the program runs (exec closed the other end), otherwise the errno that the child reported.
int read_failure(int fd) {
  int failure = 0;
  ssize_t count = 0;
  do {
    count = ::read(fd, &failure, sizeof failure);
  } while (count < 0 && errno == EINTR);
  return count == sizeof failure ? failure : 0;
}

std::vector<char*> argv_of(const ChildCommand& command) {
  std::vector<char*> argv{const_cast<char*>(command.program.c_str())};
  for (const std::string& argument : command.arguments) argv.push_back(const_cast<char*>(argument.c_str()));
  argv.push_back(nullptr);
  return argv;
}

// Kills and waits for a child that is of no use, and says why it is not.
std::unexpected<Error> give_up(::pid_t pid, std::string what, int reason) {
  ::kill(pid, SIGKILL);
  while (::waitpid(pid, nullptr, 0) < 0 && errno == EINTR) {
  }
  return std::unexpected(system_error(std::move(what), reason));
}

}  // namespace

std::expected<Spawned, Error> spawn(const ChildCommand& command) {
  auto out = open_capture(command.out);
  auto err = open_capture(command.err);
  auto failure = open_pipe(0);
  for (const auto* pipe : {&out, &err, &failure}) {
    if (!*pipe) return std::unexpected(pipe->error());
  }
  const UniqueFd null(::open("/dev/null", O_RDWR | O_CLOEXEC));
  if (!null) return std::unexpected(system_error("open /dev/null", errno));

  const Launch launch{.command = command,
                      .argv = argv_of(command),
                      .parent = ::getpid(),
                      .null_fd = null.get(),
                      .out_fd = out->writing.get(),
                      .err_fd = err->writing.get(),
                      .failure_fd = failure->writing.get()};
  const ::pid_t pid = ::fork();
  if (pid == 0) become(launch);
  if (pid < 0) return std::unexpected(system_error("start " + command.program, errno));
  failure->writing.reset();
  if (const int reason = read_failure(failure->reading.get()); reason != 0) {
    return give_up(pid, "start " + command.program, reason);
  }
  // The header of glibc 2.36 declares pidfd_open() without C linkage.
  UniqueFd pidfd(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)));
  if (!pidfd) return give_up(pid, "watch " + command.program, errno);
  return Spawned{
      .pid = pid, .pidfd = std::move(pidfd), .out = std::move(out->reading), .err = std::move(err->reading)};
}

}  // namespace suite
