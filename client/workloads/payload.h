// The bytes that echo requests are made of.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "client/load_plan.h"

namespace suite {

/// An endless stream of bytes that repeats after period() of them; request number j is the j-th
/// message_size() bytes of it. Held once, read-only, shared by all threads.
///
/// A pseudo-random stream's period has no divisor in common with the message's size, so that every request
/// differs from its neighbours: replies that are shifted, dropped, doubled or swapped are seen by comparing
/// bytes alone. A text's period is the text.
class Payload {
 public:
  /// The most bytes that at() gives at once: what one send or receive carries.
  static constexpr std::size_t kMaxChunk = 256 * 1024;

  static Payload of(const PayloadPlan& plan, std::uint64_t seed);

  std::size_t message_size() const { return message_size_; }
  std::size_t period() const { return period_; }
  /// `count` bytes of the stream, from `offset` on. offset < period(), count <= kMaxChunk.
  std::span<const std::byte> at(std::size_t offset, std::size_t count) const {
    return {bytes_.data() + offset, count};
  }
  /// A few KiB of whole periods, or one period where that is longer, but no more than kMaxChunk: pieces of
  /// this size are the same bytes again and again.
  std::size_t whole_periods() const { return whole_periods_; }
  /// The offset that is `count` bytes after `offset`.
  std::size_t advance(std::size_t offset, std::size_t count) const {
    offset += count;
    return offset < period_ ? offset : offset % period_;
  }
  /// Where the stream of connection number `connection` begins: somewhere else for each, except in a text,
  /// which is sent as it is.
  std::size_t start_of(std::uint64_t connection) const;

 private:
  Payload(std::size_t message_size, std::vector<std::byte> one_period, bool spread, std::uint64_t seed);

  std::size_t message_size_;
  std::size_t period_;
  std::size_t whole_periods_;
  bool spread_starts_;
  std::uint64_t seed_;
  std::vector<std::byte> bytes_;  // period_ + kMaxChunk of them
};

/// A thread's part of a load whose requests are the messages of a payload.
struct PayloadShare {
  std::size_t connections;
  std::uint64_t first_connection;  // the run-wide number of this thread's connection 0
  Verify verify;
};

/// Where a connection stands in a payload's stream that it sends.
struct PayloadCursor {
  std::size_t at;        // offset of the next byte to send
  std::uint64_t unsent;  // bytes issued and not yet sent

  std::span<const std::byte> next(const Payload& payload) const {
    return payload.at(at, std::min<std::uint64_t>(unsent, Payload::kMaxChunk));
  }
  /// Whether there are more.
  bool sent(const Payload& payload, std::size_t count) {
    at = payload.advance(at, count);
    unsent -= count;
    return unsent > 0;
  }
};

}  // namespace suite
