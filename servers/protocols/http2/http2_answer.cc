#include "servers/protocols/http2/http2_answer.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "common/http/http_date.h"
#include "common/http2/hpack.h"
#include "servers/protocols/http/status.h"

namespace suite {
namespace {

using http2::append_literal;
using http2::FrameHeader;
using http2::FrameType;
using http2::kFrameHeaderBytes;
using std::chrono::floor;
using std::chrono::seconds;

// RFC 7541 Appendix A: statuses that have an entry of the static table, from index 8 on.
constexpr std::array kIndexedStatuses{200, 204, 206, 304, 400, 404, 500};

void append_status(std::vector<std::byte>& block, int status) {
  const auto* const found = std::ranges::find(kIndexedStatuses, status);
  if (found != kIndexedStatuses.end()) {
    block.push_back(static_cast<std::byte>(0x88 + (found - kIndexedStatuses.begin())));
  } else {
    append_literal(block, ":status", fmt::format_int(status).c_str());
  }
}

std::span<const std::byte> common_at(Http2Worker& worker, const Turn& turn) {
  const auto second = floor<seconds>(turn.wall);
  if (worker.common.empty() || worker.rendered != second) {
    worker.rendered = second;
    worker.common.clear();
    append_literal(worker.common, "server", worker.http->options.server_name);
    append_literal(worker.common, "date", format_http_date(second));
  }
  return worker.common;
}

std::string lower(std::string_view name) {
  std::string text(name);
  std::ranges::transform(text, text.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c; });
  return text;
}

void append_fields_of(std::vector<std::byte>& block, const File& file) {
  append_literal(block, "content-type", file.type);
  append_literal(block, "last-modified", format_http_date(file.modified));
  append_literal(block, "etag", file.entity_tag);
  append_literal(block, "accept-ranges", "bytes");
}

void append_length(std::vector<std::byte>& block, std::uint64_t size) {
  append_literal(block, "content-length", fmt::format_int(size).c_str());
}

void begin_head(Http2Worker& worker, int status, const Turn& turn) {
  worker.block.clear();
  append_status(worker.block, status);
  const auto common = common_at(worker, turn);
  worker.block.insert(worker.block.end(), common.begin(), common.end());
}

void render(Http2Worker& worker, CachedFile& cached, const Turn& turn) {
  const File& file = *cached.file;
  make_head(worker, {.file = cached.file, .size = file.size}, file.size, turn);
  auto& bytes = cached.http2.bytes;
  bytes.assign(kFrameHeaderBytes, '\0');
  const auto add = [&](std::span<const std::byte> more) {
    bytes.append(reinterpret_cast<const char*>(more.data()), more.size());
  };
  const bool empty = file.size == 0;
  const auto head_flags = http2::flag::kEndHeaders | (empty ? http2::flag::kEndStream : 0);
  const FrameHeader head{.length = static_cast<std::uint32_t>(worker.block.size()),
                         .type = FrameType::kHeaders,
                         .flags = static_cast<std::uint8_t>(head_flags)};
  http2::write_frame_header(reinterpret_cast<std::byte*>(bytes.data()), head);
  add(worker.block);
  if (empty) return;
  std::array<std::byte, kFrameHeaderBytes> data{};
  http2::write_frame_header(data.data(), {.length = static_cast<std::uint32_t>(file.size),
                                          .type = FrameType::kData,
                                          .flags = http2::flag::kEndStream});
  add(data);
  add(file.content());
}

}  // namespace

void make_head(Http2Worker& worker, const Answer& answer, std::uint64_t size, const Turn& turn) {
  begin_head(worker, answer.status, turn);
  std::vector<std::byte>& block = worker.block;
  if (answer.file == nullptr) {
    if (!answer.field.empty()) append_literal(block, lower(answer.field), answer.value);
    append_literal(block, "content-type", "text/plain");
    return append_length(block, size);
  }
  if (answer.status == kNotModified) return append_literal(block, "etag", answer.file->entity_tag);
  append_fields_of(block, *answer.file);
  if (answer.status == kPartialContent) {
    append_literal(
        block, "content-range",
        fmt::format("bytes {}-{}/{}", answer.first, answer.first + answer.size - 1, answer.file->size));
  }
  append_length(block, size);
}

std::span<const std::byte> whole_answer(Http2Worker& worker, CachedFile& cached, std::uint32_t id,
                                        const Turn& turn) {
  RenderedAnswer& kept = cached.http2;
  const auto second = floor<seconds>(turn.wall);
  if (kept.bytes.empty() || kept.second != second) {
    render(worker, cached, turn);
    kept.second = second;
  }
  const auto bytes = std::as_writable_bytes(std::span(kept.bytes));
  constexpr std::size_t kStreamAt = 5;  // in a frame's header
  http2::write_u32(bytes.data() + kStreamAt, id);
  const std::uint64_t size = cached.file->size;
  if (size > 0) http2::write_u32(bytes.data() + bytes.size() - size - kFrameHeaderBytes + kStreamAt, id);
  return bytes;
}

std::span<const std::byte> continue_block() {
  static const std::vector<std::byte> block = [] {
    std::vector<std::byte> made;
    append_literal(made, ":status", "100");
    return made;
  }();
  return block;
}

}  // namespace suite
