// What the header blocks of HTTP/2 responses say.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "common/http2/hpack.h"

namespace suite {

/// What matters of a block of field lines: a response's head, an interim one, or trailers.
struct StreamHead {
  std::uint16_t status = 0;  // 0: it has none, as trailers have none
  bool well_formed = true;   // RFC 9113 8.1.1: otherwise it is its stream's error
  std::optional<std::uint64_t> content_length;

  bool is_interim() const { return status >= 100 && status < 200; }
};

/// One connection's blocks, in the order in which they arrive. A block that comes byte for byte as an earlier
/// one is not decoded again, where that changed nothing in the dynamic table and the table is what it was: to
/// skip it leaves the decoder as decoding it would. One thread.
class HeadReader {
 public:
  /// What a whole block says; nullptr where it cannot be decoded (COMPRESSION_ERROR). Valid until the next
  /// call. The first Server field is put into `server` where that is empty.
  const StreamHead* read(std::span<const std::byte> block, std::string& server);

  /// How many blocks were decoded.
  std::uint64_t decoded() const { return decoded_; }

 private:
  static constexpr std::size_t kLongestKept = 512;
  struct Kept {
    std::uint64_t generation = 0;  // of the table for which it holds
    std::size_t size = 0;          // 0: nothing is kept
    StreamHead head;
    std::array<std::byte, kLongestKept> block;
  };
  bool decode(std::span<const std::byte> block, std::string& server, StreamHead& head);

  http2::HpackDecoder decoder_;
  std::array<Kept, 2>
      kept_;  // by the parity of their sizes: a server's answers are mostly of one kind or two
  StreamHead head_;
  std::uint64_t decoded_ = 0;
};

}  // namespace suite
