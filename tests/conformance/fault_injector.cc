// A library to preload (LD_PRELOAD) that makes a program's socket calls fail in ways a healthy machine does
// not. What it does is set by environment variables, each a number n; one that is missing injects nothing:
//
//   SUITE_FAULT_SEND_SHORT     sends on sockets take between 1 and n bytes
//   SUITE_FAULT_SEND_BUFFER    accepted sockets have send buffers of n bytes, or the kernel's least
//   SUITE_FAULT_SEND_AGAIN     every n-th send fails with EAGAIN
//   SUITE_FAULT_ACCEPT_EMFILE  every n-th accept fails with EMFILE
//   SUITE_FAULT_ACCEPT_ABORT   every n-th accept fails with ECONNABORTED
//   SUITE_FAULT_CLOCK_STEP     every n-th reading of the time of day is an hour early
//   SUITE_FAULTS               rules for any of the calls here, see fault_rules.h
//   SUITE_FAULT_LOG            a file that gets one letter for the first fault of each kind: s, a, f, m, b;
//   for a rule of
//                              SUITE_FAULTS the name of its call and a space
//
// A loop that is told of edges (EPOLLET) may wait for one after a short send, EAGAIN or a failed accept: a
// kernel that does that to it gives it one later. So does this library: it remembers what each thread
// watches, and renews the watch behind a fault.
//
// Knows nothing of the program; built without its flags and sanitizers.
#include <dlfcn.h>
#include <fcntl.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <cstdarg>
#include <cstdlib>
#include <span>
#include <vector>

#include "tests/conformance/fault_rules.h"

namespace {

using suite::test::log_fault;
using suite::test::number_from;
using suite::test::real;
using suite::test::Strike;
using suite::test::strike;

/// One kind of fault: which of its calls fail.
class Fault {
 public:
  Fault(const char* variable, char kind) : every_(number_from(variable)), kind_(kind) {}

  /// Counts a call; true for every n-th.
  bool strikes() {
    if (every_ == 0 || (calls_.fetch_add(1) + 1) % every_ != 0) return false;
    note();
    return true;
  }
  /// A pseudo-random size between 1 and n, at most `size`.
  std::size_t shortened(std::size_t size) {
    if (every_ == 0 || size == 0) return size;
    const std::size_t cut = std::min(size, 1 + (calls_.fetch_add(1) * 2654435761U >> 7) % every_);
    if (cut < size) note();
    return cut;
  }
  bool armed() const { return every_ != 0; }
  /// n, where it is a size.
  int size() {
    note();
    return static_cast<int>(every_);
  }

 private:
  void note() {
    if (!noted_.exchange(true)) log_fault({&kind_, 1});
  }
  std::size_t every_;
  char kind_;
  std::atomic<std::size_t> calls_{0};
  std::atomic<bool> noted_{false};
};

Fault& send_short() {
  static Fault fault("SUITE_FAULT_SEND_SHORT", 's');
  return fault;
}
Fault& send_again() {
  static Fault fault("SUITE_FAULT_SEND_AGAIN", 'a');
  return fault;
}
Fault& send_buffer() {
  static Fault fault("SUITE_FAULT_SEND_BUFFER", 'f');
  return fault;
}
Fault& accept_emfile() {
  static Fault fault("SUITE_FAULT_ACCEPT_EMFILE", 'm');
  return fault;
}
Fault& accept_abort() {
  static Fault fault("SUITE_FAULT_ACCEPT_ABORT", 'b');
  return fault;
}

bool is_socket(int fd) {
  int type = 0;
  socklen_t length = sizeof type;
  const int saved = errno;
  const bool socket = ::getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &length) == 0 && type == SOCK_STREAM;
  errno = saved;
  return socket;
}

/// What a descriptor is watched for, and by which epoll descriptor.
struct Watch {
  int epoll = -1;
  epoll_event event{};
};

// Per thread, for descriptor tables may be.
std::vector<Watch>& watches() {
  thread_local std::vector<Watch> list;
  return list;
}

int real_epoll_ctl(int epoll, int operation, int fd, epoll_event* event) {
  static const auto call = real<int(int, int, int, epoll_event*)>("epoll_ctl");
  return call(epoll, operation, fd, event);
}

void renew_watch(int fd) {
  const auto index = static_cast<std::size_t>(fd);
  if (fd < 0 || index >= watches().size() || watches()[index].epoll < 0) return;
  Watch watch = watches()[index];
  if ((watch.event.events & EPOLLET) == 0) return;
  const int saved = errno;
  real_epoll_ctl(watch.epoll, EPOLL_CTL_MOD, fd, &watch.event);
  errno = saved;
}

