#include "cmd/cli/output.h"

#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstdint>
#include <cstring>
#include <mutex>
#include <optional>

#include "common/net/unique_fd.h"

namespace suite {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::chrono::seconds kStderrPatience{1};
constexpr std::chrono::seconds kPatienceAfterInterrupt{2};

/// How long a writer waits for room.
struct Patience {
  std::optional<Clock::time_point> until;  // unset: as long as it takes, or until the interrupt
  int interrupt_fd = -1;                   // sets `until` when it becomes readable; -1: none
};

/// A descriptor to write to without sleeping in write(2), which no deadline would end.
class Unblocked {
 public:
  // O_NONBLOCK belongs to the open file, and whoever else has it open did not ask for it: so a pipe or a
  // terminal is opened a second time. Anything else but a socket takes what it is given, or fails.
  explicit Unblocked(int fd) noexcept : fd_(fd) {
    struct ::stat status{};
    const mode_t type = ::fstat(fd, &status) == 0 ? status.st_mode & S_IFMT : 0;
    const int flags = ::fcntl(fd, F_GETFL);
    const bool writable = flags >= 0 && (flags & O_ACCMODE) != O_RDONLY;
    socket_ = type == S_IFSOCK;
    may_block_ = writable && (flags & O_NONBLOCK) == 0 && (type == S_IFIFO || ::isatty(fd) == 1);
    if (!may_block_) return;
    std::array<char, 48> path{};
    *fmt::format_to_n(path.data(), path.size() - 1, "/proc/thread-self/fd/{}", fd).out = '\0';
    again_.reset(::open(path.data(), O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC));
    if (again_) may_block_ = false;
  }

  int fd() const { return again_ ? again_.get() : fd_; }

  // As write(2) with O_NONBLOCK.
  ssize_t write(std::string_view text) const noexcept {
    if (socket_) return ::send(fd_, text.data(), text.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
    if (may_block_) {  // it was not to be opened again: what poll(2) calls room is PIPE_BUF at the least
      pollfd room{.fd = fd_, .events = POLLOUT, .revents = 0};
      if (::poll(&room, 1, 0) == 0) {
        errno = EAGAIN;
        return -1;
      }
      text = text.substr(0, PIPE_BUF);
    }
    return ::write(fd(), text.data(), text.size());
  }

 private:
  int fd_;
  UniqueFd again_;
  bool socket_ = false;
  bool may_block_ = false;
};

// Waits for room, or for the interrupt, which shortens the patience. False: patience is over.
bool wait_for_room(int fd, Patience& patience) noexcept {
  int milliseconds = -1;
  if (patience.until) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(*patience.until - Clock::now()).count();
    if (left <= 0) return false;
    milliseconds = static_cast<int>(std::min<std::int64_t>(left, INT_MAX));
  }
  std::array<pollfd, 2> waiting{pollfd{.fd = fd, .events = POLLOUT, .revents = 0},
                                pollfd{.fd = patience.interrupt_fd, .events = POLLIN, .revents = 0}};
  ::poll(waiting.data(), waiting.size(), milliseconds);
  if (waiting[1].revents != 0) {
    patience = {.until = Clock::now() + kPatienceAfterInterrupt};
  }
  return true;
}

int write_patiently(const Unblocked& out, std::string_view text, Patience& patience) noexcept {
  while (!text.empty()) {
    const ssize_t count = out.write(text);
    if (count > 0) {
      text.remove_prefix(static_cast<std::size_t>(count));
    } else if (count == 0) {
      return EIO;
    } else if (errno == EAGAIN) {
      if (!wait_for_room(out.fd(), patience)) return ETIMEDOUT;
    } else if (errno != EINTR) {
      return errno;
    }
  }
  return 0;
}

std::string reason(int error_number) {
  if (error_number == EBADF) return "it is closed";
  if (error_number == ETIMEDOUT) return "nobody reads it";
  return std::strerror(error_number);
}

/// What is known of standard error.
struct StderrState {
  std::mutex mutex;
  bool stalled = false;    // there was no room for as long as we wait
  std::uint64_t lost = 0;  // messages
};

StderrState& stderr_state() {
  static StderrState state;
  return state;
}

// Whole lines that a pipe takes as one, whoever else writes to it.
std::string_view first_part_of(std::string_view text) {
  if (text.size() <= PIPE_BUF) return text;
  const std::size_t last = text.rfind('\n', PIPE_BUF - 1);
  return text.substr(0, last == std::string_view::npos ? PIPE_BUF : last + 1);
}

int write_lines(const Unblocked& out, std::string_view text, Patience& patience) noexcept {
  while (!text.empty()) {
    const std::string_view part = first_part_of(text);
    if (const int failed = write_patiently(out, part, patience); failed != 0) return failed;
    text.remove_prefix(part.size());
  }
  return 0;
}

}  // namespace

// As glibc does before a setuid program runs: /dev/null, opened the other way round, so that each use fails.
void secure_standard_streams() noexcept {
  for (const int fd : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    if (::fcntl(fd, F_GETFD) >= 0) continue;
    const int opened = ::open("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDONLY);
    if (opened < 0) ::open("/", O_PATH);  // no /dev here: whatever holds the number
  }
  ::signal(SIGPIPE, SIG_IGN);
  ::signal(SIGXFSZ, SIG_IGN);  // ulimit -f: EFBIG
}

int write_fully(int fd, std::string_view text, int interrupt_fd) noexcept {
  Patience patience{.until = std::nullopt, .interrupt_fd = interrupt_fd};
  return write_patiently(Unblocked(fd), text, patience);
}

void write_stderr(std::string_view text) noexcept {
  if (text.empty()) return;
  StderrState& state = stderr_state();
  try {
    const std::lock_guard lock(state.mutex);
    const Unblocked out(STDERR_FILENO);
    Patience patience{.until = Clock::now()};
    if (!state.stalled) *patience.until += kStderrPatience;
    if (state.lost > 0) {
      std::array<char, 80> remark{};
      const auto end = fmt::format_to_n(remark.data(), remark.size(),
                                        "suite: {} earlier messages could not be written here\n", state.lost);
      if (write_lines(out, {remark.data(), end.size}, patience) == 0) state.lost = 0;
    }
    const int failed = write_lines(out, text, patience);
    state.stalled = failed == ETIMEDOUT;
    if (failed != 0) ++state.lost;
  } catch (...) {  // no lock to be had: nothing that a user could be told
  }
}

std::expected<void, std::string> write_stdout(std::string_view text, int interrupt_fd) {
  const int failed = write_fully(STDOUT_FILENO, text, interrupt_fd);
  if (failed != 0) return std::unexpected(reason(failed));
  return {};
}

bool print_result(std::string_view verb, std::string_view text, int interrupt_fd) {
  const auto written = write_stdout(text, interrupt_fd);
  if (!written) print_stderr("{}: cannot write to standard output: {}\n", verb, written.error());
  return written.has_value();
}

bool stdout_reader_is_gone() noexcept {
  pollfd out{.fd = STDOUT_FILENO, .events = 0, .revents = 0};
  return ::poll(&out, 1, 0) == 1 && (out.revents & (POLLERR | POLLNVAL)) != 0;
}

}  // namespace suite
