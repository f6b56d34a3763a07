// HTTP/2 out of a run's bytes, and libnghttp2 to read it too.
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

/// libnghttp2 at one end of a connection; whoever derives from it makes the session and says what to note.
class Nghttp2End {
 public:
  bool failed = false;  // it refused what it was given, or ended the connection

 protected:
  /// Callbacks that note failures, to add others to. Their `user` is user().
  static nghttp2_session_callbacks* watching_callbacks() {
    nghttp2_session_callbacks* made = nullptr;
    nghttp2_session_callbacks_new(&made);
    nghttp2_session_callbacks_set_on_invalid_frame_recv_callback(made, &on_invalid);
    nghttp2_session_callbacks_set_on_frame_send_callback(made, &on_sent);
    return made;
  }
  void* user() { return this; }
  /// All of it at once, and what there is to answer.
  void take(nghttp2_session& session, std::string_view text) {
    const auto used =
        nghttp2_session_mem_recv(&session, reinterpret_cast<const std::uint8_t*>(text.data()), text.size());
    failed |= used != static_cast<ssize_t>(text.size()) || nghttp2_session_want_read(&session) == 0;
    send_all(session);
  }

 private:
  static int on_sent(nghttp2_session*, const nghttp2_frame* frame, void* user) {
    static_cast<Nghttp2End*>(user)->failed |= frame->hd.type == NGHTTP2_GOAWAY;
    return 0;
  }
  static int on_invalid(nghttp2_session*, const nghttp2_frame*, int, void* user) {
    static_cast<Nghttp2End*>(user)->failed = true;
    return 0;
  }
};

}  // namespace suite::fuzz
