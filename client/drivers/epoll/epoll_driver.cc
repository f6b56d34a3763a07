#include "client/drivers/epoll/epoll_driver.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <utility>

namespace suite {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t kReceiveBytes = 256 * 1024;
constexpr std::size_t kEventsPerTurn = 512;
// Fewer bytes than this are as cheap to copy as to discard, and often come with what follows them.
constexpr std::uint64_t kWorthDiscarding = 16 * 1024;
constexpr std::uint64_t kWorthSleeping = 128 * 1024;
constexpr std::uint64_t kLongestSleep = 512 * 1024;
constexpr std::uint64_t kMostDiscarded = std::uint64_t{1} << 30;  // by one call
constexpr std::uint32_t kInput = EPOLLIN | EPOLLRDHUP;
constexpr std::uint64_t kInterruptKey = UINT64_MAX;

constexpr std::uint64_t key_of(ConnectionId id, std::uint32_t generation) {
  return std::uint64_t{generation} << 32 | id;
}

// On loopback a handshake is over when connect(2) returns, though that says EINPROGRESS.
bool is_connected(int fd) {
  sockaddr_storage peer{};
  socklen_t length = sizeof peer;
  return ::getpeername(fd, reinterpret_cast<sockaddr*>(&peer), &length) == 0;
}

// The port is chosen by connect(2), which knows the peer: one chosen now would be taken for every peer
// (ip(7)).
bool bind_source(int fd, const Endpoint& source) {
  const int one = 1;
  ::setsockopt(fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &one, sizeof one);
  return ::bind(fd, source.address(), source.length()) == 0;
}

int pending_error(int fd) {
  int error = 0;
  socklen_t length = sizeof error;
  return ::getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &length) == 0 ? error : errno;
}

}  // namespace

std::expected<EpollDriver, Error> EpollDriver::create(std::size_t connections, const EventFd& interrupt,
                                                      SourceTurns sources) {
  UniqueFd epoll(::epoll_create1(EPOLL_CLOEXEC));
  if (!epoll) return std::unexpected(system_error("open an epoll descriptor", errno));
  epoll_event event{.events = EPOLLIN, .data = {.u64 = kInterruptKey}};
  if (::epoll_ctl(epoll.get(), EPOLL_CTL_ADD, interrupt.fd(), &event) != 0) {
    return std::unexpected(system_error("watch for an interrupt", errno));
  }
  return EpollDriver(std::move(epoll), connections, sources);
}

EpollDriver::EpollDriver(UniqueFd epoll, std::size_t connections, SourceTurns sources)
    : epoll_(std::move(epoll)),
      sources_(sources),
      slots_(connections),
      ready_(kEventsPerTurn),
      buffer_(kReceiveBytes),
      now_(Clock::now()) {}

Driver::TimePoint EpollDriver::now() { return now_ = Clock::now(); }

bool EpollDriver::watch(int operation, ConnectionId id, std::uint32_t events) {
  epoll_event event{.events = events, .data = {.u64 = key_of(id, slots_[id].generation)}};
  return ::epoll_ctl(epoll_.get(), operation, slots_[id].fd.get(), &event) == 0;
}

