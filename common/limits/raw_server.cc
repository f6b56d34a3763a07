#include "common/limits/raw_server.h"

#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <optional>
#include <vector>

#include "common/net/listener.h"
#include "common/net/unique_fd.h"

namespace suite::limits {
namespace {

std::uint32_t interest_of(const RawEnd& end) { return end.unsent > 0 ? EPOLLOUT : EPOLLIN; }

class RawServer {
 public:
  RawServer(const Exchange& exchange, int listener, int stop_fd, UniqueFd epoll)
      : exchange_(exchange),
        responses_(batch_of(exchange.response, exchange.depth)),
        listener_(listener),
        stop_fd_(stop_fd),
        epoll_(std::move(epoll)),
        room_(kDiscarded) {}
  RawServer(const RawServer&) = delete;
  ~RawServer() {
    for (const RawEnd& end : ends_) {
      if (end.fd >= 0) ::close(end.fd);
    }
  }

  std::expected<void, Error> run();

 private:
  enum class Then { kGoOn, kStop };

  bool watch(int operation, int fd, std::uint32_t events) const;
  std::expected<Then, Error> turn();
  std::expected<void, Error> accept_waiting();
  void open(int fd);
  void handle(RawEnd& end);
  void serve(RawEnd& end);
  void close(RawEnd& end);

  const Exchange& exchange_;
  const std::string responses_;
  const int listener_, stop_fd_;
  UniqueFd epoll_;
  std::vector<char> room_;
  std::vector<RawEnd> ends_;  // by descriptor
};

bool RawServer::watch(int operation, int fd, std::uint32_t events) const {
  epoll_event event{.events = events, .data = {.fd = fd}};
  return ::epoll_ctl(epoll_.get(), operation, fd, &event) == 0;
}

std::expected<void, Error> RawServer::run() {
  if (!watch(EPOLL_CTL_ADD, listener_, EPOLLIN) || !watch(EPOLL_CTL_ADD, stop_fd_, EPOLLIN)) {
    return std::unexpected(system_error("watch a listener", errno));
  }
  for (;;) {
    const auto then = turn();
    if (!then) return std::unexpected(then.error());
    if (*then == Then::kStop) return {};
  }
}

std::expected<RawServer::Then, Error> RawServer::turn() {
  std::array<epoll_event, 64> ready;  // NOLINT(*-member-init): the kernel fills it
  const int count = ::epoll_wait(epoll_.get(), ready.data(), static_cast<int>(ready.size()), -1);
  for (int i = 0; i < count; ++i) {
    const int fd = ready[static_cast<std::size_t>(i)].data.fd;
    if (fd == stop_fd_) return Then::kStop;
    if (fd != listener_) {
      handle(ends_[static_cast<std::size_t>(fd)]);
    } else if (const auto accepted = accept_waiting(); !accepted) {
      return std::unexpected(accepted.error());
    }
  }
  return Then::kGoOn;
}

std::expected<void, Error> RawServer::accept_waiting() {
  constexpr int kAtATime = 64;
  for (int i = 0; i < kAtATime; ++i) {
    const int fd = ::accept4(listener_, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd >= 0) {
      open(fd);
      continue;
    }
    const AcceptStatus status = accept_status_of(errno);
    if (status == AcceptStatus::kEmpty) return {};
    if (status != AcceptStatus::kBroken) return std::unexpected(system_error("accept a connection", errno));
  }
  return {};
}

// The request of a connection that has only one is there already, mostly.
void RawServer::open(int fd) {
  const auto place = static_cast<std::size_t>(fd);
  if (place >= ends_.size()) ends_.resize(place + 1);
  RawEnd& end = ends_[place];
  end = {.fd = fd};
  if (exchange_.new_connection) serve(end);
  if (end.fd >= 0 && !watch(EPOLL_CTL_ADD, fd, interest_of(end))) close(end);
}

void RawServer::handle(RawEnd& end) {
  const std::uint32_t before = interest_of(end);
  if (end.fd >= 0) serve(end);
  if (end.fd < 0 || interest_of(end) == before) return;
  if (!watch(EPOLL_CTL_MOD, end.fd, interest_of(end))) close(end);
}

// Reads only if nothing is owed.
void RawServer::serve(RawEnd& end) {
  if (end.unsent == 0) {
    const ssize_t received = ::recv(end.fd, room_.data(), room_.size(), 0);
    if (received < 0 && errno == EAGAIN) return;
    if (received <= 0) return close(end);
    end.unsent = end.messages(static_cast<std::size_t>(received), exchange_.request.size()) *
                 exchange_.response.size();
    if (end.unsent == 0) return;
  }
  const RawEnd::Sent sent = end.send_owed(responses_);
  if (sent == RawEnd::Sent::kBroken || (sent == RawEnd::Sent::kAll && exchange_.new_connection)) close(end);
}

void RawServer::close(RawEnd& end) {
  ::close(end.fd);
  end.fd = -1;
}

}  // namespace

std::expected<void, Error> serve_raw(const Exchange& exchange, int listener, int stop_fd) {
  UniqueFd epoll(::epoll_create1(EPOLL_CLOEXEC));
  if (!epoll) return std::unexpected(system_error("open an epoll descriptor", errno));
  return RawServer(exchange, listener, stop_fd, std::move(epoll)).run();
}

}  // namespace suite::limits
