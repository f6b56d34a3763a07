// Which bytes are the next requests, and how many complete, correct replies are in what arrived?
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace suite {

/// A connection of one worker, from 0.
using ConnectionId = std::uint32_t;

/// What one receive brought.
struct Replies {
  std::uint64_t correct = 0;  // replies completed, all of them right
  bool mismatch = false;      // what follows them is wrong: nothing on this connection can be trusted now
};

/// The conversations of one worker's connections. Called per send and per receive, never per request. Knows
/// no socket and no time. One thread.
class Workload {
 public:
  virtual ~Workload() = default;

  /// The connection is new: nothing was issued on it.
  virtual void restart(ConnectionId id) = 0;
  /// `count` further requests belong to what is to be sent on the connection.
  virtual void issue(ConnectionId id, std::uint64_t count) = 0;
  /// The next bytes to send; empty when all that was issued is sent. Valid, and the same, until sent().
  virtual std::span<const std::byte> unsent(ConnectionId id) const = 0;
  /// The first `count` of them were sent.
  virtual void sent(ConnectionId id, std::size_t count) = 0;
  /// Bytes arrived. Never more replies than requests were issued.
  virtual Replies received(ConnectionId id, std::span<const std::byte> bytes) = 0;
};

}  // namespace suite
