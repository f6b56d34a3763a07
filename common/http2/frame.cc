#include "common/http2/frame.h"

#include <fmt/format.h>

namespace suite::http2 {
namespace {

constexpr std::size_t kSettingBytes = 6;
constexpr std::size_t kPriorityBytes = 5;

constexpr std::array<std::string_view, 14> kErrorNames = {"NO_ERROR",
                                                          "PROTOCOL_ERROR",
                                                          "INTERNAL_ERROR",
                                                          "FLOW_CONTROL_ERROR",
                                                          "SETTINGS_TIMEOUT",
                                                          "STREAM_CLOSED",
                                                          "FRAME_SIZE_ERROR",
                                                          "REFUSED_STREAM",
                                                          "CANCEL",
                                                          "COMPRESSION_ERROR",
                                                          "CONNECT_ERROR",
                                                          "ENHANCE_YOUR_CALM",
                                                          "INADEQUATE_SECURITY",
                                                          "HTTP_1_1_REQUIRED"};

std::byte* grow(std::vector<std::byte>& out, std::size_t bytes) {
  out.resize(out.size() + bytes);
  return out.data() + out.size() - bytes;
}

/// A frame whose payload is one number.
void append_number(std::vector<std::byte>& out, FrameType type, std::uint32_t stream, std::uint32_t value) {
  append_frame_header(out, {.length = 4, .type = type, .stream = stream});
  write_u32(grow(out, 4), value);
}

}  // namespace

std::string name_of(ErrorCode code) {
  const auto number = static_cast<std::uint32_t>(code);
  if (number < kErrorNames.size()) return std::string(kErrorNames[number]);
  return fmt::format("error {:#x}", number);
}

std::optional<std::span<const std::byte>> unpadded(const FrameHeader& header,
                                                   std::span<const std::byte> payload) {
  std::size_t padding = 0;
  if (header.has(flag::kPadded)) {
    if (payload.empty()) return std::nullopt;
    padding = std::to_integer<std::size_t>(payload[0]);
    payload = payload.subspan(1);
  }
  if (header.type == FrameType::kHeaders && header.has(flag::kPriority)) {
    if (payload.size() < kPriorityBytes) return std::nullopt;
    payload = payload.subspan(kPriorityBytes);
  }
  if (padding > payload.size()) return std::nullopt;
  return payload.first(payload.size() - padding);
}

std::optional<ErrorCode> Settings::apply(std::span<const std::byte> payload) {
  if (payload.size() % kSettingBytes != 0) return ErrorCode::kFrameSizeError;
  for (; !payload.empty(); payload = payload.subspan(kSettingBytes)) {
    const auto id = static_cast<SettingId>(std::to_integer<unsigned>(payload[0]) << 8 |
                                           std::to_integer<unsigned>(payload[1]));
    const std::uint32_t value = read_u32(payload.data() + 2);
    switch (id) {
      case SettingId::kHeaderTableSize:
        header_table_size = value;
        break;
      case SettingId::kEnablePush:
        if (value > 1) return ErrorCode::kProtocolError;
        enable_push = value == 1;
        break;
      case SettingId::kMaxConcurrentStreams:
        max_concurrent_streams = value;
        break;
      case SettingId::kInitialWindowSize:
        if (value > kLargestWindow) return ErrorCode::kFlowControlError;
        initial_window_size = value;
        break;
      case SettingId::kMaxFrameSize:
        if (value < kLeastFrameSize || value > kLargestFrameSize) return ErrorCode::kProtocolError;
        max_frame_size = value;
        break;
      case SettingId::kMaxHeaderListSize:
        max_header_list_size = value;
        break;
    }
  }
  return std::nullopt;
}

void append_frame_header(std::vector<std::byte>& out, const FrameHeader& header) {
  write_frame_header(grow(out, kFrameHeaderBytes), header);
}

void append_settings(std::vector<std::byte>& out, std::span<const Setting> settings) {
  append_frame_header(out, {.length = static_cast<std::uint32_t>(settings.size() * kSettingBytes),
                            .type = FrameType::kSettings});
  for (const Setting& setting : settings) {
    std::byte* const at = grow(out, kSettingBytes);
    at[0] = static_cast<std::byte>(static_cast<std::uint16_t>(setting.id) >> 8);
    at[1] = static_cast<std::byte>(static_cast<std::uint16_t>(setting.id));
    write_u32(at + 2, setting.value);
  }
}

void append_settings_ack(std::vector<std::byte>& out) {
  append_frame_header(out, {.type = FrameType::kSettings, .flags = flag::kAck});
}

void append_ping_ack(std::vector<std::byte>& out, std::span<const std::byte, 8> opaque) {
  append_frame_header(out, {.length = 8, .type = FrameType::kPing, .flags = flag::kAck});
  out.insert(out.end(), opaque.begin(), opaque.end());
}

void append_window_update(std::vector<std::byte>& out, std::uint32_t stream, std::uint32_t increment) {
  append_number(out, FrameType::kWindowUpdate, stream, increment);
}

void append_rst_stream(std::vector<std::byte>& out, std::uint32_t stream, ErrorCode code) {
  append_number(out, FrameType::kRstStream, stream, static_cast<std::uint32_t>(code));
}

void append_goaway(std::vector<std::byte>& out, std::uint32_t last_stream, ErrorCode code,
                   std::string_view why) {
  append_frame_header(out,
                      {.length = static_cast<std::uint32_t>(8 + why.size()), .type = FrameType::kGoAway});
  write_u32(grow(out, 4), last_stream);
  write_u32(grow(out, 4), static_cast<std::uint32_t>(code));
  const auto words = std::as_bytes(std::span(why));
  out.insert(out.end(), words.begin(), words.end());
}

}  // namespace suite::http2
