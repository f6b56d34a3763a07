#include "client/drivers/epoll/epoll_driver.h"

#include <sys/socket.h>
#include <sys/timerfd.h>
#include <time.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "common/net/transient_error.h"

namespace suite {
namespace {

constexpr std::size_t kReceiveBytes = 256 * 1024;
// With more, the server waits, and what the first half of a turn touched has left the cache.
constexpr std::size_t kEventsPerTurn = 64;
// Of a connection that received more the kernel may have enlarged the buffer (tcp_moderate_rcvbuf, tcp(7)).
constexpr std::uint32_t kMuch = 16 * 1024;
constexpr std::uint32_t kInput = EPOLLIN | EPOLLRDHUP;
constexpr std::uint64_t kInterruptKey = UINT64_MAX;
constexpr std::uint64_t kTimerKey = UINT64_MAX - 1;

constexpr std::uint64_t key_of(ConnectionId id, std::uint32_t generation) {
  return std::uint64_t{generation} << 32 | id;
}

}  // namespace

std::expected<EpollDriver, Error> EpollDriver::create(const DriverOptions& options,
                                                      const EventFd& interrupt) {
  UniqueFd epoll(::epoll_create1(EPOLL_CLOEXEC));
  if (!epoll) return std::unexpected(system_error("open an epoll descriptor", errno));
  epoll_event event{.events = EPOLLIN, .data = {.u64 = kInterruptKey}};
  if (::epoll_ctl(epoll.get(), EPOLL_CTL_ADD, interrupt.fd(), &event) != 0) {
    return std::unexpected(system_error("watch for an interrupt", errno));
  }
  UniqueFd timer(::timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC));
  if (!timer) return std::unexpected(system_error("open a timer", errno));
  // Edge-triggered, so that nobody has to read it.
  event = {.events = EPOLLIN | EPOLLET, .data = {.u64 = kTimerKey}};
  if (::epoll_ctl(epoll.get(), EPOLL_CTL_ADD, timer.get(), &event) != 0) {
    return std::unexpected(system_error("watch a timer", errno));
  }
  return EpollDriver(std::move(epoll), std::move(timer), options);
}

EpollDriver::EpollDriver(UniqueFd epoll, UniqueFd timer, const DriverOptions& options)
    : epoll_(std::move(epoll)),
      timer_(std::move(timer)),
      options_(options),
      slots_(options.connections),
      ready_(kEventsPerTurn),
      buffer_(kReceiveBytes) {}

Driver::TimePoint EpollDriver::now() { return clock_.read(); }

bool EpollDriver::watch(int operation, ConnectionId id, std::uint32_t events) {
  epoll_event event{.events = events, .data = {.u64 = key_of(id, slots_[id].generation)}};
  return ::epoll_ctl(epoll_.get(), operation, slots_[id].fd.get(), &event) == 0;
}

Driver::Opening EpollDriver::open(ConnectionId id, const Endpoint& target) {
  Slot& slot = slots_[id];
  const bool again = slot.state == State::kSpent;
  Attempt attempt = again ? connect_again(std::move(slot.fd), target)
                          : start_connecting(target, options_.sources.of(id), options_.sockets);
  if (attempt.outcome == Attempt::Outcome::kBusy) return Opening::kBusy;
  slot = {.fd = std::move(attempt.fd),
          .generation = slot.generation + (again ? 0 : 1),
          .discards = !target.is_unix()};
  const bool connected = attempt.outcome == Attempt::Outcome::kConnected;
  const bool registered = again && connected;
  if (slot.fd && !registered &&
      !watch(again ? EPOLL_CTL_MOD : EPOLL_CTL_ADD, id, connected ? kInput : std::uint32_t{EPOLLOUT})) {
    attempt.error_number = errno;
    slot.fd.reset();
  }
  if (!slot.fd) {
    failed_openings_.emplace_back(id, attempt.error_number);
    return Opening::kStarted;
  }
  slot.state = connected ? State::kOpen : State::kConnecting;
  return connected ? Opening::kOpen : Opening::kStarted;
}

