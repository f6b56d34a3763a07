// A network and a clock of a test's own, of which every instant is known.
#pragma once

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstddef>
#include <deque>
#include <functional>
#include <set>
#include <span>
#include <utility>
#include <vector>

#include "client/drivers/driver.h"

namespace suite::test {

/// Echoes what was sent at an instant when `answered_at` says. Time passes only while the worker waits, and
/// never beyond what it waits for.
class TimedDriver final : public Driver {
 public:
  using Bytes = std::span<const std::byte>;
  using AnsweredAt = std::function<TimePoint(TimePoint sent, Bytes bytes)>;
  enum class Opening { kAtOnce, kAfterAMillisecond, kRefused, kBusy, kNever };

  static constexpr TimePoint kStart{std::chrono::hours(1)};

  explicit TimedDriver(AnsweredAt answered_at, Opening opening = Opening::kAtOnce)
      : answered_at_(std::move(answered_at)), opening_(opening) {}

  std::string_view name() const override { return "timed"; }
  TimePoint now() override { return now_; }
  Driver::Opening open(ConnectionId id, const Endpoint&) override {
    opened_at.push_back(now_);
    if (opening_ == Opening::kBusy) return Driver::Opening::kBusy;
    if (opening_ == Opening::kAtOnce) {
      open_.insert(id);
      return Driver::Opening::kOpen;
    }
    connecting_.insert(id);
    most_connecting = std::max(most_connecting, connecting_.size());
    const bool never = opening_ == Opening::kNever;
    events_.push_back(
        {.id = id, .at = never ? TimePoint::max() : now_ + std::chrono::milliseconds(1), .bytes = {}});
    return Driver::Opening::kStarted;
  }
  void send(ConnectionId id, DriverEvents& events) override {
    for (auto bytes = events.next_bytes(id); !bytes.empty(); bytes = events.next_bytes(id)) {
      sent.push_back({.id = id, .at = now_, .bytes = bytes.size()});
      for (Bytes rest = bytes; !rest.empty();) {
        const Bytes piece = rest.first(std::min(rest.size(), piece_bytes));
        answer(id, answered_at_(now_, piece), piece);
        rest = rest.subspan(piece.size());
      }
      events.on_sent(id, bytes.size());
    }
  }
  void close(ConnectionId id) override {
    open_.erase(id);
    connecting_.erase(id);
    std::erase_if(events_, [id](const Event& event) { return event.id == id; });
  }
  Turn turn(TimePoint until, DriverEvents& events) override {
    TimePoint next = until;
    for (const Event& event : events_) next = std::min(next, event.at);
    now_ = std::max(now_, next);
    const Turn turn{.now = now_, .woken = now_ >= interrupt_at ? Woken::kByInterrupt : Woken::kByEvents};
    const auto is_due = [this](const Event& event) { return event.at <= now_; };
    for (auto due = std::ranges::find_if(events_, is_due); due != events_.end();
         due = std::ranges::find_if(events_, is_due)) {
      const Event event = std::move(*due);
      events_.erase(due);
      happen(event, events);
    }
    return turn;
  }
  /// The server sends something on a connection by itself.
  void answer(ConnectionId id, TimePoint at, Bytes bytes) {
    if (at != TimePoint::max())
      events_.push_back({.id = id, .at = at, .bytes = {bytes.begin(), bytes.end()}});
  }

  struct Sent {
    ConnectionId id;
    TimePoint at;
    std::size_t bytes;
  };
  std::vector<TimePoint> opened_at;
  std::size_t most_connecting = 0;
  std::vector<Sent> sent;
  std::size_t piece_bytes = SIZE_MAX;  // each piece of this size of what is sent has an answer of its own
  TimePoint interrupt_at = TimePoint::max();

 private:
  /// Bytes that arrive, or the end of an attempt to open.
  struct Event {
    ConnectionId id;
    TimePoint at;
    std::vector<std::byte> bytes;
  };
  void happen(const Event& event, DriverEvents& events) {
    if (!connecting_.contains(event.id)) {
      events.on_received(event.id, event.bytes, now_);
      if (open_.contains(event.id)) send(event.id, events);
      return;
    }
    connecting_.erase(event.id);
    if (opening_ == Opening::kRefused) {
      return events.on_broken(event.id, {.kind = Break::Kind::kNotOpened, .error_number = ECONNREFUSED},
                              now_);
    }
    open_.insert(event.id);
    events.on_connected(event.id, now_);
  }

  AnsweredAt answered_at_;
  Opening opening_;
  TimePoint now_ = kStart;
  std::set<ConnectionId> open_, connecting_;
  std::deque<Event> events_;
};

/// A server that takes `delay`.
inline TimedDriver::AnsweredAt after(std::chrono::nanoseconds delay) {
  return [delay](Driver::TimePoint sent, TimedDriver::Bytes) { return sent + delay; };
}
/// One that never answers.
inline TimedDriver::AnsweredAt never() {
  return [](Driver::TimePoint, TimedDriver::Bytes) { return Driver::TimePoint::max(); };
}

}  // namespace suite::test
