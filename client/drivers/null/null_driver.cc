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
constexpr std::string_view kHeadEnd = "\r\n\r\n";

// A page of 40 bytes. An answer to HEAD is its head alone.
std::string canned_response(bool to_head) {
  std::string response =
      "HTTP/1.1 200 OK\r\nServer: null\r\nContent-Type: text/plain\r\nContent-Length: 40\r\n\r\n";
  if (!to_head) response += "answered in memory: there is no server\r\n";
  return response;
}

std::string repeated(const std::string& text, std::size_t bytes) {
  std::string all;
  while (all.size() + text.size() <= bytes) all += text;
  return all;
}

}  // namespace

// All requests of a plan have the same body: its length says where each of them ends.
NullDriver::NullDriver(std::size_t connections, const std::optional<HttpPlan>& http, const EventFd& interrupt)
    : interrupt_(interrupt), slots_(connections), next_look_(clock_.latest()) {
  if (!http) return;
  const std::string response = canned_response(http->to_head);
  response_bytes_ = response.size();
  responses_ = repeated(response, kMostReceived);
  const std::string& request = http->requests.front();
  body_bytes_ = request.size() - (request.find(kHeadEnd) + kHeadEnd.size());
}

Driver::Opening NullDriver::open(ConnectionId id, const Endpoint&) {
  slots_[id] = {.unanswered = {}, .generation = slots_[id].generation + 1, .open = true};
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
  const auto bytes = std::exchange(slots_[next.id].unanswered, {});
  events.appetite(next.id);  // for its cost: everything is received
  if (!responses_.empty()) {
    answer_http(next, requests_in(bytes), events);
  } else {
    for (std::size_t done = 0; done < bytes.size() && is_open(next); done += kMostReceived) {
      events.on_received(next.id, bytes.subspan(done, std::min(kMostReceived, bytes.size() - done)), now());
    }
  }
  if (is_open(next)) send(next.id, events);
}

// What was sent at once are whole requests: nothing here takes a part of what it is given.
std::uint64_t NullDriver::requests_in(std::span<const std::byte> bytes) const {
  std::string_view rest(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  std::uint64_t requests = 0;
  while (!rest.empty()) {
    const std::size_t end = rest.find(kHeadEnd);
    if (end == std::string_view::npos) break;
    rest.remove_prefix(std::min(end + kHeadEnd.size() + body_bytes_, rest.size()));
    ++requests;
  }
  return requests;
}

void NullDriver::answer_http(Queued next, std::uint64_t requests, DriverEvents& events) {
  const std::uint64_t most = responses_.size() / response_bytes_;
  const auto bytes = std::as_bytes(std::span(responses_));
  while (requests > 0 && is_open(next)) {
    const std::uint64_t count = std::min(requests, most);
    events.on_received(next.id, bytes.first(count * response_bytes_), now());
    requests -= count;
  }
}

}  // namespace suite
