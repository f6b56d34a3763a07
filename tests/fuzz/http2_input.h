// HTTP/2 out of a run's bytes.
#pragma once

#include <nghttp2/nghttp2.h>

#include <algorithm>
#include <array>
#include <string>
#include <string_view>

#include "common/http2/frame.h"

namespace suite::fuzz {

/// Whole frames out of five bytes each: type, flags, stream and length (two bytes), then the payload, as much
/// as there is of it. What is random is then mostly what frames say, and not whether they are some.
inline std::string framed(std::string_view text) {
  constexpr std::size_t kHead = 5;
  std::string frames;
  const auto byte = [&](std::size_t at) { return static_cast<unsigned char>(text[at]); };
  while (text.size() >= kHead) {
    const std::size_t asked = byte(3) | static_cast<std::size_t>(byte(4)) << 8;
    const std::size_t size = std::min(asked, text.size() - kHead);
    std::array<std::byte, http2::kFrameHeaderBytes> header{};
    http2::write_frame_header(header.data(), {.length = static_cast<std::uint32_t>(size),
                                              .type = static_cast<http2::FrameType>(byte(0)),
                                              .flags = byte(1),
                                              .stream = byte(2)});
    frames.append(reinterpret_cast<const char*>(header.data()), header.size());
    frames += text.substr(kHead, size);
    text.remove_prefix(kHead + size);
  }
  return frames;
}

struct FrameView {
  http2::FrameHeader header;
  std::string_view payload;
};
/// Takes the frame at the front of `bytes` off; false where it is not whole.
inline bool take_frame(std::string_view& bytes, FrameView& frame) {
  if (bytes.size() < http2::kFrameHeaderBytes) return false;
  frame.header = http2::read_frame_header(reinterpret_cast<const std::byte*>(bytes.data()));
  if (bytes.size() - http2::kFrameHeaderBytes < frame.header.length) return false;
  frame.payload = bytes.substr(http2::kFrameHeaderBytes, frame.header.length);
  bytes.remove_prefix(http2::kFrameHeaderBytes + frame.header.length);
  return true;
}

/// Lets a session of libnghttp2 say what it has to say, to nobody.
inline void send_all(nghttp2_session& session) {
  const std::uint8_t* data = nullptr;
  while (nghttp2_session_mem_send(&session, &data) > 0) {
  }
}

}  // namespace suite::fuzz
