// The connections of one loop: who owns them, whose deadline is next, and which of them linger for a body.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <list>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "common/base/deadline_queue.h"

namespace suite {

/// What a table keeps in each of its connections.
struct TableEntry {
  std::size_t slot = 0;
  std::uint64_t serial = 0;  // never used twice: tells a connection from the one that had its slot before
  std::optional<std::chrono::steady_clock::time_point> queued_deadline;
  std::optional<std::list<std::size_t>::iterator> body_linger;  // its place, while it lingers for a body
};

/// Owns `Connection`s, which have a member `TableEntry entry` and a Conversation `talk`. One thread. With
/// std::shared_ptr as `Pointer` the table owns a share: operations under way may outlive the entry.
template <class Connection, class Pointer = std::unique_ptr<Connection>>
class ConnectionTable {
 public:
  using TimePoint = std::chrono::steady_clock::time_point;

  std::size_t size() const { return size_; }

  Connection& add(Pointer connection) {
    if (free_.empty()) {
      slots_.emplace_back();
      free_.reserve(slots_.capacity());  // take() must not fail
      free_.push_back(slots_.size() - 1);
    }
    connection->entry = {
        .slot = free_.back(), .serial = next_serial_++, .queued_deadline = {}, .body_linger = {}};
    free_.pop_back();
    ++size_;
    auto& slot = slots_[connection->entry.slot];
    slot = std::move(connection);
    return *slot;
  }

  /// Takes a connection out and hands it to the caller.
  Pointer take(Connection& connection) {
    free_.push_back(connection.entry.slot);
    --size_;
    forget_body_linger(connection);
    return std::move(slots_[connection.entry.slot]);
  }

  /// To be called when the conversation's deadline may have moved. Costs nothing when it moved later.
  void note_deadline(Connection& connection) {
    const auto deadline = connection.talk.deadline();
    auto& queued = connection.entry.queued_deadline;
    if (!deadline || (queued && *queued <= *deadline)) return;
    queued = deadline;
    deadlines_.push(*deadline, {connection.entry.slot, connection.entry.serial});
    if (deadlines_.size() > 2 * size_ + kForgottenDeadlines) forget_old_deadlines();
  }

  /// When next_due() may have something; a little early now and then, never late.
  std::optional<TimePoint> next_deadline() const { return deadlines_.next(); }

  /// A connection whose deadline has passed at `now`; nullptr where there is none (any more).
  Connection* next_due(TimePoint now) {
    while (const auto key = deadlines_.pop_due(now)) {
      Connection* const connection = slots_[key->slot].get();
      if (connection == nullptr || connection->entry.serial != key->serial) continue;
      connection->entry.queued_deadline.reset();
      const auto deadline = connection->talk.deadline();
      if (deadline && *deadline <= now) return connection;
      note_deadline(*connection);
    }
    return nullptr;
  }

  /// To be called when a connection begins to linger. Of those that do so for a refused body `most` may: for
  /// one more the one that has for longest is due now.
  void note_linger(Connection& connection, std::size_t most, TimePoint now) {
    if (!connection.talk.lingers_for_body() || connection.entry.body_linger) return;
    body_lingers_.push_back(connection.entry.slot);
    connection.entry.body_linger = std::prev(body_lingers_.end());
    if (body_lingers_.size() <= most) return;
    Connection& oldest = *slots_[body_lingers_.front()];
    forget_body_linger(oldest);
    oldest.talk.stop_lingering(now);
    note_deadline(oldest);
  }

  /// Calls `visit` for each connection; it may take out the one that it is given.
  template <class Visit>
  void for_each(Visit visit) {
    for (std::size_t slot = 0; slot < slots_.size(); ++slot) {
      if (slots_[slot] != nullptr) visit(*slots_[slot]);
    }
  }

 private:
  struct Key {
    std::size_t slot;
    std::uint64_t serial;
  };

  static constexpr std::size_t kForgottenDeadlines = 1024;

  void forget_body_linger(Connection& connection) {
    if (!connection.entry.body_linger) return;
    body_lingers_.erase(*connection.entry.body_linger);
    connection.entry.body_linger.reset();
  }

  // Connections that come and go leave their deadlines behind: tens of thousands a second, for a minute each.
  void forget_old_deadlines() {
    deadlines_.keep_if([this](TimePoint when, const Key& key) {
      const auto& connection = slots_[key.slot];
      return connection != nullptr && connection->entry.serial == key.serial &&
             connection->entry.queued_deadline == when;
    });
  }

  std::vector<Pointer> slots_;
  std::vector<std::size_t> free_;
  std::size_t size_ = 0;
  std::uint64_t next_serial_ = 1;
  DeadlineQueue<Key> deadlines_;
  std::list<std::size_t> body_lingers_;  // slots, the longest first
};

}  // namespace suite
