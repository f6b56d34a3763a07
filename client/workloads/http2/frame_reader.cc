#include "client/workloads/http2/frame_reader.h"

#include <algorithm>

namespace suite {

using namespace http2;

void FrameReader::restart() {
  kept_.clear();
  in_data_ = false;
}

// Whether `kept_` has so many bytes now.
bool FrameReader::keep_up_to(std::size_t size, std::span<const std::byte>& rest) {
  const auto missing = rest.first(std::min(size - std::min(size, kept_.size()), rest.size()));
  kept_.insert(kept_.end(), missing.begin(), missing.end());
  rest = rest.subspan(missing.size());
  return kept_.size() >= size;
}

FrameReader::Piece FrameReader::next(std::span<const std::byte>& rest) {
  if (in_data_) return next_data(rest, false);
  const bool in_place = kept_.empty() && rest.size() >= kFrameHeaderBytes;
  if (!in_place && !keep_up_to(kFrameHeaderBytes, rest)) return {};
  const FrameHeader header = read_frame_header(in_place ? rest.data() : kept_.data());
  if (header.length > kLeastFrameSize) {  // no more was allowed
    return {.event = Event::kBroken, .header = header, .error = ErrorCode::kFrameSizeError};
  }
  if (header.type == FrameType::kData) return begin_data(header, rest);
  const std::size_t size = kFrameHeaderBytes + header.length;
  if (in_place && rest.size() >= size) {
    const auto payload = rest.subspan(kFrameHeaderBytes, header.length);
    rest = rest.subspan(size);
    return {.event = Event::kFrame, .header = header, .payload = payload};
  }
  if (!keep_up_to(size, rest)) return {};
  given_.swap(kept_);
  kept_.clear();
  return {.event = Event::kFrame, .header = header, .payload = std::span(given_).subspan(kFrameHeaderBytes)};
}

// With the length of its padding, where it has any (RFC 9113 6.1).
FrameReader::Piece FrameReader::begin_data(const FrameHeader& header, std::span<const std::byte>& rest) {
  const std::size_t pad_field = header.has(flag::kPadded) ? 1 : 0;
  if (header.length < pad_field) {
    return {.event = Event::kBroken, .header = header, .error = ErrorCode::kFrameSizeError};
  }
  const std::size_t head = kFrameHeaderBytes + pad_field;
  std::size_t padding = 0;
  if (kept_.empty() && rest.size() >= head) {
    if (pad_field > 0) padding = std::to_integer<std::size_t>(rest[kFrameHeaderBytes]);
    rest = rest.subspan(head);
  } else if (keep_up_to(head, rest)) {
    if (pad_field > 0) padding = std::to_integer<std::size_t>(kept_[kFrameHeaderBytes]);
    kept_.clear();
  } else {
    return {};
  }
  if (padding + pad_field > header.length) {
    return {.event = Event::kBroken, .header = header, .error = ErrorCode::kProtocolError};
  }
  data_ = header;
  content_left_ = header.length - pad_field - padding;
  padding_left_ = padding;
  in_data_ = true;
  return next_data(rest, true);
}

FrameReader::Piece FrameReader::next_data(std::span<const std::byte>& rest, bool begins) {
  if (rest.empty() && !begins) return {};
  const auto content = rest.first(std::min(content_left_, rest.size()));
  content_left_ -= content.size();
  rest = rest.subspan(content.size());
  const std::size_t padding = content_left_ > 0 ? 0 : std::min(padding_left_, rest.size());
  padding_left_ -= padding;
  rest = rest.subspan(padding);
  in_data_ = content_left_ + padding_left_ > 0;
  return {.event = Event::kData, .header = data_, .payload = content, .begins = begins, .ends = !in_data_};
}

}  // namespace suite
