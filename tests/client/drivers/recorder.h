// What a driver tells, written down; and the bytes it is to send.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "client/drivers/driver.h"

namespace suite::test {

/// One connection's events, or those of several together.
class Recorder final : public DriverEvents {
 public:
  std::string to_send;   // what is still to be sent; never moves after the first connection opened
  std::size_t sent = 0;  // of it
  std::size_t most_at_once = 256 * 1024;
  Appetite wanted;       // of every receive
  std::string received;  // without what was discarded
  std::uint64_t discarded = 0;
  std::vector<std::size_t> pieces;  // of what was received
  int connected = 0;
  std::optional<Break> broken;
  std::function<void(ConnectionId)> then;  // called after each receive

  void on_connected(ConnectionId, TimePoint) override { ++connected; }
  std::span<const std::byte> next_bytes(ConnectionId) override {
    const std::size_t count = std::min(most_at_once, to_send.size() - sent);
    return std::as_bytes(std::span(to_send)).subspan(sent, count);
  }
  bool on_sent(ConnectionId, std::size_t count) override {
    sent += count;
    return sent < to_send.size();
  }
  Appetite appetite(ConnectionId) override { return wanted; }
  void on_received(ConnectionId id, std::span<const std::byte> bytes, TimePoint) override {
    received.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    pieces.push_back(bytes.size());
    if (then) then(id);
  }
  void on_discarded(ConnectionId id, std::uint64_t count, TimePoint) override {
    discarded += count;
    if (then) then(id);
  }
  void on_broken(ConnectionId, Break how, TimePoint) override { broken = how; }
};

}  // namespace suite::test
