// Both sides of a conversation in HTTP/2, for tests: frames as they are made and as they are read.
#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "common/http2/frame.h"
#include "tests/support/http2_frames.h"

namespace suite::test {

using Http2Bytes = std::vector<std::byte>;
using Http2Fields = Http2FieldList;

inline std::span<const std::byte> bytes_in(std::string_view text) { return std::as_bytes(std::span(text)); }
inline std::string text_in(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}
/// Frames behind each other; `text` is whole.
inline std::vector<Http2Frame> frames_in(std::string_view text) { return take_frames(text); }

/// What a server says, one frame behind the other.
class Http2Script {
 public:
  Http2Script& frame(http2::FrameType type, std::uint8_t flags, std::uint32_t stream,
                     std::string_view payload = {}) {
    http2::append_frame_header(bytes_, {.length = static_cast<std::uint32_t>(payload.size()),
                                        .type = type,
                                        .flags = flags,
                                        .stream = stream});
    const auto added = bytes_in(payload);
    bytes_.insert(bytes_.end(), added.begin(), added.end());
    return *this;
  }
  Http2Script& settings(std::initializer_list<http2::Setting> values = {}) {
    http2::append_settings(bytes_, std::vector(values));
    return *this;
  }
  Http2Script& goaway(std::uint32_t last, http2::ErrorCode code = http2::ErrorCode::kNoError) {
    http2::append_goaway(bytes_, last, code);
    return *this;
  }
  Http2Script& reset(std::uint32_t stream, http2::ErrorCode code) {
    http2::append_rst_stream(bytes_, stream, code);
    return *this;
  }
  Http2Script& widen(std::uint32_t stream, std::uint32_t by) {
    http2::append_window_update(bytes_, stream, by);
    return *this;
  }
  Http2Script& head(std::uint32_t stream, const Http2Fields& fields, bool last = false) {
    return frame(http2::FrameType::kHeaders,
                 static_cast<std::uint8_t>(http2::flag::kEndHeaders | (last ? http2::flag::kEndStream : 0)),
                 stream, block(fields));
  }
  Http2Script& data(std::uint32_t stream, std::string_view body, bool last = true) {
    return frame(http2::FrameType::kData, last ? http2::flag::kEndStream : std::uint8_t{0}, stream, body);
  }
  /// A whole response with this body.
  Http2Script& reply(std::uint32_t stream, std::string_view body = "hello", int status = 200) {
    head(stream, {{":status", std::to_string(status)}, {"content-length", std::to_string(body.size())}});
    return data(stream, body);
  }
  std::string text() const { return text_in(bytes_); }

  /// Literals, which leave the dynamic table as it is.
  static std::string block(const Http2Fields& fields) { return block_of(fields); }

 private:
  Http2Bytes bytes_;
};

}  // namespace suite::test
