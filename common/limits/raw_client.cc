#include "common/limits/raw_client.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>
#include <fmt/format.h>

#include <array>
#include <cerrno>
#include <vector>

#include "common/net/unique_fd.h"

namespace suite::limits {
namespace {

using Done = std::expected<void, Error>;

class RawClient {
 public:
  RawClient(const Exchange& exchange, const Endpoint& server, std::size_t connections, UniqueFd epoll)
      : exchange_(exchange),
        requests_(batch_of(exchange.request, exchange.depth)),
        server_(server),
        epoll_(std::move(epoll)),
        room_(kDiscarded),
        ends_(connections) {}
  RawClient(const RawClient&) = delete;
  ~RawClient() {
    for (RawEnd& end : ends_) close(end);
  }

  std::expected<Sample, Error> run(Window& window);

 private:
  bool watch(int operation, const RawEnd& end, std::uint32_t events) const;
  Done broken(int error_number) const;
  Done open(RawEnd& end);
  Done turn();
  Done handle(RawEnd& end, std::uint32_t events);
  Done send_more(RawEnd& end, bool was_blocked);
  Done receive_more(RawEnd& end);
  static void close(RawEnd& end);

  const Exchange& exchange_;
  const std::string requests_;
  const Endpoint server_;
  UniqueFd epoll_;
  std::vector<char> room_;
  std::vector<RawEnd> ends_;
  std::uint64_t operations_ = 0;
};

std::expected<Sample, Error> RawClient::run(Window& window) {
  for (RawEnd& end : ends_) {
    if (const Done opened = open(end); !opened) return std::unexpected(opened.error());
  }
  while (!window.is_over(operations_)) {
    if (const Done turned = turn(); !turned) return std::unexpected(turned.error());
  }
  return window.sample();
}

bool RawClient::watch(int operation, const RawEnd& end, std::uint32_t events) const {
  epoll_event event{.events = events, .data = {.u64 = static_cast<std::uint64_t>(&end - ends_.data())}};
  return ::epoll_ctl(epoll_.get(), operation, end.fd, &event) == 0;
}

Done RawClient::broken(int error_number) const {
  return std::unexpected(system_error(
      fmt::format("exchange requests with a loop of our own on {}", server_.to_string()), error_number));
}

// On loopback a connection is open, and takes the first request, when connect(2) returns.
Done RawClient::open(RawEnd& end) {
  end = {.fd = ::socket(server_.family(), SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0),
         .unsent = requests_.size()};
  if (end.fd < 0) return std::unexpected(system_error("open a socket", errno));
  const int one = 1;
  // Closed by a reset, since the port would stay taken for a minute otherwise.
  const linger reset{.l_onoff = 1, .l_linger = 0};
  ::setsockopt(end.fd, SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
  if (!exchange_.new_connection) ::setsockopt(end.fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  if (::connect(end.fd, server_.address(), server_.length()) != 0 && errno != EINPROGRESS) {
    return std::unexpected(system_error("connect to a loop of our own on " + server_.to_string(), errno));
  }
  const RawEnd::Sent sent = end.send_owed(requests_);
  if (sent == RawEnd::Sent::kBroken && errno != ENOTCONN) return broken(errno);
  const std::uint32_t interest = sent == RawEnd::Sent::kAll ? EPOLLIN : EPOLLOUT;
  return watch(EPOLL_CTL_ADD, end, interest) ? Done() : broken(errno);
}

Done RawClient::turn() {
  constexpr int kPatience = 1000;     // ms
  std::array<epoll_event, 64> ready;  // NOLINT(*-member-init): the kernel fills it
  const int count = ::epoll_wait(epoll_.get(), ready.data(), static_cast<int>(ready.size()), kPatience);
  if (count == 0) return broken(ETIMEDOUT);
  for (int i = 0; i < count; ++i) {
    const epoll_event& event = ready[static_cast<std::size_t>(i)];
    if (const Done handled = handle(ends_[event.data.u64], event.events); !handled) return handled;
  }
  return {};
}

Done RawClient::handle(RawEnd& end, std::uint32_t events) {
  if ((events & EPOLLOUT) != 0 && end.unsent > 0) return send_more(end, true);
  return receive_more(end);
}

Done RawClient::send_more(RawEnd& end, bool was_blocked) {
  const RawEnd::Sent sent = end.send_owed(requests_);
  if (sent == RawEnd::Sent::kBroken) return broken(errno);
  const bool is_blocked = sent == RawEnd::Sent::kBlocked;
  if (is_blocked == was_blocked) return {};
  const std::uint32_t interest = is_blocked ? EPOLLIN | EPOLLOUT : EPOLLIN;
  return watch(EPOLL_CTL_MOD, end, interest) ? Done() : broken(errno);
}

Done RawClient::receive_more(RawEnd& end) {
  const ssize_t received = receive(end, room_, exchange_.response.size());
  if (received < 0 && errno == EAGAIN) return {};
  if (received <= 0) return broken(received < 0 ? errno : ECONNRESET);
  const std::size_t replies = end.messages(static_cast<std::size_t>(received), exchange_.response.size());
  if (replies == 0) return {};
  operations_ += replies;
  if (exchange_.new_connection) {
    close(end);
    return open(end);
  }
  const bool was_blocked = end.unsent > 0;
  end.unsent += replies * exchange_.request.size();
  return send_more(end, was_blocked);
}

void RawClient::close(RawEnd& end) {
  if (end.fd >= 0) ::close(end.fd);
  end.fd = -1;
}

}  // namespace

std::expected<Sample, Error> load_raw(const Exchange& exchange, const Endpoint& server,
                                      std::size_t connections, Window window) {
  UniqueFd epoll(::epoll_create1(EPOLL_CLOEXEC));
  if (!epoll) return std::unexpected(system_error("open an epoll descriptor", errno));
  return RawClient(exchange, server, connections, std::move(epoll)).run(window);
}

}  // namespace suite::limits
