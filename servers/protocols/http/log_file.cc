#include "servers/protocols/http/log_file.h"

#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

namespace suite {
namespace {

static_assert(kLongestLogLine == PIPE_BUF);

bool is_standard_error(const std::string& path) { return path == "-"; }

mode_t type_of(int fd) {
  struct ::stat status{};
  return ::fstat(fd, &status) == 0 ? status.st_mode & S_IFMT : 0;
}

// Standard error, without waiting when it is full. O_NONBLOCK belongs to the open file and not to the
// descriptor, and whoever else has it open did not ask for it: so a pipe or a terminal is opened a second
// time. A regular file must not be, for its offset would be another; a socket cannot be.
UniqueFd open_standard_error() {
  const mode_t type = type_of(STDERR_FILENO);
  if (type != S_IFREG && type != S_IFSOCK) {
    UniqueFd again(::open("/proc/self/fd/2", O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC));
    if (again) return again;
  }
  return UniqueFd(::fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 0));
}

// At most a pipe's worth of whole lines from the front of `lines`.
std::string_view portion_of(std::string_view lines) {
  if (lines.size() <= kLongestLogLine) return lines;
  const std::size_t last = lines.rfind('\n', kLongestLogLine - 1);
  return lines.substr(0, last == std::string_view::npos ? kLongestLogLine : last + 1);
}

}  // namespace

// O_NONBLOCK, for the path may name a pipe.
UniqueFd open_log(const std::string& path) {
  if (is_standard_error(path)) return open_standard_error();
  return UniqueFd(
      ::open(path.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_NONBLOCK | O_NOCTTY | O_CLOEXEC, 0644));
}

LogFile::LogFile(std::string path, UniqueFd fd) : path_(std::move(path)), fd_(std::move(fd)) {
  const mode_t type = type_of(fd_.get());
  kind_ = type == S_IFREG ? Kind::kRegular : type == S_IFSOCK ? Kind::kSocket : Kind::kStream;
}

std::expected<LogFile, Error> LogFile::open(std::string path, UniqueFd opened) {
  UniqueFd fd = opened ? std::move(opened) : open_log(path);
  if (fd) return LogFile(std::move(path), std::move(fd));
  const int reason = errno;
  if (is_standard_error(path)) {
    return std::unexpected(system_error("log to standard error", reason, "give --access-log a file"));
  }
  const char* advice = reason == ENXIO ? "nobody reads from that pipe" : "give a file that you may write to";
  return std::unexpected(system_error("open the access log '" + path + "'", reason, advice));
}

int LogFile::reopen() {
  if (is_standard_error(path_)) return 0;
  UniqueFd fd = open_log(path_);
  if (!fd) return errno;
  *this = LogFile(std::move(path_), std::move(fd));
  return 0;
}

LogFile::Taken LogFile::write(std::string_view lines, std::chrono::milliseconds patience) const {
  const auto milliseconds = static_cast<int>(patience.count());
  pollfd ready{.fd = fd_.get(), .events = POLLOUT, .revents = 0};
  if (::poll(&ready, 1, milliseconds) <= 0) return {};
  if (kind_ != Kind::kRegular) lines = portion_of(lines);
  const ssize_t taken = kind_ == Kind::kSocket
                            ? ::send(fd_.get(), lines.data(), lines.size(), MSG_DONTWAIT | MSG_NOSIGNAL)
                            : ::write(fd_.get(), lines.data(), lines.size());
  if (taken > 0) return {.bytes = static_cast<std::size_t>(taken)};
  const int error = taken == 0 ? EIO : errno;
  if (error == EAGAIN || error == EINTR) return {};
  ::poll(nullptr, 0, milliseconds);  // no reader, no space: the first poll() sees neither
  return {.error = error};
}

}  // namespace suite
