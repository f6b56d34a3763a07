// HTTP/2 as a test's client writes and reads it: frames, and field lists as literals.
#pragma once

#include <gtest/gtest.h>

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "common/http2/frame.h"
#include "common/http2/hpack.h"
#include "tests/support/bytes.h"

namespace suite::test {

using http2::ErrorCode;
using http2::FrameHeader;
using http2::FrameType;
namespace flag = http2::flag;

struct Http2Frame {
  FrameHeader header;
  std::string payload;
};

using Http2FieldList = std::vector<std::pair<std::string, std::string>>;

inline std::string text_of(const std::vector<std::byte>& bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

inline std::string frame(FrameType type, std::uint8_t flags, std::uint32_t stream, std::string_view payload) {
  std::array<std::byte, http2::kFrameHeaderBytes> header{};
  http2::write_frame_header(
      header.data(),
      {.length = static_cast<std::uint32_t>(payload.size()), .type = type, .flags = flags, .stream = stream});
  return std::string(reinterpret_cast<const char*>(header.data()), header.size()) + std::string(payload);
}

inline std::string u32(std::uint32_t value) {
  std::array<std::byte, 4> bytes{};
  http2::write_u32(bytes.data(), value);
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

inline std::string settings(const std::vector<http2::Setting>& values) {
  std::vector<std::byte> bytes;
  http2::append_settings(bytes, values);
  return text_of(bytes);
}

inline std::string window_update(std::uint32_t stream, std::uint32_t increment) {
  return frame(FrameType::kWindowUpdate, 0, stream, u32(increment));
}

/// Literals without indexing.
inline std::string block_of(const Http2FieldList& fields) {
  std::vector<std::byte> bytes;
  for (const auto& [name, value] : fields) http2::append_literal(bytes, name, value);
  return text_of(bytes);
}

inline Http2FieldList request_fields(std::string_view path, std::string_view method = "GET") {
  return {{":method", std::string(method)},
          {":scheme", "http"},
          {":path", std::string(path)},
          {":authority", "a"}};
}

inline std::string headers(std::uint32_t stream, const Http2FieldList& fields,
                           std::uint8_t flags = flag::kEndHeaders | flag::kEndStream) {
  return frame(FrameType::kHeaders, flags, stream, block_of(fields));
}

inline std::string get_of(std::uint32_t stream, std::string_view path) {
  return headers(stream, request_fields(path));
}

/// As a client's decoder reads it.
inline Http2FieldList decoded(std::string_view block) {
  http2::HpackDecoder decoder;
  Http2FieldList fields;
  EXPECT_EQ(decoder.decode(bytes_of(block),
                           [&](const http2::FieldView& field) {
                             fields.emplace_back(field.name, field.value);
                             return true;
                           }),
            http2::HpackDecoder::Outcome::kWhole);
  EXPECT_EQ(decoder.generation(), 0U) << "an answer may not touch the client's table";
  return fields;
}

inline std::string field(const Http2FieldList& fields, std::string_view name) {
  for (const auto& [key, value] : fields) {
    if (key == name) return value;
  }
  return "(none)";
}

/// Whole frames, taken off the front of `bytes`.
inline std::vector<Http2Frame> take_frames(std::string_view& bytes) {
  std::vector<Http2Frame> frames;
  while (bytes.size() >= http2::kFrameHeaderBytes) {
    const FrameHeader header = http2::read_frame_header(bytes_of(bytes).data());
    if (bytes.size() - http2::kFrameHeaderBytes < header.length) break;
    frames.push_back({header, std::string(bytes.substr(http2::kFrameHeaderBytes, header.length))});
    bytes.remove_prefix(http2::kFrameHeaderBytes + header.length);
  }
  return frames;
}

}  // namespace suite::test
