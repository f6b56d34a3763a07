// What the client is told: frames, and the replies in them.
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "client/workloads/http2/conversation.h"
#include "client/workloads/reply_excerpt.h"

namespace suite {

using namespace http2;

namespace {

constexpr std::uint64_t kWidenAfter = 1U << 29;    // bytes received, half of what we allow
constexpr std::size_t kLongestBlock = 256 * 1024;  // of field lines, as they are sent
constexpr std::size_t kMostQueued = 1024 * 1024;   // of answers to a server that does not read them
constexpr std::string_view kNotAskedFor = "bytes that nobody asked for";

bool is_idle(std::uint32_t id, const StreamTable& streams) { return id % 2 == 0 || id >= streams.next_id(); }

}  // namespace

Replies Http2Conversation::received(std::span<const std::byte> bytes, std::uint64_t most) {
  common_.answered.clear();
  begun_ids_.clear();
  wrong_.reset();
  if (held_back_) {
    wrong_ = held_back_->outcome;
    common_.answered.push_back(held_back_->ticket);
    held_back_.reset();
  }
  auto rest = bytes;
  while (common_.answered.size() < most) {
    const FrameReader::Piece piece = reader_.next(rest);
    if (piece.event == FrameReader::Event::kNeedMore) break;
    const bool is_settings = piece.event == FrameReader::Event::kFrame &&
                             piece.header.type == FrameType::kSettings && !piece.header.has(flag::kAck);
    if (!settled_ && !is_settings) {  // RFC 9113 3.4
      note_no_http2(bytes);
      broken_ = true;
      break;
    }
    if (!take(piece)) break;
  }
  if (!waiting_.empty()) open_waiting();
  return told(bytes.size() - rest.size());
}

// Of a connection that the server has announced to end: what it has not answered by then is lost.
Replies Http2Conversation::ended() {
  common_.answered.clear();
  begun_ids_.clear();
  if (!going_) return {};
  for (Stream& stream : streams_.slots()) {
    if (stream.id == 0) continue;
    common_.answered.push_back(stream.ticket);
    streams_.close(stream);
  }
  wrong_ = ErrorKind::kClosedEarly;
  return told(0);
}

Replies Http2Conversation::told(std::size_t consumed) {
  common_.begun.clear();
  for (const std::uint32_t id : begun_ids_) {
    Stream* const stream = streams_.find(id);
    if (stream == nullptr || stream->begun) continue;
    stream->begun = true;
    common_.begun.push_back(stream->ticket);
  }
  common_.overtaking = {.answered = common_.answered, .begun = common_.begun};
  Replies replies{.consumed = consumed,
                  .answered = common_.answered.size(),
                  .wrong = wrong_,
                  .begun = !common_.begun.empty(),
                  .more = held_back_.has_value(),
                  .overtaking = &common_.overtaking};
  if (broken_) {
    replies.fate = Fate::kBroken;
    replies.broken_by = ErrorKind::kMalformed;
    replies.farewell = has_farewell_;
  } else if (going_ && streams_.open_count() == 0 && !held_back_) {
    replies.fate = Fate::kOver;
  }
  return replies;
}

void Http2Conversation::note(std::string remark) {
  if (common_.remark.empty()) common_.remark = std::move(remark);
}

bool Http2Conversation::broken(ErrorCode code, std::string_view what) {
  note(fmt::format("the server breaks the rules of HTTP/2: {} ({})", name_of(code), what));
  broken_ = has_farewell_ = true;
  uploading_.clear();
  append_goaway(queued_, 0, code, what);  // RFC 9113 5.4.1; no stream of the server's was processed
  return false;
}

// Without GOAWAY: RFC 9113 3.4 lets it be omitted where the other end does not speak HTTP/2.
void Http2Conversation::note_no_http2(std::span<const std::byte> bytes) {
  const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  note(begins_as_http(bytes)
           ? fmt::format("the server answers in HTTP/1.1: {} (--http 1.1 speaks that)", reply_excerpt(text))
           : fmt::format("the server does not begin with SETTINGS, as HTTP/2 does: {}", reply_excerpt(text)));
}

// --- Frames ---------------------------------------------------------------------------------------------

bool Http2Conversation::take(const FrameReader::Piece& piece) {
  if (piece.event == FrameReader::Event::kBroken) {
    return broken(piece.error, piece.error == ErrorCode::kFrameSizeError
                                   ? fmt::format("a frame of {} bytes", piece.header.length)
                                   : "padding longer than its frame");
  }
  const bool continues =
      piece.header.type == FrameType::kContinuation && piece.header.stream == block_.stream;
  if (block_.stream != 0 && !continues) {  // RFC 9113 6.10
    return broken(ErrorCode::kProtocolError, "a header block is interrupted");
  }
  return piece.event == FrameReader::Event::kData ? take_data(piece)
                                                  : take_frame(piece.header, piece.payload);
}

bool Http2Conversation::take_frame(const FrameHeader& header, std::span<const std::byte> payload) {
  switch (header.type) {
    case FrameType::kHeaders:
      return take_headers(header, payload);
    case FrameType::kContinuation:
      return take_continuation(header, payload);
    case FrameType::kSettings:
      return take_settings(header, payload);
    case FrameType::kPing:
      return take_ping(header, payload);
    case FrameType::kGoAway:
      return take_goaway(header, payload);
    case FrameType::kWindowUpdate:
      return take_window_update(header, payload);
    case FrameType::kRstStream:
      return take_reset(header, payload);
    case FrameType::kPushPromise:
      return broken(ErrorCode::kProtocolError, "PUSH_PROMISE, which was not allowed");
    case FrameType::kPriority:
      if (header.stream == 0) return broken(ErrorCode::kProtocolError, "PRIORITY without a stream");
      return true;
    default:
      return true;  // of a type that is not known (RFC 9113 4.1)
  }
}

bool Http2Conversation::take_settings(const FrameHeader& header, std::span<const std::byte> payload) {
  if (header.stream != 0) return broken(ErrorCode::kProtocolError, "SETTINGS on a stream");
  if (header.has(flag::kAck)) {
    return payload.empty() ||
           broken(ErrorCode::kFrameSizeError, "an acknowledgement of SETTINGS with content");
  }
  if (queued_.size() > kMostQueued) return broken(ErrorCode::kEnhanceYourCalm, "a flood of SETTINGS");
  if (const auto error = server_.apply(payload)) return broken(*error, "a value of SETTINGS");
  append_settings_ack(queued_);
  std::uint32_t& fewest = common_.counts.http2->fewest_streams;
  fewest = std::min(fewest, server_.max_concurrent_streams);
  if (!std::exchange(settled_, true)) form_ = common_.frames.first_form(server_.header_table_size);
  if (server_.header_table_size < RequestFrames::kTableBytes && !std::exchange(gave_up_table_, true)) {
    form_ = RequestFrames::Form::kLiteralNoTable;
  }
  return true;
}

bool Http2Conversation::take_ping(const FrameHeader& header, std::span<const std::byte> payload) {
  if (header.stream != 0) return broken(ErrorCode::kProtocolError, "PING on a stream");
  if (payload.size() != 8) return broken(ErrorCode::kFrameSizeError, "a PING of another length than 8");
  if (queued_.size() > kMostQueued) return broken(ErrorCode::kEnhanceYourCalm, "a flood of PING");
  if (!header.has(flag::kAck)) append_ping_ack(queued_, payload.first<8>());
  return true;
}

// RFC 9113 6.8: of what was sent after the last stream that it names, nothing was processed.
bool Http2Conversation::take_goaway(const FrameHeader& header, std::span<const std::byte> payload) {
  if (header.stream != 0) return broken(ErrorCode::kProtocolError, "GOAWAY on a stream");
  if (payload.size() < 8) return broken(ErrorCode::kFrameSizeError, "a GOAWAY that is too short");
  const std::uint32_t last = read_u32(payload.data()) & 0x7fffffff;
  const auto code = static_cast<ErrorCode>(read_u32(payload.data() + 4));
  if (code != ErrorCode::kNoError) note("the server ended a connection: GOAWAY, " + name_of(code));
  if (!std::exchange(going_, true)) ++common_.counts.http2->goaways;
  std::vector<std::pair<std::uint32_t, Ticket>> unprocessed;
  for (Stream& stream : streams_.slots()) {
    if (stream.id == 0 || stream.id <= last) continue;
    unprocessed.emplace_back(stream.id, stream.ticket);
    streams_.close(stream);
  }
  std::ranges::sort(unprocessed);
  std::vector<Ticket> first;
  for (const auto& [id, ticket] : unprocessed) first.push_back(ticket);
  waiting_.insert(waiting_.begin(), first.begin(), first.end());
  common_.counts.http2->sent_again += unprocessed.size();
  has_reset_ = true;  // what still comes for them is of no interest
  return true;
}

bool Http2Conversation::take_window_update(const FrameHeader& header, std::span<const std::byte> payload) {
  if (payload.size() != 4)
    return broken(ErrorCode::kFrameSizeError, "a WINDOW_UPDATE of another length than 4");
  const std::int64_t increment = read_u32(payload.data()) & 0x7fffffff;
  if (increment == 0) return broken(ErrorCode::kProtocolError, "a WINDOW_UPDATE by 0");
  if (header.stream == 0) {
    window_ += increment;
    return window_ <= kLargestWindow || broken(ErrorCode::kFlowControlError, "a window above 2^31-1");
  }
  if (is_idle(header.stream, streams_)) {
    return broken(ErrorCode::kProtocolError, "WINDOW_UPDATE for a stream that was never opened");
  }
  Stream* const stream = streams_.find(header.stream);
  if (stream == nullptr || !stream->is_uploading) return true;
  uploads_[streams_.index_of(*stream)].credit += increment;
  return window_of(*stream) <= kLargestWindow ||
         broken(ErrorCode::kFlowControlError, "a stream's window above 2^31-1");
}

bool Http2Conversation::take_reset(const FrameHeader& header, std::span<const std::byte> payload) {
  if (payload.size() != 4)
    return broken(ErrorCode::kFrameSizeError, "an RST_STREAM of another length than 4");
  if (is_idle(header.stream, streams_)) {
    return broken(ErrorCode::kProtocolError, "RST_STREAM for a stream that was never opened");
  }
  Stream* const stream = streams_.find(header.stream);
  if (stream == nullptr) return true;  // it was over, or is over for us
  const auto code = static_cast<ErrorCode>(read_u32(payload.data()));
  const bool refused = code == ErrorCode::kRefusedStream;
  if (!refused) note("the server reset a stream: " + name_of(code));
  stream->is_uploading = false;
  return close(*stream, refused ? ErrorKind::kRefusedStream : ErrorKind::kReset);
}

// A frame for a stream that is not open. Of those that we reset some may still come (RFC 9113 5.1).
bool Http2Conversation::take_stray(std::uint32_t id) {
  if (is_idle(id, streams_)) return broken(ErrorCode::kProtocolError, "a stream that was never opened");
  return has_reset_ || common_.verify == Verify::kNone || broken(ErrorCode::kStreamClosed, kNotAskedFor);
}

// --- Heads ----------------------------------------------------------------------------------------------

bool Http2Conversation::take_headers(const FrameHeader& header, std::span<const std::byte> payload) {
  const auto block = unpadded(header, payload);
  if (!block) return broken(ErrorCode::kProtocolError, "padding longer than its frame");
  const bool ends_stream = header.has(flag::kEndStream);
  if (header.has(flag::kEndHeaders)) return take_block(header.stream, ends_stream, *block);
  if (header.stream == 0) return broken(ErrorCode::kProtocolError, "HEADERS without a stream");
  block_.stream = header.stream;
  block_.ends_stream = ends_stream;
  block_.bytes.assign(block->begin(), block->end());
  return true;
}

bool Http2Conversation::take_continuation(const FrameHeader& header, std::span<const std::byte> payload) {
  if (block_.stream == 0) return broken(ErrorCode::kProtocolError, "CONTINUATION without HEADERS");
  if (block_.bytes.size() + payload.size() > kLongestBlock) {
    return broken(ErrorCode::kEnhanceYourCalm, "a header block above 256 KiB");
  }
  block_.bytes.insert(block_.bytes.end(), payload.begin(), payload.end());
  if (!header.has(flag::kEndHeaders)) return true;
  return take_block(std::exchange(block_.stream, 0), block_.ends_stream, block_.bytes);
}

// Every block is read, whatever its stream: it may change the table that others refer to (RFC 9113 4.3).
bool Http2Conversation::take_block(std::uint32_t id, bool ends_stream, std::span<const std::byte> block) {
  const StreamHead* const head = heads_->read(block, common_.counts.server);
  if (head == nullptr) return broken(ErrorCode::kCompressionError, "a header block");
  Stream* const stream = streams_.find(id);
  if (stream == nullptr) return take_stray(id);
  note_begun(*stream);
  if (!head->well_formed) return spoil(*stream, "a response's fields");
  if (stream->status != 0) {  // trailers (RFC 9113 8.1)
    return head->status == 0 && ends_stream ? finish(*stream) : spoil(*stream, "trailers");
  }
  if (head->status == 0) return spoil(*stream, "a response without :status");
  if (head->is_interim()) return !ends_stream || spoil(*stream, "an interim response that ends its stream");
  stream->status = head->status;
  stream->body_length = head->content_length.value_or(Stream::kUnknownLength);
  return !ends_stream || finish(*stream);
}

// --- Bodies ---------------------------------------------------------------------------------------------

bool Http2Conversation::take_data(const FrameReader::Piece& piece) {
  Stream* const stream = streams_.find(piece.header.stream);
  widen_windows(stream, piece);
  if (stream == nullptr) return take_stray(piece.header.stream);
  if (stream->status == 0) return spoil(*stream, "DATA before HEADERS");
  stream->body_bytes += piece.payload.size();
  common_.counts.body_bytes += piece.payload.size();
  if (!digests_.empty()) {
    digests_[streams_.index_of(*stream)].add(
        {reinterpret_cast<const char*>(piece.payload.data()), piece.payload.size()});
  }
  return !piece.ends || !piece.header.has(flag::kEndStream) || finish(*stream);
}

// Padding counts as well (RFC 9113 6.9.1).
void Http2Conversation::widen_windows(Stream* stream, const FrameReader::Piece& piece) {
  if (!piece.begins) return;
  uncredited_ += piece.header.length;
  if (uncredited_ >= kWidenAfter) {
    append_window_update(queued_, 0, static_cast<std::uint32_t>(std::exchange(uncredited_, 0)));
  }
  if (stream == nullptr) return;
  stream->uncredited += piece.header.length;
  if (stream->uncredited >= kWidenAfter) {
    append_window_update(queued_, stream->id,
                         static_cast<std::uint32_t>(std::exchange(stream->uncredited, 0)));
  }
}

// --- Replies --------------------------------------------------------------------------------------------

// The response is complete: counts it and makes room for the next.
bool Http2Conversation::finish(Stream& stream) {
  const Outcome outcome = outcome_of(stream);
  if (outcome != ErrorKind::kMalformed) {
    HttpCounts& counts = common_.counts;
    ++counts.statuses[stream.status];
    if (!going_) ++counts.kept_alive;
    if (!counts.first_length) counts.first_length = stream.body_bytes;
    if (stream.body_bytes != *counts.first_length) ++counts.other_lengths;
  }
  return close(stream, outcome);
}

// It is malformed, which is a stream's error (RFC 9113 8.1.1): the others go on.
bool Http2Conversation::spoil(Stream& stream, std::string_view why) {
  note(
      fmt::format("the server breaks the rules of HTTP/2: {} ({})", name_of(ErrorCode::kProtocolError), why));
  append_rst_stream(queued_, stream.id, ErrorCode::kProtocolError);
  has_reset_ = true;
  stream.is_uploading = false;
  return close(stream, ErrorKind::kMalformed);
}

bool Http2Conversation::close(Stream& stream, Outcome outcome) {
  if (stream.is_uploading) {  // the server has said all, and needs no more of it (RFC 9113 8.1)
    append_rst_stream(queued_, stream.id, ErrorCode::kCancel);
    has_reset_ = true;
  }
  const Ticket ticket = stream.ticket;
  streams_.close(stream);
  if (!common_.answered.empty() && outcome != wrong_) {
    held_back_ = HeldBack{.ticket = ticket, .outcome = outcome};
    return false;
  }
  wrong_ = outcome;
  common_.answered.push_back(ticket);
  return true;
}

Http2Conversation::Outcome Http2Conversation::outcome_of(const Stream& stream) {
  const bool bodiless = stream.status == 204 || stream.status == 304 || request_of(stream).to_head;
  const std::uint64_t length = bodiless ? 0 : stream.body_length;
  const bool as_announced = length == Stream::kUnknownLength || stream.body_bytes == length;
  if (!as_announced && common_.verify != Verify::kNone) {
    note(fmt::format("a body of {} bytes where {} were announced", stream.body_bytes, length));
    return ErrorKind::kMalformed;
  }
  if (!common_.plan.ok.test(stream.status)) return ErrorKind::kStatus;
  if (digests_.empty()) return std::nullopt;
  const BodyDigest& digest = digests_[streams_.index_of(stream)];
  auto& first = common_.first_bodies[common_.frames.url(stream.place)];
  if (!first) first = digest;
  const bool same = first->length() == digest.length() && first->hash() == digest.hash();
  return same ? Outcome() : ErrorKind::kMismatch;
}

}  // namespace suite
