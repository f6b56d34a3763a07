#include "client/drivers/null/null_driver.h"

#include <poll.h>
#include <time.h>

#include <algorithm>
#include <cstring>
#include <utility>

namespace suite {
namespace {

constexpr std::size_t kMostReceived = 256 * 1024;  // at once, as the other drivers' buffers hold
constexpr std::chrono::milliseconds kLookInterval{1};
constexpr std::chrono::seconds kLongestWait{60};

// As often as it fits, but at least once.
std::string repeated(const std::string& text, std::size_t bytes) {
  std::string all = text;
  while (!text.empty() && all.size() + text.size() <= bytes) all += text;
  return all;
}

}  // namespace

NullDriver::NullDriver(std::size_t connections, const CannedReplies& canned, const EventFd& interrupt)
    : interrupt_(interrupt),
      slots_(connections),
      replies_(repeated(canned.reply, kMostReceived)),
      reply_bytes_(canned.reply.size()),
      requests_in_(canned.requests_in),
      answer_(canned.answer),
      next_look_(clock_.latest()) {}

Driver::Opening NullDriver::open(ConnectionId id, const Endpoint&) {
  slots_[id] = {.unanswered = {}, .part = 0, .generation = slots_[id].generation + 1, .open = true};
  return Opening::kOpen;
}

void NullDriver::close(ConnectionId id) { slots_[id].open = false; }

// What was sent before has to be answered first, as a server with little memory would do it.
void NullDriver::send(ConnectionId id, DriverEvents& events) {
  Slot& slot = slots_[id];
  if (!slot.open || !slot.unanswered.empty()) return;
  const auto bytes = events.next_bytes(id);
  if (bytes.empty()) return;
  slot.unanswered = bytes;
  waiting_.push_back({.id = id, .generation = slot.generation});
  events.on_sent(id, bytes.size());
}

Driver::Turn NullDriver::turn(TimePoint until, DriverEvents& events) {
  const bool interrupted = wait(until);
  const Turn turn{.now = clock_.read(), .woken = interrupted ? Woken::kByInterrupt : Woken::kByEvents};
  answering_.swap(waiting_);
  for (const Queued next : answering_) answer(next, events);
  answering_.clear();
  return turn;
}

// Until something is to be answered, which it is at once, or `until`; true: interrupted. A look at the
// interrupt is a system call: one in a millisecond.
bool NullDriver::wait(TimePoint until) {
  std::chrono::nanoseconds left{};
  if (waiting_.empty()) {
    left = std::clamp<std::chrono::nanoseconds>(clock_.left(until), left, kLongestWait);
  } else if (clock_.latest() < next_look_) {
    return false;
  }
  next_look_ = clock_.latest() + kLookInterval;
  pollfd waiting{.fd = interrupt_.fd(), .events = POLLIN, .revents = 0};
  const auto seconds = std::chrono::floor<std::chrono::seconds>(left);
  const timespec timeout{.tv_sec = seconds.count(), .tv_nsec = (left - seconds).count()};
  return ::ppoll(&waiting, 1, &timeout, nullptr) > 0;
}

bool NullDriver::is_open(Queued next) const {
  const Slot& slot = slots_[next.id];
  return slot.open && slot.generation == next.generation;
}

void NullDriver::answer(Queued next, DriverEvents& events) {
  if (!is_open(next)) return;
  const auto bytes = slots_[next.id].unanswered;  // nothing more is asked for before all of it is answered
  events.appetite(next.id);                       // for its cost: everything is received
  const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  if (answer_) {
    answers_.clear();
    answer_(text, answers_);
    if (!answers_.empty()) events.on_received(next.id, answers_, now());
  } else if (!replies_.empty()) {
    answer_canned(next, requests_in_(text, slots_[next.id].part), events);
  } else {
    for (std::size_t done = 0; done < bytes.size() && is_open(next); done += kMostReceived) {
      events.on_received(next.id, bytes.subspan(done, std::min(kMostReceived, bytes.size() - done)), now());
    }
  }
  if (!is_open(next)) return;
  slots_[next.id].unanswered = {};
  send(next.id, events);
}

void NullDriver::answer_canned(Queued next, std::uint64_t requests, DriverEvents& events) {
  const std::uint64_t most = replies_.size() / reply_bytes_;
  const auto bytes = std::as_bytes(std::span(replies_));
  while (requests > 0 && is_open(next)) {
    const std::uint64_t count = std::min(requests, most);
    events.on_received(next.id, bytes.first(count * reply_bytes_), now());
    requests -= count;
  }
}

}  // namespace suite
