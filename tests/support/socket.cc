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
#include <utility>

namespace suite::test {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t kRecord = 16 << 10;        // what TLS encrypts in one piece
constexpr std::size_t kMostPending = 256 << 10;  // encrypted bytes that the system has yet to take

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
  if (expects_tls(server)) layer_ = make_tls_layer();
}

std::size_t Socket::send_plain(std::string_view bytes) const {
  const ssize_t count = ::send(fd_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
  return count > 0 ? static_cast<std::size_t>(count) : 0;
}

// Sends what the system takes of what is encrypted. False where the connection is broken, as errno says.
bool Socket::flush_layer() {
  while (!layer_->outgoing.empty()) {
    const ssize_t count = ::send(fd_.get(), layer_->outgoing.data(), layer_->outgoing.size(), MSG_NOSIGNAL);
    if (count < 0) return errno == EAGAIN;
    layer_->outgoing.erase(0, static_cast<std::size_t>(count));
  }
  if (std::exchange(sending_ends_, false)) ::shutdown(fd_.get(), SHUT_WR);
  return true;
}

// What was to be sent before the handshake was done follows it.
bool Socket::go_on_with_layer() {
  if (!layer_->ready() && layer_->outgoing.empty()) layer_->take("", decrypted_);
  if (layer_->ready() && !waiting_.empty()) layer_->write(std::exchange(waiting_, {}));
  if (layer_->ready() && std::exchange(shuts_down_, false)) {
    layer_->shut_down_sending();
    sending_ends_ = true;
  }
  return flush_layer();
}

// A server that is stopped, or has no room, does not shake hands: nothing waits for it long.
void Socket::shake_hands() {
  const auto until = Clock::now() + handshake_patience();
  while (go_on_with_layer() && !layer_->ready() && layer_->state() == SocketLayer::State::kOpen) {
    pollfd wait{.fd = fd_.get(), .events = POLLIN, .revents = 0};
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - Clock::now());
    if (left.count() <= 0 || ::poll(&wait, 1, static_cast<int>(left.count())) <= 0) return;
    std::string none;
    if (!receive_through_layer(none, 0)) return;
  }
}

std::size_t Socket::send_some(std::string_view bytes) {
  if (!layer_) return send_plain(bytes);
  if (!layer_->ready()) shake_hands();
  if (!go_on_with_layer()) return 0;
  errno = EAGAIN;
  if (layer_->outgoing.size() + waiting_.size() >= kMostPending) return 0;
  const auto taken = bytes.substr(0, kRecord);
  waiting_ += taken;
  return go_on_with_layer() ? taken.size() : 0;
}

bool Socket::send(std::string_view bytes) {
  const auto until = Clock::now() + kPatience;
  while (!bytes.empty()) {
    if (!wait_for(POLLOUT, until)) return false;
    const std::size_t sent = send_some(bytes);
    if (sent == 0 && errno != EAGAIN) return false;
    bytes.remove_prefix(sent);
  }
  while (layer_ && layer_->ready() && !layer_->outgoing.empty()) {
    if (!wait_for(POLLOUT, until) || !flush_layer()) return false;
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
  return layer_ ? receive_through_layer(into, most) : receive_plain(into, most);
}

bool Socket::receive_plain(std::string& into, std::size_t most) {
  const std::size_t before = into.size();
  into.resize(before + std::min<std::size_t>(most, 1 << 16));
  const ssize_t count = ::recv(fd_.get(), into.data() + before, into.size() - before, 0);
  const int problem = errno;
  into.resize(before + static_cast<std::size_t>(std::max<ssize_t>(count, 0)));
  if (count > 0 || (count < 0 && problem == EAGAIN)) return true;
  end_ = count == 0 ? End::kFinished : End::kReset;
  return false;
}

bool Socket::receive_through_layer(std::string& into, std::size_t most) {
  if (decrypted_.empty() && layer_->state() == SocketLayer::State::kOpen) {
    go_on_with_layer();
    std::string encrypted;
    if (receive_plain(encrypted, 1 << 16)) {
      if (!encrypted.empty()) layer_->take(encrypted, decrypted_);
    } else if (end_ == End::kFinished) {
      layer_->take_end();
    }
    go_on_with_layer();
  }
  const std::size_t size = std::min(most, decrypted_.size());
  into.append(decrypted_, 0, size);
  decrypted_.erase(0, size);
  if (!decrypted_.empty() || size > 0 || end_ == End::kReset) return end_ != End::kReset;
  if (layer_->state() == SocketLayer::State::kOpen) return true;
  end_ = layer_->state() == SocketLayer::State::kEnded ? End::kFinished : End::kReset;
  return false;
}

bool Socket::wait_for(short events, Clock::time_point until) {
  if ((events & POLLIN) != 0 && !decrypted_.empty()) return true;
  if (layer_) go_on_with_layer();
  pollfd wait{.fd = fd_.get(), .events = events, .revents = 0};
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - Clock::now());
  return ::poll(&wait, 1, static_cast<int>(std::max<std::int64_t>(left.count(), 0))) > 0;
}

std::size_t Socket::unacknowledged() const {
  int count = 0;
  const std::size_t kernel = ::ioctl(fd_.get(), SIOCOUTQ, &count) == 0 ? static_cast<std::size_t>(count) : 0;
  // A record that has not arrived whole has not arrived.
  return layer_ ? kernel + layer_->outgoing.size() + waiting_.size() + kRecord : kernel;
}

void Socket::shut_down_sending() {
  if (layer_) {
    shuts_down_ = true;
    shake_hands();
    return;
  }
  ::shutdown(fd_.get(), SHUT_WR);
}

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
