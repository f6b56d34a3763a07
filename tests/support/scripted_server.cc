#include "tests/support/scripted_server.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>

#include <array>
#include <stdexcept>
#include <utility>

namespace suite::test {
namespace {

Listener listen_on(const Endpoint& endpoint) {
  auto listener = Listener::open(endpoint, {});
  if (!listener) throw std::runtime_error(listener.error().one_line());
  return std::move(*listener);
}

Endpoint any_port() { return resolve("127.0.0.1", 0).value().front(); }

}  // namespace

ScriptedServer::ScriptedServer(Behaviour behaviour) : ScriptedServer(any_port(), std::move(behaviour)) {}

ScriptedServer::ScriptedServer(const Endpoint& endpoint, Behaviour behaviour)
    : listener_(listen_on(endpoint)),
      behaviour_(std::move(behaviour)),
      refusing_(EventFd::open().value()),
      acceptor_([this] { accept_all(); }) {}

ScriptedServer::~ScriptedServer() {
  refuse();
  acceptor_.join();
  {
    const std::lock_guard lock(mutex_);
    for (const int fd : open_) {
      if (fd >= 0) ::shutdown(fd, SHUT_RDWR);
    }
  }
  for (std::thread& connection : connections_) connection.join();
}

int ScriptedServer::accepted() const {
  const std::lock_guard lock(mutex_);
  return static_cast<int>(open_.size());
}

void ScriptedServer::refuse() {
  refusing_.set();  // accepting on a unix socket that was shut down gives "nobody waits", not its end
  listener_.shut_down();
}

void ScriptedServer::accept_all() {
  for (;;) {
    std::array<pollfd, 2> waiting{pollfd{.fd = listener_.fd(), .events = POLLIN, .revents = 0},
                                  pollfd{.fd = refusing_.fd(), .events = POLLIN, .revents = 0}};
    ::poll(waiting.data(), waiting.size(), -1);
    if (waiting[1].revents != 0) return;
    Accepted accepted = accept_one(listener_.fd());
    if (accepted.status == AcceptStatus::kEnded) return;
    if (accepted.status != AcceptStatus::kAccepted) continue;
    const int fd = accepted.fd.release();
    ::fcntl(fd, F_SETFL, 0);  // blocking
    const std::lock_guard lock(mutex_);
    const std::size_t number = open_.size();
    open_.push_back(fd);
    connections_.emplace_back([this, fd, number] {
      behaviour_(fd, static_cast<int>(number));
      const std::lock_guard closing(mutex_);
      ::close(fd);
      open_[number] = -1;
    });
  }
}

std::string receive(int fd) {
  std::string bytes(64 * 1024, '\0');
  const ssize_t count = ::recv(fd, bytes.data(), bytes.size(), 0);
  bytes.resize(count > 0 ? static_cast<std::size_t>(count) : 0);
  return bytes;
}

void send_all(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = ::send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
}

void reset_when_closed(int fd) {
  const linger now{.l_onoff = 1, .l_linger = 0};
  ::setsockopt(fd, SOL_SOCKET, SO_LINGER, &now, sizeof now);
}

ScriptedServer::Behaviour answering_requests(std::function<std::string(int number)> answer) {
  return [answer = std::move(answer)](int fd, int) {
    std::string pending;
    int number = 0;
    for (std::string bytes = receive(fd); !bytes.empty(); bytes = receive(fd)) {
      pending += bytes;
      std::string answers;
      for (std::size_t end = pending.find("\r\n\r\n"); end != std::string::npos;
           end = pending.find("\r\n\r\n")) {
        pending.erase(0, end + 4);
        const std::string each = answer(number++);
        answers += each;
        if (each.empty()) return send_all(fd, answers);
      }
      send_all(fd, answers);
    }
  };
}

void echo(int fd, int) {
  for (std::string bytes = receive(fd); !bytes.empty(); bytes = receive(fd)) send_all(fd, bytes);
}

void swallow(int fd, int) {
  while (!receive(fd).empty()) continue;
}

}  // namespace suite::test