void EpollDriver::send(ConnectionId id, DriverEvents& events) {
  Slot& slot = slots_[id];
  while (slot.state == State::kOpen && slot.send_error == 0) {
    const auto bytes = events.next_bytes(id);
    if (bytes.empty()) return;
    const ssize_t sent = ::send(slot.fd.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent >= 0 && !events.on_sent(id, static_cast<std::size_t>(sent))) return;
    if (sent == static_cast<ssize_t>(bytes.size())) continue;
    if (sent < 0 && !is_transient(errno)) {
      slot.send_error = errno;  // what had arrived before is still to be read; the end comes after it
      ::shutdown(slot.fd.get(), SHUT_RDWR);  // for want of memory, say, it would not come by itself
    } else if (watch(EPOLL_CTL_MOD, id, kInput | EPOLLOUT)) {
      slot.state = State::kSendBlocked;
    }
    return;
  }
}

void EpollDriver::close(ConnectionId id) {
  slots_[id].fd.reset();
  slots_[id].state = State::kClosed;
}

int EpollDriver::wait(TimePoint until) {
  if (!failed_openings_.empty() || until <= clock_.latest()) return wait_milliseconds(0);
  if (options_.busy_poll) return spin(until);
  if (alarm_ > until && until - clock_.latest() >= DriverClock::kSoon) set_alarm(until);
  return alarm_ <= until ? wait_milliseconds(-1) : wait_exactly(clock_.left(until));
}

void EpollDriver::set_alarm(TimePoint when) {
  using std::chrono::seconds;
  const auto since_boot = when.time_since_epoch();
  const auto whole = std::chrono::floor<seconds>(since_boot);
  const itimerspec once{.it_interval = {},
                        .it_value = {.tv_sec = whole.count(), .tv_nsec = (since_boot - whole).count()}};
  if (::timerfd_settime(timer_.get(), TFD_TIMER_ABSTIME, &once, nullptr) == 0) alarm_ = when;
}

int EpollDriver::spin(TimePoint until) {
  int count = 0;
  do count = wait_milliseconds(0);
  while (count == 0 && clock_.read() < until);
  return count;
}

// -1: for ever.
int EpollDriver::wait_milliseconds(int milliseconds) {
  return ::epoll_wait(epoll_.get(), ready_.data(), static_cast<int>(ready_.size()), milliseconds);
}

// Less than a second. An older kernel has no such call, and an older container's filter refuses it.
int EpollDriver::wait_exactly(std::chrono::nanoseconds left) {
  left = std::max(left, std::chrono::nanoseconds(0));
  if (waits_exactly_) {
    const timespec timeout{.tv_sec = 0, .tv_nsec = left.count()};
    const int count =
        ::epoll_pwait2(epoll_.get(), ready_.data(), static_cast<int>(ready_.size()), &timeout, nullptr);
    if (count >= 0 || (errno != ENOSYS && errno != EPERM)) return count;
    waits_exactly_ = false;
  }
  return wait_milliseconds(static_cast<int>(std::chrono::ceil<std::chrono::milliseconds>(left).count()));
}

Driver::Turn EpollDriver::turn(TimePoint until, DriverEvents& events) {
  const int count = wait(until);
  const TimePoint before = clock_.latest();
  Woken woken = Woken::kByEvents;
  report_failed_openings(events);
  for (int i = 0; i < count; ++i) {
    const epoll_event& event = ready_[static_cast<std::size_t>(i)];
    if (event.data.u64 == kInterruptKey) {
      woken = Woken::kByInterrupt;
    } else if (event.data.u64 == kTimerKey) {
      alarm_ = TimePoint::max();
    } else {
      handle(event, events);
    }
  }
  send_what_follows(events);
  // Whatever was received had the clock read already.
  return {.now = clock_.latest() == before ? clock_.read() : clock_.latest(), .woken = woken};
}

void EpollDriver::send_what_follows(DriverEvents& events) {
  for (const std::uint64_t key : to_send_) {
    const auto id = static_cast<ConnectionId>(key);
    if (key == key_of(id, slots_[id].generation)) send(id, events);
  }
  to_send_.clear();
}

void EpollDriver::report_failed_openings(DriverEvents& events) {
  for (const auto& [id, error_number] : std::exchange(failed_openings_, {})) {
    events.on_broken(id, {.kind = Break::Kind::kNotOpened, .error_number = error_number}, clock_.latest());
  }
}

