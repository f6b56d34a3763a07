#include "servers/backends/epoll/epoll_loop.h"

#include <sys/socket.h>

#include <cerrno>
#include <utility>

#include "common/io/flush.h"

namespace suite {
namespace {

constexpr std::size_t kReceiveBytes = 64 * 1024;

}  // namespace

std::expected<void, Error> EpollLoop::run(LoopContext& context) {
  auto worker = EpollWorker::open(context);
  if (!worker) return std::unexpected(std::move(worker.error()));
  context.on_ready();
  (*worker)->run();
  return {};
}

std::expected<std::unique_ptr<EpollWorker>, Error> EpollWorker::open(LoopContext& context) {
  UniqueFd epoll(::epoll_create1(EPOLL_CLOEXEC));
  if (!epoll) return std::unexpected(system_error("open an epoll descriptor", errno));
  epoll_event stop{.events = EPOLLIN, .data = {.ptr = nullptr}};
  if (::epoll_ctl(epoll.get(), EPOLL_CTL_ADD, context.stop_fd, &stop) != 0) {
    return std::unexpected(system_error("watch the stop descriptor", errno));
  }
  std::unique_ptr<EpollWorker> worker(new EpollWorker(context, std::move(epoll)));
  worker->arm_listener(true);
  if (!worker->listener_armed_) return std::unexpected(system_error("watch the listener", errno));
  return worker;
}

EpollWorker::EpollWorker(LoopContext& context, UniqueFd epoll)
    : WorkerFrame(context), epoll_(std::move(epoll)), buffer_(kReceiveBytes) {}

void EpollWorker::run() {
  while (!finished()) {
    wait_and_dispatch();
    expire_deadlines();
  }
}

void EpollWorker::wait_and_dispatch() {
  const int count =
      ::epoll_wait(epoll_.get(), events_.data(), static_cast<int>(events_.size()), wait_milliseconds());
  read_clock();
  for (int i = 0; i < count; ++i) {
    const epoll_event& event = events_[static_cast<std::size_t>(i)];
    // The drain closes connections that later events of this turn may name. They come again: level-triggered.
    if (event.data.ptr == nullptr) return start_drain();
    dispatch(event);
  }
}

void EpollWorker::dispatch(const epoll_event& event) {
  if (event.data.ptr == &context_.listener) return accept_waiting();
  // Within one turn no event can name a connection that an earlier event closed: each descriptor comes
  // once, and here a connection is closed only by its own events.
  Connection& connection = *static_cast<Connection*>(event.data.ptr);
  if (connection.talk.lingering()) return discard(connection);
  if (connection.armed == EPOLLOUT) return obey(connection, Next::kSend);
  receive(connection);
}

void EpollWorker::open_connection(Accepted accepted) {
  ++context_.worker.totals.connections;
  Connection& connection = connections_.add(
      std::make_unique<Connection>(std::move(accepted.fd), context_.make_session(accepted.peer), context_));
  connection.talk.on_opened(turn_);
  if (turn_.draining) return drain_connection(connection);
  connections_.note_deadline(connection);
  receive(connection);  // the first request is often there already
}

// Added and removed rather than modified: EPOLLEXCLUSIVE, which a listener shared by several workers needs
// against waking them all, forbids EPOLL_CTL_MOD (epoll_ctl(2)).
bool EpollWorker::watch_listener(bool watched) {
  epoll_event event{.events = EPOLLIN, .data = {.ptr = &context_.listener}};
  if (context_.listener.endpoint().is_unix()) event.events |= EPOLLEXCLUSIVE;
  const int operation = watched ? EPOLL_CTL_ADD : EPOLL_CTL_DEL;
  return ::epoll_ctl(epoll_.get(), operation, context_.listener.fd(), &event) == 0;
}

void EpollWorker::unwatch_stop() { ::epoll_ctl(epoll_.get(), EPOLL_CTL_DEL, context_.stop_fd, nullptr); }

void EpollWorker::receive(Connection& connection) {
  const ssize_t count = ::recv(connection.fd.get(), buffer_.data(), buffer_.size(), 0);
  if (count > 0) {
    const std::span<const std::byte> in(buffer_.data(), static_cast<std::size_t>(count));
    return obey(connection, connection.talk.on_bytes(in, turn_));
  }
  if (count == 0) return obey(connection, connection.talk.on_end(turn_));
  if (errno == EAGAIN || errno == EINTR) return arm(connection, EPOLLIN);
  close(connection, CloseReason::kReset);
}

void EpollWorker::discard(Connection& connection) {
  const ssize_t count = ::recv(connection.fd.get(), buffer_.data(), buffer_.size(), 0);
  if (count < 0 && (errno == EAGAIN || errno == EINTR)) return;
  const Next next = count > 0 ? connection.talk.on_discarded(static_cast<std::size_t>(count)) : Next::kClose;
  if (next == Next::kClose) close(connection, CloseReason::kFinished);
}

void EpollWorker::obey(Connection& connection, Next next) {
  while (next == Next::kSend) {
    const FlushResult flushed = flush(connection.fd.get(), connection.talk.out(),
                                      connection.talk.ends_after_sending() ? Then::kEnds : Then::kStaysOpen);
    if (flushed.status == FlushStatus::kFailed) return close(connection, CloseReason::kReset);
    if (flushed.status == FlushStatus::kBroken) return close(connection, CloseReason::kCut);
    if (flushed.status == FlushStatus::kBlocked) {
      connection.talk.on_blocked(flushed.sent, turn_);
      connections_.note_deadline(connection);
      return arm(connection, EPOLLOUT);
    }
    next = connection.talk.on_sent(flushed.sent, turn_);
  }
  if (next == Next::kClose) return close(connection, connection.talk.close_reason());
  if (next == Next::kLinger) ::shutdown(connection.fd.get(), SHUT_WR);
  connections_.note_deadline(connection);
  arm(connection, EPOLLIN);
}

void EpollWorker::arm(Connection& connection, std::uint32_t events) {
  if (connection.armed == events) return;
  epoll_event event{.events = events, .data = {.ptr = &connection}};
  const int operation = connection.armed == 0 ? EPOLL_CTL_ADD : EPOLL_CTL_MOD;
  connection.armed = events;
  // Fails only where the kernel has no memory for it; such a connection would never be heard of again.
  if (::epoll_ctl(epoll_.get(), operation, connection.fd.get(), &event) != 0)
    close(connection, CloseReason::kCut);
}

void EpollWorker::close(Connection& connection, CloseReason reason) {
  connection.talk.on_closed(reason);
  connections_.take(connection);
  gate_.on_close();
}

}  // namespace suite
