// HTTP/2 frames in bytes that come in pieces, however they are cut.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "common/http2/frame.h"

namespace suite {

/// A frame is handed out when it is whole, but for DATA, whose content is handed out as it comes. What lies
/// whole in the bytes given is not copied. One connection, one thread.
class FrameReader {
 public:
  enum class Event : std::uint8_t {
    kNeedMore,  // all bytes are used up
    kFrame,     // a whole frame other than DATA
    kData,      // of DATA: its beginning, its end, or what lies between
    kBroken,    // longer than allowed, or padding longer than what it pads
  };
  struct Piece {
    Event event = Event::kNeedMore;
    http2::FrameHeader header = {};
    std::span<const std::byte> payload = {};  // of DATA its content, without padding. Valid until next()
    bool begins = false, ends = false;        // of DATA: it is the frame's first piece, its last
    http2::ErrorCode error = http2::ErrorCode::kNoError;
  };
  /// Takes what it uses off `rest`.
  Piece next(std::span<const std::byte>& rest);

  /// The connection is new.
  void restart();

 private:
  Piece next_data(std::span<const std::byte>& rest, bool begins);
  Piece begin_data(const http2::FrameHeader& header, std::span<const std::byte>& rest);
  bool keep_up_to(std::size_t size, std::span<const std::byte>& rest);

  std::vector<std::byte> kept_;   // the beginning of a frame that is not whole
  std::vector<std::byte> given_;  // a frame that was handed out
  http2::FrameHeader data_;       // whose payload is coming
  std::size_t content_left_ = 0, padding_left_ = 0;
  bool in_data_ = false;
};

}  // namespace suite
