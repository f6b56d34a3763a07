#include "servers/backends/epoll/epoll_loop.h"

#include <cerrno>
#include <cstddef>
#include <utility>

namespace suite {

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
    : SocketWorker(context), epoll_(std::move(epoll)) {}

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
  on_ready(*static_cast<SocketConnection*>(event.data.ptr));
}

bool EpollWorker::watch(SocketConnection& connection, Interest interest) {
  epoll_event event{.events = interest == Interest::kOutput ? EPOLLOUT : EPOLLIN,
                    .data = {.ptr = &connection}};
  const int operation = connection.interest == Interest::kNothing ? EPOLL_CTL_ADD : EPOLL_CTL_MOD;
  return ::epoll_ctl(epoll_.get(), operation, connection.fd.get(), &event) == 0;
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

}  // namespace suite