bool fail(int fd, int error_number) {
  renew_watch(fd);
  errno = error_number;
  return true;
}

/// Whether a call on `fd` is to fail; errno says how.
bool fails(const Strike& struck, int fd) { return struck.error_number != 0 && fail(fd, struck.error_number); }

bool is_regular(int fd) {
  static const auto call = real<int(int, struct ::stat*)>("fstat");
  struct ::stat facts{};
  const int saved = errno;
  const bool regular = call(fd, &facts) == 0 && S_ISREG(facts.st_mode);
  errno = saved;
  return regular;
}

Strike receive_strike(int fd) { return is_socket(fd) ? strike("recv") : Strike{}; }

bool send_fails(int fd) {
  if (!is_socket(fd)) return false;
  if (send_again().armed() && send_again().strikes()) return fail(fd, EAGAIN);
  return fails(strike("send"), fd);
}

bool accept_fails(int fd) {
  if (accept_emfile().strikes()) return fail(fd, EMFILE);
  if (accept_abort().strikes()) return fail(fd, ECONNABORTED);
  return fails(strike("accept"), fd);
}

/// Gives back the socket, or -1, that a real accept returned.
int with_small_buffer(int socket) {
  if (socket < 0 || !send_buffer().armed()) return socket;
  const int size = send_buffer().size();
  ::setsockopt(socket, SOL_SOCKET, SO_SNDBUF, &size, sizeof size);
  return socket;
}

/// `size`, or less where sends on this socket are to be short.
std::size_t shortened(int fd, std::size_t size) {
  if (!is_socket(fd)) return size;
  const std::size_t cut = strike("send_some").shortened(send_short().shortened(size));
  if (cut < size) renew_watch(fd);
  return cut;
}

/// The first `size` bytes of a gathered send.
struct Beginning {
  std::array<iovec, 1024> pieces;
  std::size_t count = 0;
  Beginning(std::span<const iovec> from, std::size_t size) {
    for (std::size_t i = 0; i < from.size() && i < pieces.size() && size > 0; ++i) {
      pieces[count] = from[i];
      pieces[count].iov_len = std::min(size, from[i].iov_len);
      size -= pieces[count++].iov_len;
    }
  }
};

std::size_t total_size(std::span<const iovec> pieces) {
  std::size_t size = 0;
  for (const iovec& piece : pieces) size += piece.iov_len;
  return size;
}

}  // namespace

