#include "common/http2/frame.h"

#include <gtest/gtest.h>

#include <vector>

namespace suite::http2 {
namespace {

std::vector<std::byte> frame_bytes(std::initializer_list<int> values) {
  std::vector<std::byte> bytes;
  for (const int value : values) bytes.push_back(static_cast<std::byte>(value));
  return bytes;
}

std::vector<std::byte> setting(SettingId id, std::uint32_t value) {
  std::vector<std::byte> frame;
  append_settings(frame, std::vector<Setting>{{id, value}});
  return {frame.begin() + kFrameHeaderBytes, frame.end()};
}

TEST(Http2Frame, HeadersAreReadAsTheyWereWritten) {
  const FrameHeader header{
      .length = 0x123456, .type = FrameType::kHeaders, .flags = 0x25, .stream = 0x7ffffffe};
  std::vector<std::byte> bytes;
  append_frame_header(bytes, header);
  ASSERT_EQ(bytes.size(), kFrameHeaderBytes);
  const FrameHeader read = read_frame_header(bytes.data());
  EXPECT_EQ(read.length, header.length);
  EXPECT_EQ(read.type, header.type);
  EXPECT_EQ(read.flags, header.flags);
  EXPECT_EQ(read.stream, header.stream);
}

// RFC 9113 4.1: the reserved bit "MUST be ignored when receiving".
TEST(Http2Frame, IgnoresTheReservedBit) {
  const auto bytes = frame_bytes({0, 0, 0, 0, 0, 0x80, 0, 0, 3});
  EXPECT_EQ(read_frame_header(bytes.data()).stream, 3U);
}

// RFC 9113 6.1: padding as long as the payload or longer is an error; 6.2: behind the pad length comes the
// priority.
TEST(Http2Frame, TakesPaddingAndPriorityOff) {
  const auto unpadded_size = [](const FrameHeader& header, std::initializer_list<int> payload) {
    const auto bytes = frame_bytes(payload);
    const auto rest = unpadded(header, bytes);
    return rest ? static_cast<int>(rest->size()) : -1;
  };
  const FrameHeader data{.type = FrameType::kData, .flags = flag::kPadded};
  EXPECT_EQ(unpadded_size(data, {2, 'a', 'b', 'c', 0, 0}), 3);
  EXPECT_EQ(unpadded_size(data, {2, 0, 0}), 0);
  EXPECT_EQ(unpadded_size(data, {3, 0, 0}), -1);
  EXPECT_EQ(unpadded_size(data, {}), -1);
  EXPECT_EQ(unpadded_size({.type = FrameType::kData}, {2, 0}), 2);
  const FrameHeader both{.type = FrameType::kHeaders, .flags = flag::kPadded | flag::kPriority};
  EXPECT_EQ(unpadded_size(both, {1, 0, 0, 0, 0, 16, 'x', 0}), 1);
  EXPECT_EQ(unpadded_size(both, {1, 0, 0, 0, 0, 16}), -1);
  EXPECT_EQ(unpadded_size({.type = FrameType::kHeaders, .flags = flag::kPriority}, {0, 0, 0, 0}), -1);
}

// RFC 9113 6.5.2.
TEST(Http2Settings, TakeKnownValuesAndIgnoreOthers) {
  Settings settings;
  std::vector<std::byte> frame;
  append_settings(frame, std::vector<Setting>{{SettingId::kMaxConcurrentStreams, 100},
                                              {SettingId::kInitialWindowSize, 1},
                                              {SettingId::kMaxFrameSize, kLargestFrameSize},
                                              {SettingId::kEnablePush, 0},
                                              {SettingId::kHeaderTableSize, 0},
                                              {static_cast<SettingId>(0x4a4a), 7},
                                              {SettingId::kInitialWindowSize, 2}});
  EXPECT_EQ(settings.apply(std::span(frame).subspan(kFrameHeaderBytes)), std::nullopt);
  EXPECT_EQ(settings.max_concurrent_streams, 100U);
  EXPECT_EQ(settings.initial_window_size, 2U) << "values are taken in their order (6.5.3)";
  EXPECT_EQ(settings.max_frame_size, kLargestFrameSize);
  EXPECT_FALSE(settings.enable_push);
  EXPECT_EQ(settings.header_table_size, 0U);
}

TEST(Http2Settings, RefuseValuesOutOfRange) {
  Settings settings;
  EXPECT_EQ(settings.apply(setting(SettingId::kEnablePush, 2)), ErrorCode::kProtocolError);
  EXPECT_EQ(settings.apply(setting(SettingId::kInitialWindowSize, kLargestWindow + 1)),
            ErrorCode::kFlowControlError);
  EXPECT_EQ(settings.apply(setting(SettingId::kMaxFrameSize, kLeastFrameSize - 1)),
            ErrorCode::kProtocolError);
  EXPECT_EQ(settings.apply(setting(SettingId::kMaxFrameSize, kLargestFrameSize + 1)),
            ErrorCode::kProtocolError);
  EXPECT_EQ(settings.apply(frame_bytes({0, 1, 0, 0, 0})), ErrorCode::kFrameSizeError);
}

TEST(Http2Errors, HaveTheNamesOfTheStandard) {
  EXPECT_EQ(name_of(ErrorCode::kNoError), "NO_ERROR");
  EXPECT_EQ(name_of(ErrorCode::kEnhanceYourCalm), "ENHANCE_YOUR_CALM");
  EXPECT_EQ(name_of(ErrorCode::kHttp11Required), "HTTP_1_1_REQUIRED");
  EXPECT_EQ(name_of(static_cast<ErrorCode>(31)), "error 0x1f");
}

TEST(Http2Frame, WritesWholeFrames) {
  std::vector<std::byte> out;
  append_window_update(out, 5, 0x01020304);
  EXPECT_EQ(out, frame_bytes({0, 0, 4, 8, 0, 0, 0, 0, 5, 1, 2, 3, 4}));
  out.clear();
  append_rst_stream(out, 7, ErrorCode::kCancel);
  EXPECT_EQ(out, frame_bytes({0, 0, 4, 3, 0, 0, 0, 0, 7, 0, 0, 0, 8}));
  out.clear();
  append_goaway(out, 9, ErrorCode::kEnhanceYourCalm, "ab");
  EXPECT_EQ(out, frame_bytes({0, 0, 10, 7, 0, 0, 0, 0, 0, 0, 0, 0, 9, 0, 0, 0, 11, 'a', 'b'}));
  out.clear();
  append_settings_ack(out);
  EXPECT_EQ(out, frame_bytes({0, 0, 0, 4, 1, 0, 0, 0, 0}));
  const auto opaque = frame_bytes({1, 2, 3, 4, 5, 6, 7, 8});
  out.clear();
  append_ping_ack(out, std::span<const std::byte, 8>(opaque));
  EXPECT_EQ(out, frame_bytes({0, 0, 8, 6, 1, 0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8}));
}

}  // namespace
}  // namespace suite::http2
