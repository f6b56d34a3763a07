#include "tests/support/socket.h"

#include <linux/sockios.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <random>

namespace suite::test {
namespace {

using Clock = std::chrono::steady_clock;

void set_buffer(int fd, int option, int size) {
  if (size > 0) ::setsockopt(fd, SOL_SOCKET, option, &size, sizeof size);
}

}  // namespace

std::string noise(std::size_t size, unsigned seed) {
  std::minstd_rand random(seed);
  std::string bytes(size, '\0');
  for (char& byte : bytes) byte = static_cast<char>(random() >> 8);
  return bytes;
}

Socket::Socket(const Endpoint& server, SocketOptions options, std::chrono::nanoseconds patience)
    : fd_(::socket(server.family(), SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)) {
  set_buffer(fd_.get(), SO_SNDBUF, options.send_buffer);
  set_buffer(fd_.get(), SO_RCVBUF, options.receive_buffer);
  // A request in two pieces must not wait for the acknowledgement of the first.
  const int one = 1;
  if (!server.is_unix()) ::setsockopt(fd_.get(), IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  const auto until = Clock::now() + patience;
  // EAGAIN: a unix socket's backlog is full, and there is nothing to poll for.
  while (::connect(fd_.get(), server.address(), server.length()) != 0 && errno == EAGAIN) {
    if (Clock::now() >= until) break;
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  int status = 0;
  socklen_t length = sizeof status;
  const bool done = wait_for(POLLOUT, until) &&
                    ::getsockopt(fd_.get(), SOL_SOCKET, SO_ERROR, &status, &length) == 0 && status == 0;
  sockaddr_storage peer{};
  socklen_t peer_length = sizeof peer;
  if (!done || ::getpeername(fd_.get(), reinterpret_cast<sockaddr*>(&peer), &peer_length) != 0) fd_.reset();
}

std::size_t Socket::send_some(std::string_view bytes) {
  const ssize_t count = ::send(fd_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
  return count > 0 ? static_cast<std::size_t>(count) : 0;
}

bool Socket::send(std::string_view bytes) {
  const auto until = Clock::now() + kPatience;
  while (!bytes.empty()) {
    if (!wait_for(POLLOUT, until)) return false;
    const std::size_t sent = send_some(bytes);
    if (sent == 0 && errno != EAGAIN) return false;
    bytes.remove_prefix(sent);
  }
  return true;
}

std::string Socket::receive(std::size_t size, std::chrono::nanoseconds patience) {
  const auto until = Clock::now() + patience;
  std::string bytes;
  while (bytes.size() < size && wait_for(POLLIN, until)) {
    if (!receive_some(bytes, size - bytes.size())) break;
  }
  return bytes;
}

std::string Socket::receive_next(std::size_t size, std::chrono::nanoseconds patience) {
  const auto until = Clock::now() + patience;
  std::string bytes;
  while (bytes.empty() && wait_for(POLLIN, until) && receive_some(bytes, size)) continue;
  return bytes;
}

std::string Socket::receive_rest(std::chrono::nanoseconds patience) {
  const auto until = Clock::now() + patience;
  std::string bytes;
  while (wait_for(POLLIN, until) && receive_some(bytes, 1 << 16)) continue;
  return bytes;
}

std::string Socket::exchange(std::string_view bytes, std::size_t piece) {
  const auto until = Clock::now() + kPatience;
  const std::size_t size = bytes.size();
  std::string answer;
  while (answer.size() < size) {
    if (!wait_for(static_cast<short>(bytes.empty() ? POLLIN : POLLIN | POLLOUT), until)) break;
    if (!bytes.empty()) bytes.remove_prefix(send_some(bytes.substr(0, piece)));
    if (!receive_some(answer, size - answer.size())) break;
  }
  return answer;
}

// True while there may be more.
bool Socket::receive_some(std::string& into, std::size_t most) {
  const std::size_t before = into.size();
  into.resize(before + std::min<std::size_t>(most, 1 << 16));
  const ssize_t count = ::recv(fd_.get(), into.data() + before, into.size() - before, 0);
  const int problem = errno;
  into.resize(before + static_cast<std::size_t>(std::max<ssize_t>(count, 0)));
  if (count > 0 || (count < 0 && problem == EAGAIN)) return true;
  end_ = count == 0 ? End::kFinished : End::kReset;
  return false;
}

bool Socket::wait_for(short events, Clock::time_point until) const {
  pollfd wait{.fd = fd_.get(), .events = events, .revents = 0};
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - Clock::now());
  return ::poll(&wait, 1, static_cast<int>(std::max<std::int64_t>(left.count(), 0))) > 0;
}

std::size_t Socket::unacknowledged() const {
  int count = 0;
  return ::ioctl(fd_.get(), SIOCOUTQ, &count) == 0 ? static_cast<std::size_t>(count) : 0;
}

void Socket::shut_down_sending() { ::shutdown(fd_.get(), SHUT_WR); }

void Socket::reset() {
  const linger at_once{.l_onoff = 1, .l_linger = 0};
  ::setsockopt(fd_.get(), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  fd_.reset();
}

bool echoes(const Endpoint& server, std::string_view text) {
  Socket socket(server);
  return socket.connected() && socket.send(text) && socket.receive(text.size()) == text;
}

}  // namespace suite::test
