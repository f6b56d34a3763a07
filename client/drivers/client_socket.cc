#include "client/drivers/client_socket.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <optional>
#include <string_view>

namespace suite {
namespace {

// Fewer bytes than this are as cheap to copy as to discard, and often come with what follows them.
constexpr std::uint64_t kWorthDiscarding = 16 * 1024;
constexpr std::uint64_t kWorthSleeping = 128 * 1024;
constexpr std::uint64_t kLongestSleep = 512 * 1024;
constexpr std::uint64_t kMostDiscarded = std::uint64_t{1} << 30;  // by one call

// On loopback a handshake is over when connect(2) returns, though that says EINPROGRESS.
bool is_connected(int fd) {
  sockaddr_storage peer{};
  socklen_t length = sizeof peer;
  return ::getpeername(fd, reinterpret_cast<sockaddr*>(&peer), &length) == 0;
}

void set_option(int fd, int level, int name, int value) {
  ::setsockopt(fd, level, name, &value, sizeof value);
}

// The kernel takes any size, and makes of it what its limits allow.
void set_buffers(int fd, const SocketPlan& sockets) {
  if (sockets.send_buffer) set_option(fd, SOL_SOCKET, SO_SNDBUF, *sockets.send_buffer);
  if (sockets.receive_buffer) set_option(fd, SOL_SOCKET, SO_RCVBUF, *sockets.receive_buffer);
}

// Before connect(2): the window that a handshake offers depends on the receive buffer. None of them fails on
// a socket that has them.
void set_options(int fd, const Endpoint& target, const SocketPlan& sockets) {
  set_buffers(fd, sockets);
  if (target.is_unix()) return;
  if (sockets.nodelay) set_option(fd, IPPROTO_TCP, TCP_NODELAY, 1);
  if (sockets.close == SocketPlan::Close::kReset) set_reset_on_close(fd, true);
}

// The port is chosen by connect(2), which knows the peer: one chosen now would be taken for every peer
// (ip(7)).
bool bind_source(int fd, const Endpoint& source) {
  set_option(fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, 1);
  return ::bind(fd, source.address(), source.length()) == 0;
}

// Without what the kernel adds for itself: it doubles what it is asked for (socket(7)).
int buffer_bytes(int fd, int name) {
  int bytes = 0;
  socklen_t length = sizeof bytes;
  return ::getsockopt(fd, SOL_SOCKET, name, &bytes, &length) == 0 ? bytes / 2 : 0;
}

Attempt failed_attempt(int error_number) {
  return {.outcome = Attempt::Outcome::kFailed, .error_number = error_number, .fd = {}};
}

Attempt connect_socket(UniqueFd fd, const Endpoint& target) {
  using Outcome = Attempt::Outcome;
  if (::connect(fd.get(), target.address(), target.length()) != 0 && errno != EINPROGRESS) {
    // Only a unix socket's EAGAIN says "later": TCP says it when no local port is left.
    if (errno != EAGAIN) return failed_attempt(errno);
    if (!target.is_unix()) return failed_attempt(EADDRNOTAVAIL);
    return {.outcome = Outcome::kBusy, .error_number = EAGAIN, .fd = {}};
  }
  const Outcome outcome = is_connected(fd.get()) ? Outcome::kConnected : Outcome::kConnecting;
  return {.outcome = outcome, .error_number = 0, .fd = std::move(fd)};
}

}  // namespace

Attempt start_connecting(const Endpoint& target, const Endpoint* source, const SocketPlan& sockets) {
  UniqueFd fd(::socket(target.family(), SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!fd) return failed_attempt(errno);
  set_options(fd.get(), target, sockets);
  if (source != nullptr && !bind_source(fd.get(), *source)) return failed_attempt(errno);
  return connect_socket(std::move(fd), target);
}

bool finish_stream(int fd) {
  if (::shutdown(fd, SHUT_WR) != 0) return false;
  std::uint8_t state = 0;  // the first member of tcp_info
  socklen_t length = sizeof state;
  return ::getsockopt(fd, IPPROTO_TCP, TCP_INFO, &state, &length) == 0 && state == TCP_CLOSE;
}

Attempt connect_again(UniqueFd fd, const Endpoint& target) {
  const sockaddr nobody{.sa_family = AF_UNSPEC, .sa_data = {}};
  if (::connect(fd.get(), &nobody, sizeof nobody) != 0) return failed_attempt(errno);
  return connect_socket(std::move(fd), target);
}

int pending_error(int fd) {
  int error = 0;
  socklen_t length = sizeof error;
  return ::getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &length) == 0 ? error : errno;
}

void set_reset_on_close(int fd, bool reset) {
  const linger option{.l_onoff = reset ? 1 : 0, .l_linger = 0};
  ::setsockopt(fd, SOL_SOCKET, SO_LINGER, &option, sizeof option);
}

Reception receive_once(int fd, const Appetite& appetite, std::span<std::byte> buffer, bool can_discard) {
  const bool discard = can_discard && appetite.discard >= kWorthDiscarding;
  const std::size_t most =
      discard ? std::min(appetite.discard, kMostDiscarded) : std::min(appetite.read, buffer.size());
  const ssize_t count = ::recv(fd, discard ? nullptr : buffer.data(), most, discard ? MSG_TRUNC : 0);
  return {.count = count, .error_number = count < 0 ? errno : 0, .asked_for = most, .discarded = discard};
}

bool was_kept_short(const Reception& reception, std::size_t buffer_bytes) {
  return !reception.discarded && reception.asked_for < buffer_bytes &&
         reception.count == static_cast<ssize_t>(reception.asked_for);
}

bool wants_discarding(const Appetite& appetite) {
  return appetite.discard >= kWorthDiscarding || appetite.read != SIZE_MAX;
}

void sleep_through(int fd, std::uint64_t left, int& low_water) {
  const int wanted = left >= kWorthSleeping ? static_cast<int>(std::min(left, kLongestSleep)) : 1;
  if (wanted == low_water) return;
  low_water = wanted;
  set_option(fd, SOL_SOCKET, SO_RCVLOWAT, wanted);  // never fails on TCP
}

Break break_of(int error_number) {
  if (error_number == 0 || error_number == EPIPE) return {.kind = Break::Kind::kClosed};
  return {.kind = Break::Kind::kReset, .error_number = error_number};
}

std::vector<std::string> buffer_warnings(const SocketPlan& sockets, int family) {
  std::vector<std::string> warnings;
  if (!sockets.send_buffer && !sockets.receive_buffer) return warnings;
  const UniqueFd fd(::socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (!fd) return warnings;
  set_buffers(fd.get(), sockets);
  const auto compare = [&](std::string_view flag, const std::optional<int>& asked, int got,
                           std::string_view limit) {
    if (!asked || got == *asked) return;
    warnings.push_back(
        got < *asked ? fmt::format("{} {}: the kernel gives {} bytes (sysctl {})", flag, *asked, got, limit)
                     : fmt::format("{} {}: the kernel gives {} bytes, its least", flag, *asked, got));
  };
  compare("--sndbuf", sockets.send_buffer, buffer_bytes(fd.get(), SO_SNDBUF), "net.core.wmem_max");
  compare("--rcvbuf", sockets.receive_buffer, buffer_bytes(fd.get(), SO_RCVBUF), "net.core.rmem_max");
  return warnings;
}

}  // namespace suite
