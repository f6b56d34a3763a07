// What each frame does to an HTTP/2 connection (RFC 9113 6).
#include <utility>

#include "servers/protocols/http2/http2_session.h"

namespace suite {

using http2::ErrorCode;
using http2::FrameHeader;
using http2::FrameType;

void Http2Session::on_frame(const FrameHeader& header, Bytes payload, Now now) {
  // RFC 9113 6.10: nothing but CONTINUATION may come within a header block.
  if (block_ && (header.type != FrameType::kContinuation || header.stream != block_->stream))
    return fail(ErrorCode::kProtocolError, "a header block was interrupted", now);
  // RFC 9113 3.4: "This sequence MUST be followed by a SETTINGS frame".
  if (stage_ == Stage::kFirstSettings) {
    if (header.type != FrameType::kSettings || header.has(http2::flag::kAck))
      return fail(ErrorCode::kProtocolError, "the first frame is no SETTINGS", now);
    stage_ = Stage::kOpen;
  }
  switch (header.type) {
    case FrameType::kData:
      return on_data(header, payload, now);
    case FrameType::kHeaders:
      return on_headers(header, payload, now);
    case FrameType::kPriority:
      return on_priority(header, now);
    case FrameType::kRstStream:
      return on_rst_stream(header, now);
    case FrameType::kSettings:
      return on_settings(header, payload, now);
    case FrameType::kPushPromise:  // RFC 9113 8.4: "A client cannot push."
      return fail(ErrorCode::kProtocolError, "a client cannot push", now);
    case FrameType::kPing:
      return on_ping(header, payload, now);
    case FrameType::kGoAway:
      return on_goaway(header, now);
    case FrameType::kWindowUpdate:
      return on_window_update(header, payload, now);
    case FrameType::kContinuation:
      return on_continuation(header, payload, now);
  }
  spend(1, "too many unknown frames", now);  // RFC 9113 4.1: ignored
}

void Http2Session::on_data(const FrameHeader& header, Bytes payload, Now now) {
  if (header.stream == 0) return fail(ErrorCode::kProtocolError, "DATA on stream 0", now);
  // RFC 9113 5.1: on an idle stream anything but HEADERS and PRIORITY is a connection error.
  if (is_idle(header.stream)) return fail(ErrorCode::kProtocolError, "DATA on an idle stream", now);
  const auto data = http2::unpadded(header, payload);
  if (!data) return fail(ErrorCode::kProtocolError, "padding longer than its frame", now);
  // RFC 9113 6.9.1: the whole payload counts, whatever becomes of it. No frame can be too much: each is read
  // past at once, and what is left of a window is always more than the longest frame.
  Http2Stream* const stream = streams_.find(header.stream);
  const bool receiving = stream != nullptr && stream->receiving;
  acknowledge(header.stream, receiving ? stream : nullptr, header.length, now);
  const bool last = header.has(http2::flag::kEndStream);
  if (data->empty() && !last) spend(1, "too many empty frames", now);
  if (stage_ == Stage::kOver) return;
  if (receiving) return take_body(*stream, data->size(), last, now);
  if (resets_.has(header.stream)) return;
  // RFC 9113 5.1, half-closed (remote) and closed.
  refuse(header.stream, ErrorCode::kStreamClosed, now);
}

// What is read past is acknowledged by the half window. A stream that has ended needs no window.
void Http2Session::acknowledge(std::uint32_t id, Http2Stream* stream, std::uint32_t size, Now now) {
  constexpr std::uint32_t kEnough = Http2Limits::kWindow / 2;
  const auto add = [&](std::uint32_t& bytes, std::uint32_t to) {
    bytes += size;
    if (bytes < kEnough) return;
    send_frame(now.out, [&](auto& out) { http2::append_window_update(out, to, bytes); });
    bytes = 0;
  };
  add(unacknowledged_, 0);
  if (stream != nullptr) add(stream->unacknowledged, id);
}

void Http2Session::take_body(Http2Stream& stream, std::size_t size, bool last, Now now) {
  if (last) stream.receiving = false;
  if (stream.lingers_until && last) return streams_.remove(stream.id);
  if (!stream.waiting) return;  // it is being answered already
  Http2Waiting& waiting = *stream.waiting;
  waiting.received += size;
  // RFC 9113 8.1.1: malformed "if the value of a Content-Length header field does not equal the sum of the
  // DATA frame payload lengths".
  const bool wrong = waiting.announced && (waiting.received > *waiting.announced ||
                                           (last && waiting.received < *waiting.announced));
  if (wrong) return refuse(stream.id, ErrorCode::kProtocolError, now);
  if (last) answer_waiting(stream, now);
}

void Http2Session::on_headers(const FrameHeader& header, Bytes payload, Now now) {
  // RFC 9113 5.1.1: a client's streams have odd numbers.
  if (header.stream % 2 == 0)
    return fail(ErrorCode::kProtocolError, "HEADERS on a stream that is no client's", now);
  const std::size_t least =
      (header.has(http2::flag::kPadded) ? 1U : 0U) + (header.has(http2::flag::kPriority) ? 5U : 0U);
  if (payload.size() < least) return fail(ErrorCode::kFrameSizeError, "HEADERS too short for its flags", now);
  const auto fragment = http2::unpadded(header, payload);
  if (!fragment) return fail(ErrorCode::kProtocolError, "padding longer than its frame", now);
  const bool end_stream = header.has(http2::flag::kEndStream);
  if (header.has(http2::flag::kEndHeaders)) return on_block(header.stream, end_stream, *fragment, now);
  block_ = OpenBlock{.stream = header.stream,
                     .end_stream = end_stream,
                     .due = now.turn.now + http_.options.header_timeout,
                     .bytes = {fragment->begin(), fragment->end()}};
}

void Http2Session::on_continuation(const FrameHeader& header, Bytes payload, Now now) {
  if (!block_) return fail(ErrorCode::kProtocolError, "CONTINUATION without a header block", now);
  spend(1, "too many CONTINUATION frames", now);
  if (stage_ == Stage::kOver) return;
  // What is not decoded to its end leaves a table that nobody knows: the connection ends.
  if (block_->bytes.size() + payload.size() > Http2Limits::kBlock)
    return fail(ErrorCode::kEnhanceYourCalm, "a header block is too large", now);
  block_->bytes.insert(block_->bytes.end(), payload.begin(), payload.end());
  if (!header.has(http2::flag::kEndHeaders)) return;
  const OpenBlock whole = std::move(*block_);
  block_.reset();
  on_block(whole.stream, whole.end_stream, whole.bytes, now);
}

// RFC 9113 5.3.2: priorities are deprecated, and may be ignored.
void Http2Session::on_priority(const FrameHeader& header, Now now) {
  if (header.stream == 0) return fail(ErrorCode::kProtocolError, "PRIORITY on stream 0", now);
  // A stream error (6.3); an idle stream has no other errors than the connection's (5.4.2).
  if (header.length != 5) {
    if (is_idle(header.stream)) return fail(ErrorCode::kFrameSizeError, "PRIORITY of another size", now);
    return refuse(header.stream, ErrorCode::kFrameSizeError, now);
  }
  spend(1, "too many PRIORITY frames", now);
}

// A request that is given up costs more than it takes to send: those who do nothing else are shown out.
void Http2Session::on_rst_stream(const FrameHeader& header, Now now) {
  if (header.length != 4) return fail(ErrorCode::kFrameSizeError, "RST_STREAM of another size", now);
  if (header.stream == 0 || is_idle(header.stream))
    return fail(ErrorCode::kProtocolError, "RST_STREAM on an idle stream", now);
  const bool in_progress = streams_.find(header.stream) != nullptr;
  if (in_progress) {
    streams_.remove(header.stream);
    idle_since_ = now.turn.now;
  }
  spend(in_progress ? 4 : 1, "too many streams reset", now);
}

void Http2Session::on_settings(const FrameHeader& header, Bytes payload, Now now) {
  if (header.stream != 0) return fail(ErrorCode::kProtocolError, "SETTINGS on a stream", now);
  if (header.has(http2::flag::kAck)) {
    if (header.length != 0) return fail(ErrorCode::kFrameSizeError, "SETTINGS with ACK and values", now);
    return spend(1, "too many SETTINGS frames", now);
  }
  if (header.length % 6 != 0) return fail(ErrorCode::kFrameSizeError, "SETTINGS of another size", now);
  spend(1 + static_cast<std::int32_t>(header.length / 60), "too many SETTINGS frames", now);
  if (stage_ == Stage::kOver) return;
  const std::int64_t before = peer_settings_.initial_window_size;
  if (const auto wrong = peer_settings_.apply(payload))
    return fail(*wrong, "a setting has a value that it cannot have", now);
  // RFC 9113 6.9.2: streams' windows change by the difference, and may become negative.
  const std::int64_t difference = peer_settings_.initial_window_size - before;
  for (Http2Stream& stream : streams_) {
    stream.window += difference;
    if (stream.window > http2::kLargestWindow)
      return fail(ErrorCode::kFlowControlError, "a stream's window is larger than windows can be", now);
  }
  send_frame(now.out, [](auto& to) { http2::append_settings_ack(to); });
}

void Http2Session::on_ping(const FrameHeader& header, Bytes payload, Now now) {
  if (header.stream != 0) return fail(ErrorCode::kProtocolError, "PING on a stream", now);
  if (header.length != 8) return fail(ErrorCode::kFrameSizeError, "PING of another size", now);
  spend(1, "too many PING frames", now);
  if (stage_ == Stage::kOver || header.has(http2::flag::kAck)) return;
  send_frame(now.out, [&](auto& to) { http2::append_ping_ack(to, payload.first<8>()); });
}

// RFC 9113 6.8: it says which of our streams count, and there are none. The client closes when it is done.
void Http2Session::on_goaway(const FrameHeader& header, Now now) {
  if (header.stream != 0) return fail(ErrorCode::kProtocolError, "GOAWAY on a stream", now);
  if (header.length < 8) return fail(ErrorCode::kFrameSizeError, "GOAWAY of another size", now);
  spend(1, "too many GOAWAY frames", now);
}

void Http2Session::on_window_update(const FrameHeader& header, Bytes payload, Now now) {
  if (header.length != 4) return fail(ErrorCode::kFrameSizeError, "WINDOW_UPDATE of another size", now);
  if (header.stream != 0 && is_idle(header.stream))
    return fail(ErrorCode::kProtocolError, "WINDOW_UPDATE on an idle stream", now);
  spend(1, "windows opened too little at a time", now);
  if (stage_ == Stage::kOver) return;
  const std::uint32_t increment = http2::read_u32(payload.data()) & http2::kLargestWindow;
  if (header.stream == 0) {
    if (increment == 0) return fail(ErrorCode::kProtocolError, "WINDOW_UPDATE of 0", now);
    window_ += increment;
    if (window_ > http2::kLargestWindow)
      fail(ErrorCode::kFlowControlError, "the connection's window is larger than windows can be", now);
    return;
  }
  Http2Stream* const stream = streams_.find(header.stream);
  if (stream == nullptr) return;  // RFC 9113 5.1: may come for a while after the stream's end
  if (increment == 0) return refuse(stream->id, ErrorCode::kProtocolError, now);
  stream->window += increment;
  if (stream->window > http2::kLargestWindow) refuse(stream->id, ErrorCode::kFlowControlError, now);
}

}  // namespace suite
