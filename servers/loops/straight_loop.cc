#include "servers/loops/straight_loop.h"

#include <algorithm>
#include <cerrno>
#include <utility>

#include "common/base/deadline_queue.h"

namespace suite {
StraightLoop::StraightLoop(LoopContext& context) : WorkerFrame(context) {}

std::expected<void, Error> StraightLoop::run() {
  if (auto opened = open_epoll(); !opened) return opened;
  if (auto opened = open(); !opened) return opened;
  context_.on_ready();
  while (!finished()) {
    guarded([this] { wait_and_dispatch(); });
    guarded([this] {
      clean_up();
      expire_deadlines();
    });
  }
  if (failure_) return std::unexpected(*failure_);
  return {};
}

std::expected<void, Error> StraightLoop::open_epoll() {
  epoll_ = UniqueFd(::epoll_create1(EPOLL_CLOEXEC));
  if (!epoll_) return std::unexpected(system_error("open an epoll descriptor", errno));
  auto wake = EventFd::open();
  if (!wake) return std::unexpected(std::move(wake.error()));
  wake_ = std::move(*wake);
  auto drain_began = EventFd::open();
  if (!drain_began) return std::unexpected(std::move(drain_began.error()));
  drain_began_ = std::move(*drain_began);
  // Nobody reads an EventFd; each set() is an edge.
  if (!watch(wake_->fd(), &wake_, EPOLLIN | EPOLLET)) {
    return std::unexpected(system_error("watch an event descriptor", errno));
  }
  if (!watch(context_.stop_fd, &context_.stop_fd, EPOLLIN)) {
    return std::unexpected(system_error("watch the stop descriptor", errno));
  }
  arm_listener(true);
  if (!listener_armed_) return std::unexpected(system_error("watch the listener", errno));
  return {};
}

bool StraightLoop::watch(int fd, const void* tag, std::uint32_t events) {
  epoll_event event{.events = events, .data = {.ptr = const_cast<void*>(tag)}};
  return ::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, fd, &event) == 0;
}

int StraightLoop::wait(std::span<epoll_event> into, int milliseconds) {
  return ::epoll_wait(epoll_.get(), into.data(), static_cast<int>(into.size()), milliseconds);
}

void StraightLoop::wait_and_dispatch() {
  asleep_ = true;
  asleep_until_ = next_wake();
  const bool still_to_cut = failure_ && !cut_;
  const int count = wait(events_, still_to_cut ? 0 : wait_milliseconds());
  asleep_ = false;
  read_clock();
  for (int i = 0; i < count; ++i) {
    const epoll_event& event = events_[static_cast<std::size_t>(i)];
    if (event.data.ptr == &wake_) continue;
    // The drain may close connections that later events of this turn name; it looks at all of them anyway.
    if (event.data.ptr == &context_.stop_fd) {
      drain_began_->set();
      return start_drain();
    }
    if (event.data.ptr == &context_.listener) {
      accept_waiting();
    } else {
      on_event(event);
    }
  }
}

// Added and removed rather than modified: EPOLLEXCLUSIVE, which a listener shared by several workers needs
// against waking them all, forbids EPOLL_CTL_MOD (epoll_ctl(2)).
bool StraightLoop::watch_listener(bool watched) {
  if (!watched) return ::epoll_ctl(epoll_.get(), EPOLL_CTL_DEL, context_.listener.fd(), nullptr) == 0;
  const std::uint32_t exclusive = context_.listener.endpoint().is_unix() ? std::uint32_t{EPOLLEXCLUSIVE} : 0;
  return watch(context_.listener.fd(), &context_.listener, EPOLLIN | exclusive);
}

// Each connection cuts itself when it looks, on whichever thread that is.
void StraightLoop::cut_the_rest() {
  if (!std::exchange(cut_, true)) disturb_all();
}

void StraightLoop::disturb_all() {
  connections_.for_each([this](ServedConnection& connection) { disturb(connection); });
}

std::optional<IoEvent> StraightLoop::due(ServedConnection& connection) const {
  if (drain_is_over()) return IoEvent::kCut;
  if (turn_.draining && !connection.knows_of_drain) {
    connection.knows_of_drain = true;
    return IoEvent::kDrain;
  }
  const auto deadline = connection.talk.deadline();
  if (deadline && turn_.now >= *deadline) return IoEvent::kDeadline;
  return std::nullopt;
}

void StraightLoop::note_deadline(ServedConnection& connection) {
  connections_.note_deadline(connection);
  if (!asleep_) return;
  const auto next = connections_.next_deadline();
  if (next && (!asleep_until_ || *next < *asleep_until_)) wake();
}

void StraightLoop::close(ServedConnection& connection, CloseReason reason) {
  connection.talk.on_closed(reason);
  connections_.take(connection).reset();
  gate_.on_close();
  if (!listener_armed_ || finished()) wake();
}

void StraightLoop::wake() {
  if (!asleep_) return;
  asleep_ = false;  // once is enough
  wake_->set();
}

void StraightLoop::fail(const char* why) {
  if (!failure_) failure_ = Error{.what = "go on serving", .why = why, .advice = {}};
  turn_.draining = true;
  drain_until_ = turn_.now;
  cut_ = false;
  drain_began_->set();
  wake();
}

}  // namespace suite
