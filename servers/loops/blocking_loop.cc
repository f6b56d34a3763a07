#include "servers/loops/blocking_loop.h"

#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <mutex>

#include "common/base/deadline_queue.h"
#include "common/io/flush.h"
#include "common/process/cpu_usage.h"

namespace suite {
namespace {

// A fast reader of a large file must not keep a thread that others need.
constexpr std::size_t kMostPerSend = 4 * 1024 * 1024;

}  // namespace

std::expected<void, Error> BlockingLoop::run() {
  const std::lock_guard held(lock_);
  auto outcome = StraightLoop::run();
  end_threads();
  return outcome;
}

int BlockingLoop::wait(std::span<epoll_event> into, int milliseconds) {
  return lock_.released([&] { return StraightLoop::wait(into, milliseconds); });
}

void BlockingLoop::count_cpu_time() { context().worker.totals.cpu += thread_cpu_time(); }

void BlockingLoop::Io::end_sending() const {
  ::shutdown(connection_.fd.get(), SHUT_WR);
  loop_.note_linger(connection_);
}

std::optional<IoReceived> BlockingLoop::Io::receive_once(int flags) {
  const int fd = connection_.fd.get();
  const ssize_t count =
      loop_.lock_.released([&] { return ::recv(fd, buffer_.data(), buffer_.size(), flags); });
  const int why = errno;
  loop_.read_clock();
  turn_ = loop_.turn();
  if (count > 0)
    return IoReceived{.event = IoEvent::kDone, .bytes = buffer_.first(static_cast<std::size_t>(count))};
  if (count == 0) return IoReceived{.event = IoEvent::kEnd, .bytes = {}};
  if (why == EAGAIN || why == EINTR) return std::nullopt;
  return IoReceived{.event = IoEvent::kBroken, .bytes = {}};
}

IoReceived BlockingLoop::Io::receive_now() {
  if (const auto event = due()) return {.event = *event, .bytes = {}};
  return receive_once(MSG_DONTWAIT).value_or(IoReceived{.event = IoEvent::kLater, .bytes = {}});
}

IoSent BlockingLoop::Io::send_some() {
  const bool draining = loop_.turn().draining;
  const IoSent sent = send_pieces();
  turn_ = loop_.turn();
  turn_.draining = draining;
  return sent;
}

IoSent BlockingLoop::Io::send_pieces() {
  Conversation& talk = connection_.talk;
  talk.on_sending(0, loop_.turn());
  for (std::size_t total = 0; total < kMostPerSend;) {
    const OutFront front(talk.out(), OutBuffer::Reach::kAll,
                         talk.ends_after_sending() ? Then::kEnds : Then::kStaysOpen);
    if (front.empty()) return {.event = IoEvent::kLost, .bytes = 0};
    const ssize_t count =
        loop_.lock_.released([&] { return front.send(connection_.fd.get(), MSG_DONTWAIT); });
    const int why = errno;
    loop_.read_clock();
    if (count >= 0) {
      const auto sent = static_cast<std::size_t>(count);
      talk.out().advance(sent);
      if (talk.out().empty()) return {.event = IoEvent::kDone, .bytes = sent};
      talk.on_sending(sent, loop_.turn());
      total += sent;
    } else if (why == EAGAIN) {
      break;
    } else if (why != EINTR) {
      return {.event = IoEvent::kBroken, .bytes = 0};
    }
  }
  talk.out().release_window();
  return {.event = IoEvent::kLater, .bytes = 0};
}

// Nobody needs to wake a thread from here: all that may become due while it waits has an instant that is
// known, or makes a descriptor readable.
void BlockingLoop::Io::wait_until_writable() {
  std::array<pollfd, 2> wait{pollfd{.fd = connection_.fd.get(), .events = POLLOUT, .revents = 0},
                             pollfd{.fd = loop_.drain_began_fd(), .events = POLLIN, .revents = 0}};
  const ::nfds_t count = loop_.turn().draining ? 1 : 2;
  int milliseconds = -1;
  if (const auto until = earliest({connection_.talk.deadline(), loop_.drain_until()})) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(*until - loop_.turn().now);
    milliseconds = static_cast<int>(std::clamp<std::int64_t>(left.count(), 0, 60'000));
  }
  loop_.lock_.released([&] { return ::poll(wait.data(), count, milliseconds); });
  loop_.read_clock();
}

std::optional<IoEvent> BlockingLoop::Io::due() {
  turn_ = loop_.turn();
  return loop_.due(connection_);
}

}  // namespace suite
