// HTTP/2 on the wire: frame headers, settings and error codes (RFC 9113). Values only: no connection, no
// stream.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace suite::http2 {

/// What a client sends first (RFC 9113 3.4).
inline constexpr std::string_view kPreface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

inline constexpr std::size_t kFrameHeaderBytes = 9;

/// RFC 9113 6. Frames of other types are ignored (4.1), but for their place in a header block.
enum class FrameType : std::uint8_t {
  kData = 0,
  kHeaders = 1,
  kPriority = 2,
  kRstStream = 3,
  kSettings = 4,
  kPushPromise = 5,
  kPing = 6,
  kGoAway = 7,
  kWindowUpdate = 8,
  kContinuation = 9,
};

/// The same bits mean different things in frames of different types.
namespace flag {
inline constexpr std::uint8_t kAck = 0x1;        // SETTINGS, PING
inline constexpr std::uint8_t kEndStream = 0x1;  // DATA, HEADERS
inline constexpr std::uint8_t kEndHeaders = 0x4;
inline constexpr std::uint8_t kPadded = 0x8;
inline constexpr std::uint8_t kPriority = 0x20;
}  // namespace flag

/// RFC 9113 7.
enum class ErrorCode : std::uint32_t {
  kNoError = 0,
  kProtocolError = 1,
  kInternalError = 2,
  kFlowControlError = 3,
  kSettingsTimeout = 4,
  kStreamClosed = 5,
  kFrameSizeError = 6,
  kRefusedStream = 7,
  kCancel = 8,
  kCompressionError = 9,
  kConnectError = 10,
  kEnhanceYourCalm = 11,
  kInadequateSecurity = 12,
  kHttp11Required = 13,
};

/// "PROTOCOL_ERROR"; for codes without a name "error 0x1f".
std::string name_of(ErrorCode code);

struct FrameHeader {
  std::uint32_t length = 0;  // of the payload, below 2^24
  FrameType type = FrameType::kData;
  std::uint8_t flags = 0;
  std::uint32_t stream = 0;  // without the reserved bit

  bool has(std::uint8_t bit) const { return (flags & bit) != 0; }
};

inline std::uint32_t read_u32(const std::byte* at) {
  return std::to_integer<std::uint32_t>(at[0]) << 24 | std::to_integer<std::uint32_t>(at[1]) << 16 |
         std::to_integer<std::uint32_t>(at[2]) << 8 | std::to_integer<std::uint32_t>(at[3]);
}

inline void write_u32(std::byte* at, std::uint32_t value) {
  for (int i = 0; i < 4; ++i) at[i] = static_cast<std::byte>(value >> (24 - 8 * i));
}

/// `at` points to kFrameHeaderBytes.
inline FrameHeader read_frame_header(const std::byte* at) {
  return {.length = read_u32(at) >> 8,
          .type = static_cast<FrameType>(at[3]),
          .flags = std::to_integer<std::uint8_t>(at[4]),
          .stream = read_u32(at + 5) & 0x7fffffff};
}

inline void write_frame_header(std::byte* at, const FrameHeader& header) {
  write_u32(at, header.length << 8 | static_cast<std::uint32_t>(header.type));
  at[4] = static_cast<std::byte>(header.flags);
  write_u32(at + 5, header.stream);
}

/// What of a DATA or HEADERS payload is neither padding nor priority; nothing where the padding is longer
/// than what it pads (RFC 9113 6.1, 6.2), or the payload too short for its fields.
std::optional<std::span<const std::byte>> unpadded(const FrameHeader& header,
                                                   std::span<const std::byte> payload);

inline constexpr std::uint32_t kLargestWindow = 0x7fffffff;
inline constexpr std::uint32_t kUsualWindow = 65'535;
inline constexpr std::uint32_t kLeastFrameSize = 16'384;
inline constexpr std::uint32_t kLargestFrameSize = 16'777'215;

/// One end's settings, at first with the values that hold before a SETTINGS frame has come (RFC 9113 6.5.2).
struct Settings {
  std::uint32_t header_table_size = 4096;
  bool enable_push = true;
  std::uint32_t max_concurrent_streams = UINT32_MAX;
  std::uint32_t initial_window_size = kUsualWindow;
  std::uint32_t max_frame_size = kLeastFrameSize;
  std::uint32_t max_header_list_size = UINT32_MAX;

  /// Takes the values of a SETTINGS frame, in their order. What is wrong with one of them, or nothing;
  /// unknown ones are ignored. The payload is whole.
  std::optional<ErrorCode> apply(std::span<const std::byte> payload);
};

/// The identifiers of settings.
enum class SettingId : std::uint16_t {
  kHeaderTableSize = 1,
  kEnablePush = 2,
  kMaxConcurrentStreams = 3,
  kInitialWindowSize = 4,
  kMaxFrameSize = 5,
  kMaxHeaderListSize = 6,
};

struct Setting {
  SettingId id;
  std::uint32_t value;
};

// Whole frames, appended to `out`.
void append_frame_header(std::vector<std::byte>& out, const FrameHeader& header);
void append_settings(std::vector<std::byte>& out, std::span<const Setting> settings);
void append_settings_ack(std::vector<std::byte>& out);
void append_ping_ack(std::vector<std::byte>& out, std::span<const std::byte, 8> opaque);
void append_window_update(std::vector<std::byte>& out, std::uint32_t stream, std::uint32_t increment);
void append_rst_stream(std::vector<std::byte>& out, std::uint32_t stream, ErrorCode code);
void append_goaway(std::vector<std::byte>& out, std::uint32_t last_stream, ErrorCode code,
                   std::string_view why = {});

}  // namespace suite::http2