extern "C" {

ssize_t send(int fd, const void* data, std::size_t size, int flags) {
  static const auto call = real<ssize_t(int, const void*, std::size_t, int)>("send");
  return send_fails(fd) ? -1 : call(fd, data, shortened(fd, size), flags);
}

ssize_t sendmsg(int fd, const msghdr* message, int flags) {
  static const auto call = real<ssize_t(int, const msghdr*, int)>("sendmsg");
  if (send_fails(fd)) return -1;
  const std::span<const iovec> pieces(message->msg_iov, message->msg_iovlen);
  Beginning beginning(pieces, shortened(fd, total_size(pieces)));
  msghdr changed = *message;
  changed.msg_iov = beginning.pieces.data();
  changed.msg_iovlen = beginning.count;
  return call(fd, &changed, flags);
}

ssize_t write(int fd, const void* data, std::size_t size) {
  static const auto call = real<ssize_t(int, const void*, std::size_t)>("write");
  if (is_regular(fd)) {
    const Strike struck = strike("write");
    return fails(struck, fd) ? -1 : call(fd, data, struck.shortened(size));
  }
  return send_fails(fd) ? -1 : call(fd, data, shortened(fd, size));
}

ssize_t writev(int fd, const iovec* list, int count) {
  static const auto call = real<ssize_t(int, const iovec*, int)>("writev");
  if (send_fails(fd)) return -1;
  const std::span<const iovec> pieces(list, static_cast<std::size_t>(count));
  const Beginning beginning(pieces, shortened(fd, total_size(pieces)));
  return call(fd, beginning.pieces.data(), static_cast<int>(beginning.count));
}

int accept(int fd, sockaddr* address, socklen_t* length) {
  static const auto call = real<int(int, sockaddr*, socklen_t*)>("accept");
  return accept_fails(fd) ? -1 : with_small_buffer(call(fd, address, length));
}

int accept4(int fd, sockaddr* address, socklen_t* length, int flags) {
  static const auto call = real<int(int, sockaddr*, socklen_t*, int)>("accept4");
  return accept_fails(fd) ? -1 : with_small_buffer(call(fd, address, length, flags));
}

int epoll_ctl(int epoll, int operation, int fd, epoll_event* event) noexcept {
  if (fd >= 0) {
    const auto index = static_cast<std::size_t>(fd);
    if (index >= watches().size()) watches().resize(index + 1);
    watches()[index] = operation == EPOLL_CTL_DEL ? Watch{} : Watch{.epoll = epoll, .event = *event};
  }
  return real_epoll_ctl(epoll, operation, fd, event);
}

ssize_t recv(int fd, void* data, std::size_t size, int flags) {
  static const auto call = real<ssize_t(int, void*, std::size_t, int)>("recv");
  const Strike struck = receive_strike(fd);
  return fails(struck, fd) ? -1 : call(fd, data, struck.shortened(size), flags);
}

ssize_t recvmsg(int fd, msghdr* message, int flags) {
  static const auto call = real<ssize_t(int, msghdr*, int)>("recvmsg");
  return fails(receive_strike(fd), fd) ? -1 : call(fd, message, flags);
}

ssize_t read(int fd, void* data, std::size_t size) {
  static const auto call = real<ssize_t(int, void*, std::size_t)>("read");
  const Strike struck = is_regular(fd) ? strike("read") : receive_strike(fd);
  return fails(struck, fd) ? -1 : call(fd, data, struck.shortened(size));
}

ssize_t readv(int fd, const iovec* list, int count) {
  static const auto call = real<ssize_t(int, const iovec*, int)>("readv");
  return fails(receive_strike(fd), fd) ? -1 : call(fd, list, count);
}

ssize_t pread(int fd, void* data, std::size_t size, off_t offset) {
  static const auto call = real<ssize_t(int, void*, std::size_t, off_t)>("pread");
  const Strike struck = strike("read");
  return fails(struck, fd) ? -1 : call(fd, data, struck.shortened(size), offset);
}

int fstat(int fd, struct stat* facts) noexcept {
  static const auto call = real<int(int, struct ::stat*)>("fstat");
  return is_regular(fd) && fails(strike("fstat"), fd) ? -1 : call(fd, facts);
}

ssize_t splice(int from, off64_t* from_offset, int to, off64_t* to_offset, std::size_t size, unsigned flags) {
  static const auto call = real<ssize_t(int, off64_t*, int, off64_t*, std::size_t, unsigned)>("splice");
  const Strike struck = strike(is_socket(to) ? "splice" : "discard");
  return fails(struck, to) ? -1 : call(from, from_offset, to, to_offset, struck.shortened(size), flags);
}

ssize_t vmsplice(int fd, const iovec* list, std::size_t count, unsigned flags) {
  static const auto call = real<ssize_t(int, const iovec*, std::size_t, unsigned)>("vmsplice");
  const Strike struck = strike("vmsplice");
  if (fails(struck, fd)) return -1;
  const std::span<const iovec> pieces(list, count);
  const Beginning beginning(pieces, struck.shortened(total_size(pieces)));
  return call(fd, beginning.pieces.data(), beginning.count, flags);
}

int epoll_wait(int fd, epoll_event* events, int count, int milliseconds) {
  static const auto call = real<int(int, epoll_event*, int, int)>("epoll_wait");
  return fails(strike("epoll_wait"), -1) ? -1 : call(fd, events, count, milliseconds);
}

int epoll_pwait2(int fd, epoll_event* events, int count, const timespec* patience, const sigset_t* mask) {
  static const auto call =
      real<int(int, epoll_event*, int, const timespec*, const sigset_t*)>("epoll_pwait2");
  return fails(strike("epoll_wait"), -1) ? -1 : call(fd, events, count, patience, mask);
}

int clock_gettime(clockid_t clock, timespec* now) noexcept {
  static const auto call = real<int(clockid_t, timespec*)>("clock_gettime");
  static const std::size_t every = number_from("SUITE_FAULT_CLOCK_STEP");
  static std::atomic<std::size_t> readings{0};
  const int status = call(clock, now);
  if (clock == CLOCK_REALTIME && every != 0 && (readings.fetch_add(1) + 1) % every == 0) now->tv_sec -= 3600;
  return status;
}

// openat2(2) has no function of its own in the C library.
long syscall(long number, ...) noexcept {
  static const auto call = real<long(long, ...)>("syscall");
  std::array<long, 6> given{};
  va_list list;
  va_start(list, number);
  for (long& each : given) each = va_arg(list, long);
  va_end(list);
  if (number == SYS_openat2 && fails(strike("openat2"), -1)) return -1;
  return call(number, given[0], given[1], given[2], given[3], given[4], given[5]);
}

}  // extern "C"