Driver::Opening EpollDriver::open(ConnectionId id, const Endpoint& target) {
  Slot& slot = slots_[id];
  slot.fd.reset(::socket(target.family(), SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  slot.send_error = 0;
  ++slot.generation;
  slot.state = State::kConnecting;
  slot.discards = !target.is_unix();
  slot.low_water = 1;
  const auto failed = [&](int error_number) {
    slot.fd.reset();
    slot.state = State::kClosed;
    if (error_number == EAGAIN) return Opening::kBusy;
    failed_openings_.emplace_back(id, error_number);
    return Opening::kStarted;
  };
  if (!slot.fd) return failed(errno);
  if (!target.is_unix()) {
    const int one = 1;
    ::setsockopt(slot.fd.get(), IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);  // never fails on TCP
  }
  const Endpoint* const source = sources_.of(id);
  if (source != nullptr && !bind_source(slot.fd.get(), *source)) return failed(errno);
  if (::connect(slot.fd.get(), target.address(), target.length()) != 0 && errno != EINPROGRESS) {
    // Only a unix socket's EAGAIN says "later": TCP says it when no local port is left.
    return failed(errno == EAGAIN && !target.is_unix() ? EADDRNOTAVAIL : errno);
  }
  const bool connected = is_connected(slot.fd.get());
  if (!watch(EPOLL_CTL_ADD, id, connected ? kInput : std::uint32_t{EPOLLOUT})) return failed(errno);
  if (!connected) return Opening::kStarted;
  slot.state = State::kOpen;
  return Opening::kOpen;
}

void EpollDriver::send(ConnectionId id, DriverEvents& events) {
  Slot& slot = slots_[id];
  while (slot.state == State::kOpen && slot.send_error == 0) {
    const auto bytes = events.next_bytes(id);
    if (bytes.empty()) return;
    const ssize_t sent = ::send(slot.fd.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent > 0) events.on_sent(id, static_cast<std::size_t>(sent));
    if (sent == static_cast<ssize_t>(bytes.size())) continue;
    if (sent < 0 && errno != EAGAIN) {
      slot.send_error = errno;  // what had arrived before is still to be read; the end comes after it
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

int EpollDriver::wait_milliseconds(TimePoint until) const {
  if (!failed_openings_.empty()) return 0;
  const auto wait = std::chrono::ceil<std::chrono::milliseconds>(until - now_).count();
  return static_cast<int>(std::clamp<std::int64_t>(wait, 0, 60'000));
}

Driver::Turn EpollDriver::turn(TimePoint until, DriverEvents& events) {
  const int count =
      ::epoll_wait(epoll_.get(), ready_.data(), static_cast<int>(ready_.size()), wait_milliseconds(until));
  Turn turn{.now = now(), .woken = Woken::kByEvents};
  report_failed_openings(events);
  for (int i = 0; i < count; ++i) {
    const epoll_event& event = ready_[static_cast<std::size_t>(i)];
    if (event.data.u64 == kInterruptKey) {
      turn.woken = Woken::kByInterrupt;
    } else {
      handle(event, turn.now, events);
    }
  }
  return turn;
}

void EpollDriver::report_failed_openings(DriverEvents& events) {
  for (const auto& [id, error_number] : std::exchange(failed_openings_, {})) {
    events.on_broken(id, {.kind = Break::Kind::kNotOpened, .error_number = error_number}, now_);
  }
}

void EpollDriver::handle(const epoll_event& event, TimePoint woken, DriverEvents& events) {
  const auto id = static_cast<ConnectionId>(event.data.u64);
  Slot& slot = slots_[id];
  if (slot.state == State::kClosed || event.data.u64 != key_of(id, slot.generation)) return;
  if (slot.state == State::kConnecting) return finish_connecting(id, woken, events);
  if ((event.events & EPOLLOUT) != 0 && slot.state == State::kSendBlocked) {
    slot.state = State::kOpen;
    send(id, events);
    if (slot.state == State::kOpen) watch(EPOLL_CTL_MOD, id, kInput);
  }
  if ((event.events & (kInput | EPOLLERR | EPOLLHUP)) != 0) {
    receive(id, (event.events & EPOLLRDHUP) != 0 ? Stream::kEnded : Stream::kGoesOn, events);
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
  while (receive_once(id, stream, events)) {
    const Slot& slot = slots_[id];
    const bool same = slot.generation == generation && slot.state != State::kClosed;
    if (!same) return;
  }
  send(id, events);
}

bool EpollDriver::receive_once(ConnectionId id, Stream stream, DriverEvents& events) {
  Slot& slot = slots_[id];
  const Appetite appetite = events.appetite(id);
  const bool discard = slot.discards && appetite.discard >= kWorthDiscarding;
  const std::size_t most =
      discard ? std::min(appetite.discard, kMostDiscarded) : std::min(appetite.read, buffer_.size());
  const ssize_t count =
      ::recv(slot.fd.get(), discard ? nullptr : buffer_.data(), most, discard ? MSG_TRUNC : 0);
  const int error = count < 0 ? errno : slot.send_error;
  if (count < 0 && error == EAGAIN) return false;
  now();
  const Break closed{.kind = Break::Kind::kClosed};
  if (count <= 0) {
    const bool orderly = error == 0 || error == EPIPE;
    break_off(id, orderly ? closed : Break{.kind = Break::Kind::kReset, .error_number = error}, now_, events);
    return false;
  }
  const std::uint32_t generation = slot.generation;
  const auto received = static_cast<std::size_t>(count);
  if (discard) {
    events.on_discarded(id, received, now_);
    if (slot.generation == generation && slot.state != State::kClosed) sleep_through(id, events);
  } else {
    events.on_received(id, std::span(buffer_).first(received), now_);
  }
  if (slot.generation != generation || slot.state == State::kClosed) return false;
  // The end had come before this call, which took all that was there: no need to ask for it.
  if (received < most && stream == Stream::kEnded && slot.discards && slot.send_error == 0) {
    break_off(id, closed, now_, events);
    return false;
  }
  return received == most && most < buffer_.size() && !discard;
}

// Of a long body that nobody looks at, each segment would wake both ends up: the receiver asks to be woken
// less often (SO_RCVLOWAT, socket(7)). An end or a reset wakes it all the same.
void EpollDriver::sleep_through(ConnectionId id, DriverEvents& events) {
  Slot& slot = slots_[id];
  const std::uint64_t left = events.appetite(id).to_reply;
  const int low_water = left >= kWorthSleeping ? static_cast<int>(std::min(left, kLongestSleep)) : 1;
  if (low_water == slot.low_water) return;
  slot.low_water = low_water;
  ::setsockopt(slot.fd.get(), SOL_SOCKET, SO_RCVLOWAT, &low_water, sizeof low_water);  // never fails on TCP
}

void EpollDriver::break_off(ConnectionId id, Break how, TimePoint now, DriverEvents& events) {
  close(id);
  events.on_broken(id, how, now);
}

}  // namespace suite
