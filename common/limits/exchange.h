// What the raw loops exchange, and one end of a connection between them.
#pragma once

#include <sys/socket.h>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

namespace suite::limits {

/// All requests are the same, and so are all responses: the loops count bytes and look at none, which is the
/// least that anybody can do. An echo is a response as long as its request: it costs the kernel the same
/// whether it is sent from where it was received or from elsewhere.
struct Exchange {
  std::string request, response;
  std::uint64_t depth = 1;      // requests in flight per connection
  bool new_connection = false;  // for each request; the server closes first
};

/// As many messages as can be owed at a time, one behind the other: what is owed is their last bytes.
std::string batch_of(const std::string& message, std::uint64_t depth);

/// One end of a connection, of either side. The descriptor is owned by the loop that has it.
struct RawEnd {
  int fd = -1;
  std::size_t partial = 0;  // bytes of a message that has not arrived whole
  std::size_t unsent = 0;   // bytes owed to the other end

  /// Messages of `size` bytes that are whole, now that `bytes` more have arrived.
  std::size_t messages(std::size_t bytes, std::size_t size) {
    partial += bytes;
    const std::size_t whole = partial / size;
    partial %= size;
    return whole;
  }

  enum class Sent : std::uint8_t { kAll, kBlocked, kBroken };
  /// Sends what is owed from the end of `batch`. kBroken: errno says why.
  Sent send_owed(const std::string& batch);
};

/// Receives up to `room.size()` bytes, without waiting. What a message of `size` bytes lacks is discarded in
/// the kernel instead, as `suite load` does, where `size` is above kDiscarded. As recv(2) returns.
inline constexpr std::size_t kDiscarded = 64 * 1024;
ssize_t receive(const RawEnd& end, std::span<char> room, std::size_t size);

}  // namespace suite::limits