void EpollDriver::handle(const epoll_event& event, DriverEvents& events) {
  const auto id = static_cast<ConnectionId>(event.data.u64);
  Slot& slot = slots_[id];
  if (slot.state == State::kClosed || event.data.u64 != key_of(id, slot.generation)) return;
  if (slot.state == State::kSpent) return close(id);  // nobody wanted it, and it would be reported ever after
  if (slot.state == State::kConnecting) return finish_connecting(id, clock_.read(), events);
  if ((event.events & EPOLLOUT) != 0 && slot.state == State::kSendBlocked) {
    slot.state = State::kOpen;
    send(id, events);
    if (slot.state == State::kOpen) watch(EPOLL_CTL_MOD, id, kInput);
  }
  if ((event.events & (kInput | EPOLLERR | EPOLLHUP)) != 0) {
    // A reset is an end too, but one that the next receive has to name.
    const bool orderly_end = (event.events & (EPOLLRDHUP | EPOLLERR)) == EPOLLRDHUP;
    receive(id, orderly_end ? Stream::kEnded : Stream::kGoesOn, events);
  }
}

void EpollDriver::finish_connecting(ConnectionId id, TimePoint now, DriverEvents& events) {
  Slot& slot = slots_[id];
  int error = pending_error(slot.fd.get());
  if (error == 0 && !watch(EPOLL_CTL_MOD, id, kInput)) error = errno;
  if (error != 0) return break_off(id, {.kind = Break::Kind::kNotOpened, .error_number = error}, now, events);
  slot.state = State::kOpen;
  events.on_connected(id, now);
}

// One receive, and another one where that brought all it could and was kept short on purpose.
void EpollDriver::receive(ConnectionId id, Stream stream, DriverEvents& events) {
  const std::uint32_t generation = slots_[id].generation;
  while (receive_some(id, stream, events)) {
    const Slot& slot = slots_[id];
    const bool same = slot.generation == generation && slot.state != State::kClosed;
    if (!same) return;
  }
  to_send_.push_back(key_of(id, generation));
}

bool EpollDriver::receive_some(ConnectionId id, Stream stream, DriverEvents& events) {
  Slot& slot = slots_[id];
  const Reception reception = receive_once(slot.fd.get(), events.appetite(id), buffer_, slot.discards);
  if (is_transient(reception.error_number)) return false;
  const TimePoint now = clock_.read();
  if (reception.count <= 0) {
    break_off(id, break_of(reception.count < 0 ? reception.error_number : slot.send_error), now, events);
    return false;
  }
  const std::uint32_t generation = slot.generation;
  const auto is_same = [&] { return slot.generation == generation && slot.state != State::kClosed; };
  const auto received = static_cast<std::size_t>(reception.count);
  slot.received = static_cast<std::uint32_t>(std::min<std::size_t>(slot.received + received, kMuch));
  if (reception.discarded) {
    events.on_discarded(id, received, now);
    if (is_same()) sleep_through(slot.fd.get(), events.appetite(id).to_reply, slot.low_water);
  } else {
    events.on_received(id, std::span(buffer_).first(received), now);
  }
  if (!is_same()) return false;
  // The end had come before this call, which took all that was there: no need to ask for it.
  if (received < reception.asked_for && stream == Stream::kEnded && slot.discards && slot.send_error == 0) {
    break_off(id, {.kind = Break::Kind::kClosed}, now, events);
    return false;
  }
  return was_kept_short(reception, buffer_.size());
}

// A socket serves another connection if it is as it was for this one.
bool EpollDriver::spare_socket(Slot& slot, Break how) const {
  if (!slot.discards || options_.sockets.close == SocketPlan::Close::kReset) return false;
  const bool as_opened =
      slot.state == State::kOpen && slot.send_error == 0 && slot.low_water == 1 && slot.received < kMuch;
  if (how.kind != Break::Kind::kClosed || !as_opened || !finish_stream(slot.fd.get())) return false;
  slot.state = State::kSpent;
  return true;
}

void EpollDriver::break_off(ConnectionId id, Break how, TimePoint now, DriverEvents& events) {
  if (options_.sockets.close == SocketPlan::Close::kReset) set_reset_on_close(slots_[id].fd.get(), false);
  if (!spare_socket(slots_[id], how)) close(id);
  events.on_broken(id, how, now);
}

}  // namespace suite
