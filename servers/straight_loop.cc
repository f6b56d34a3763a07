#include "servers/straight_loop.h"

#include <algorithm>
#include <cerrno>
#include <utility>

#include "common/base/deadline_queue.h"

namespace suite {
namespace {

constexpr int kAcceptsPerTurn = 64;  // so that a storm of connections does not starve those that are open

}  // namespace

StraightLoop::StraightLoop(LoopContext& context)
    : context_(context), gate_(context.limits, context.worker.totals) {
  read_clock();
}

std::expected<void, Error> StraightLoop::run() {
  if (auto opened = open_epoll(); !opened) return opened;
  if (auto opened = open(); !opened) return opened;
  context_.on_ready();
  while (!finished()) {
    guarded([this] { wait_and_dispatch(); });
    guarded([this] {
      clean_up();
      settle();
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
  asleep_until_ = next_instant();
  const int count = wait(events_, wait_milliseconds());
  asleep_ = false;
  read_clock();
  for (int i = 0; i < count; ++i) {
    const epoll_event& event = events_[static_cast<std::size_t>(i)];
    if (event.data.ptr == &wake_) continue;
    // The drain may close connections that later events of this turn name; it looks at all of them anyway.
    if (event.data.ptr == &context_.stop_fd) return start_drain();
    if (event.data.ptr == &context_.listener) {
      accept_waiting();
    } else {
      on_event(event);
    }
  }
}

std::optional<StraightLoop::TimePoint> StraightLoop::next_instant() const {
  return earliest({connections_.next_deadline(), cut_ ? std::nullopt : drain_until_, gate_.opens_at()});
}

// Rounded up: waking early would only mean waiting again.
int StraightLoop::wait_milliseconds() const {
  if (context_.limits.busy_poll) return 0;
  if (!asleep_until_) return -1;
  const auto left =
      std::chrono::ceil<std::chrono::milliseconds>(*asleep_until_ - std::chrono::steady_clock::now());
  return static_cast<int>(std::clamp<std::int64_t>(left.count(), 0, 60'000));
}

void StraightLoop::read_clock() {
  turn_.now = std::chrono::steady_clock::now();
  turn_.wall = std::chrono::system_clock::now();
}

void StraightLoop::settle() {
  while (ServedConnection* const connection = connections_.next_due(turn_.now)) disturb(*connection);
  if (drain_until_ && turn_.now >= *drain_until_ && !cut_) {
    cut_ = true;
    disturb_all();
  }
  arm_listener(gate_.open(connections_.size(), turn_.now) && !turn_.draining);
}

void StraightLoop::accept_waiting() {
  for (int accepted = 0; turn_.draining || accepted < kAcceptsPerTurn; ++accepted) {
    if (!gate_.open(connections_.size(), turn_.now)) return arm_listener(false);
    if (!has_room()) {
      pause_accepting();
      continue;
    }
    Accepted next = accept_one(context_.listener.fd());
    if (next.status == AcceptStatus::kEmpty) return;
    if (next.status == AcceptStatus::kEnded) return arm_listener(false);
    if (next.status == AcceptStatus::kExhausted) {
      pause_accepting();
    } else {
      admit(std::move(next));
    }
  }
}

// Added and removed rather than modified: EPOLLEXCLUSIVE, which a listener shared by several workers needs
// against waking them all, forbids EPOLL_CTL_MOD (epoll_ctl(2)).
void StraightLoop::arm_listener(bool armed) {
  if (armed == listener_armed_) return;
  const std::uint32_t exclusive = context_.listener.endpoint().is_unix() ? std::uint32_t{EPOLLEXCLUSIVE} : 0;
  const bool done = armed ? watch(context_.listener.fd(), &context_.listener, EPOLLIN | exclusive)
                          : ::epoll_ctl(epoll_.get(), EPOLL_CTL_DEL, context_.listener.fd(), nullptr) == 0;
  if (done) listener_armed_ = armed;
}

void StraightLoop::start_drain() {
  ::epoll_ctl(epoll_.get(), EPOLL_CTL_DEL, context_.stop_fd, nullptr);
  if (turn_.draining) return;
  turn_.draining = true;
  drain_until_ = turn_.now + context_.limits.drain;
  drain_began_->set();
  disturb_all();
  accept_waiting();
  arm_listener(false);
  context_.stop_listening();
}

void StraightLoop::disturb_all() {
  connections_.for_each([this](ServedConnection& connection) { disturb(connection); });
}

std::optional<Event> StraightLoop::due(ServedConnection& connection) const {
  if (drain_until_ && turn_.now >= *drain_until_) return Event::kCut;
  if (turn_.draining && !connection.knows_of_drain) {
    connection.knows_of_drain = true;
    return Event::kDrain;
  }
  const auto deadline = connection.talk.deadline();
  if (deadline && turn_.now >= *deadline) return Event::kDeadline;
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
