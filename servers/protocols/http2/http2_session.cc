#include "servers/protocols/http2/http2_session.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "servers/protocols/http/status.h"
#include "servers/protocols/http2/http2_sessions.h"

namespace suite {

using http2::ErrorCode;
using http2::FrameHeader;
using http2::FrameType;
using http2::kFrameHeaderBytes;
using std::chrono::nanoseconds;

namespace {

// The longest DATA frame, whatever the peer allows: others have their turn behind it.
constexpr std::uint64_t kLongestPart = 64 * 1024;

// How long a body is discarded that is refused, before the client is asked to stop.
constexpr std::chrono::seconds kStreamLinger{2};

// For those who speak HTTP/1 where only HTTP/2 is spoken.
constexpr std::string_view kNotHttp2Answer =
    "HTTP/1.1 505 HTTP Version Not Supported\r\nConnection: close\r\nContent-Type: text/plain\r\n"
    "Content-Length: 53\r\n\r\nThis port speaks HTTP/2 only, with prior knowledge.\r\n";

}  // namespace

After Http2Session::on_bytes(Bytes in, const Turn& turn, OutBuffer& out) {
  if (kept_.empty()) return go_on(in, {turn, out});
  kept_.insert(kept_.end(), in.begin(), in.end());
  return resume(turn, out);
}

After Http2Session::resume(const Turn& turn, OutBuffer& out) {
  const std::vector<std::byte> input = std::exchange(kept_, {});
  return go_on(input, {turn, out});
}

After Http2Session::go_on(Bytes in, Now now) {
  now_ = now.turn.now;
  http_.heed_hangups(now.turn);
  const std::size_t before = in.size();
  serve(in, now);
  if (in.size() < before) due_.reset();  // what is unfinished now has begun since
  send_bodies(now);
  if (stage_ == Stage::kOver) return After::kLinger;
  kept_.assign(in.begin(), in.end());
  const bool input_left = stage_ > Stage::kPreface && in.size() >= kFrameHeaderBytes &&
                          in.size() - kFrameHeaderBytes >= http2::read_frame_header(in.data()).length;
  if (!input_left) note_unfinished(in, now);
  return next(input_left);
}

After Http2Session::next(bool input_left) const {
  if (stage_ == Stage::kOver) return After::kLinger;
  if (input_left) return After::kMore;
  if (window_ > 0 && streams_.any_can_send()) return After::kReadOrMore;
  if (ended_) return After::kClose;
  return draining_ && streams_.empty() ? After::kLinger : After::kRead;
}

// Does what whole frames in `in` say, while the outbox takes answers, and takes them off.
void Http2Session::serve(Bytes& in, Now now) {
  if (stage_ == Stage::kPreface && !take_preface(in, now)) return;
  while (stage_ != Stage::kOver && !now.out.full() && in.size() >= kFrameHeaderBytes) {
    const FrameHeader header = http2::read_frame_header(in.data());
    // RFC 9113 4.2: a connection error where the frame could change the state of the connection; a DATA frame
    // of that size would have to be read past, and is one too.
    if (header.length > Http2Limits::kFrame)
      return fail(ErrorCode::kFrameSizeError, "a frame is longer than SETTINGS_MAX_FRAME_SIZE", now);
    if (in.size() - kFrameHeaderBytes < header.length) return;
    const Bytes payload = in.subspan(kFrameHeaderBytes, header.length);
    in = in.subspan(kFrameHeaderBytes + header.length);
    on_frame(header, payload, now);
  }
}

// RFC 9113 3.4. Whether all of it is there. Ours is the first thing that is sent.
bool Http2Session::take_preface(Bytes& in, Now now) {
  const auto expected = std::as_bytes(std::span(http2::kPreface));
  const std::size_t size = std::min(in.size(), expected.size());
  if (!std::ranges::equal(in.first(size), expected.first(size))) {
    const bool like_http1 = in[0] >= std::byte{'A'} && in[0] <= std::byte{'Z'} && in[0] != std::byte{'P'};
    const bool a_post_or_put = in.size() > 1 && in[0] == std::byte{'P'} && in[1] != std::byte{'R'};
    if (like_http1 || a_post_or_put) {
      now.out.append(std::as_bytes(std::span(kNotHttp2Answer)));
      stage_ = Stage::kOver;
    } else {
      fail(ErrorCode::kProtocolError, "the connection preface is none", now);
    }
    return false;
  }
  if (size < expected.size()) return false;
  in = in.subspan(size);
  stage_ = Stage::kFirstSettings;
  idle_since_ = now.turn.now;
  constexpr std::array kOurs{http2::Setting{http2::SettingId::kMaxConcurrentStreams, Http2Limits::kStreams},
                             http2::Setting{http2::SettingId::kMaxHeaderListSize, Http2Fields::kMostBytes}};
  send_frame(now.out, [&](auto& to) { http2::append_settings(to, kOurs); });
  return true;
}

// A head has a time to be whole in; a body's frame has that of the body.
void Http2Session::note_unfinished(Bytes rest, Now now) {
  constexpr std::size_t kTypeAt = 3;
  const bool is_data = stage_ == Stage::kOpen && rest.size() > kTypeAt &&
                       rest[kTypeAt] == static_cast<std::byte>(FrameType::kData);
  const bool under_way = (!rest.empty() && !is_data) || stage_ == Stage::kFirstSettings;
  if (!under_way) {
    due_.reset();
  } else if (!due_) {
    due_ = now.turn.now + http_.options.header_timeout;
  }
}

After Http2Session::on_end(const Turn& turn, OutBuffer& out) {
  ended_ = true;
  return go_on(std::exchange(kept_, {}), {turn, out});
}

// RFC 9113 6.8. What was asked for so far is answered.
After Http2Session::on_drain(const Turn& turn, OutBuffer& out) {
  if (stage_ == Stage::kPreface) return After::kClose;
  if (stage_ == Stage::kOver) return After::kLinger;
  draining_ = true;
  stop_lingering({turn, out});
  say_goodbye(ErrorCode::kNoError, "the server is stopping", out);
  return go_on(std::exchange(kept_, {}), {turn, out});
}

After Http2Session::on_deadline(const Turn& turn, OutBuffer& out) {
  const Now now{turn, out};
  now_ = turn.now;
  if (stage_ == Stage::kPreface) return After::kClose;
  if ((due_ && *due_ <= turn.now) || (block_ && block_->due <= turn.now)) {
    fail(ErrorCode::kEnhanceYourCalm, "a frame or a header block took too long", now);
    return After::kLinger;
  }
  std::vector<std::uint32_t> late, stalled, lingered;
  for (const Http2Stream& stream : streams_) {
    if (stream.waiting && stream.waiting->due <= turn.now) late.push_back(stream.id);
    if (stream.left > 0 && waits_since(stream) + http_.options.send_timeout <= turn.now)
      stalled.push_back(stream.id);
    if (stream.lingers_until && *stream.lingers_until <= turn.now) lingered.push_back(stream.id);
  }
  for (const std::uint32_t id : late) {  // RFC 9110 15.5.9
    Http2Stream& stream = *streams_.find(id);
    stream.waiting->answer = {.status = kRequestTimeout};
    answer_waiting(stream, now);
  }
  for (const std::uint32_t id : stalled) reset(id, ErrorCode::kCancel, now);
  for (const std::uint32_t id : lingered) reset(id, ErrorCode::kNoError, now);
  const bool idle = late.empty() && stalled.empty() && lingered.empty() && streams_.empty();
  if (idle && http_.options.idle_timeout && idle_since_ + *http_.options.idle_timeout <= turn.now) {
    say_goodbye(ErrorCode::kNoError, "idle", out);
    stage_ = Stage::kOver;
    return After::kLinger;
  }
  send_bodies(now);
  return next(false);
}

std::optional<nanoseconds> Http2Session::patience() const {
  std::optional<TimePoint> first = due_;
  const auto wait_until = [&](TimePoint at) { first = first ? std::min(*first, at) : at; };
  if (block_) wait_until(block_->due);
  for (const Http2Stream& stream : streams_) {
    if (stream.waiting) wait_until(stream.waiting->due);
    if (stream.lingers_until) wait_until(*stream.lingers_until);
    if (stream.left > 0) wait_until(waits_since(stream) + http_.options.send_timeout);
  }
  if (stage_ == Stage::kPreface && !due_) return http_.options.idle_timeout;
  if (stage_ != Stage::kPreface && streams_.empty() && http_.options.idle_timeout)
    wait_until(idle_since_ + *http_.options.idle_timeout);
  if (!first) return std::nullopt;
  return std::max<nanoseconds>(*first - now_, nanoseconds(0));
}

// A stream's own window is the peer's word on this stream. Where only the connection's is used up, others may
// have had what there was of it.
Http2Session::TimePoint Http2Session::waits_since(const Http2Stream& stream) const {
  return stream.window > 0 ? std::max(stream.progress, progress_) : stream.progress;
}

// In turn, a frame each: a long body stops no short one.
void Http2Session::send_bodies(Now now) {
  while (stage_ != Stage::kOver && window_ > 0) {
    Http2Stream* const stream = streams_.next_to_send();
    if (stream == nullptr) return;
    send_part(*stream, now);
    if (now.out.full()) return;
  }
}

void Http2Session::send_part(Http2Stream& stream, Now now) {
  const auto allowed = static_cast<std::uint64_t>(std::min(stream.window, window_));
  std::uint64_t size =
      std::min<std::uint64_t>({stream.left, allowed, peer_settings_.max_frame_size, kLongestPart});
  const bool from_disk = stream.file != nullptr && stream.file->source != nullptr;
  if (from_disk) size = std::min<std::uint64_t>(size, http2::kLeastFrameSize);
  const bool last = size == stream.left;
  if (from_disk) {
    worker_->part.resize(http2::kLeastFrameSize);
    const SourceFile& source = *stream.file->source;
    // One that changed meanwhile: who sees fewer bytes than were promised knows.
    if (!source.read(stream.at, std::span(worker_->part).first(size)) ||
        (last && !source.unchanged_or_grown())) {
      ++http_.totals.cut;
      return reset(stream.id, ErrorCode::kInternalError, now);
    }
  }
  std::array<std::byte, kFrameHeaderBytes> header{};
  const std::uint8_t flags = last ? http2::flag::kEndStream : std::uint8_t{0};
  http2::write_frame_header(header.data(), {.length = static_cast<std::uint32_t>(size),
                                            .type = FrameType::kData,
                                            .flags = flags,
                                            .stream = stream.id});
  now.out.append(header);
  append_part(stream, size, now.out);
  stream.at += size;
  stream.left -= size;
  stream.window -= static_cast<std::int64_t>(size);
  window_ -= static_cast<std::int64_t>(size);
  stream.progress = progress_ = now.turn.now;
  allowance_.earn_by_sending(size);
  if (last) end_stream(stream, now);
}

void Http2Session::append_part(const Http2Stream& stream, std::size_t size, OutBuffer& out) const {
  if (stream.file == nullptr)
    return out.append(std::as_bytes(std::span(stream.text)).subspan(stream.at, size));
  if (stream.file->source != nullptr) return out.append(std::span(worker_->part).first(size));
  const Bytes bytes = stream.file->content().subspan(stream.at, size);
  if (size <= kCopiedIntoData) return out.append(bytes);
  out.share(stream.file, bytes);
}

// Our side has ended. RFC 9113 8.1: "A server MAY request that the client abort transmission of a request
// without error by sending a RST_STREAM with an error code of NO_ERROR after sending a complete response": a
// while after it, since there are clients that lose the answer where both come at once (curl 7.88).
void Http2Session::end_stream(Http2Stream& stream, Now now) {
  allowance_.earn(2);
  idle_since_ = now.turn.now;
  if (!stream.receiving) return streams_.remove(stream.id);
  if (draining_) return reset(stream.id, ErrorCode::kNoError, now);
  stream.lingers_until = now.turn.now + kStreamLinger;
}

// A server that stops waits for nobody's upload.
void Http2Session::stop_lingering(Now now) {
  std::vector<std::uint32_t> lingering;
  for (const Http2Stream& stream : streams_) {
    if (stream.lingers_until) lingering.push_back(stream.id);
  }
  for (const std::uint32_t id : lingering) reset(id, ErrorCode::kNoError, now);
}

void Http2Session::reset(std::uint32_t id, ErrorCode code, Now now) {
  resets_.note(id);
  send_frame(now.out, [&](auto& to) { http2::append_rst_stream(to, id, code); });
  streams_.remove(id);
  idle_since_ = now.turn.now;
}

void Http2Session::refuse(std::uint32_t id, ErrorCode code, Now now) {
  reset(id, code, now);
  spend(4, "too many requests that cannot be answered", now);
}

void Http2Session::fail(ErrorCode code, std::string_view why, Now now) {
  if (stage_ == Stage::kOver) return;
  say_goodbye(code, why, now.out);
  stage_ = Stage::kOver;
}

void Http2Session::spend(std::int32_t cost, std::string_view on_what, Now now) {
  if (!allowance_.spend(cost, now.turn.now)) fail(ErrorCode::kEnhanceYourCalm, on_what, now);
}

void Http2Session::say_goodbye(ErrorCode code, std::string_view why, OutBuffer& out) {
  send_frame(out, [&](auto& to) { http2::append_goaway(to, last_stream_, code, why); });
}

std::expected<Http2Sessions, Error> http2_sessions(std::shared_ptr<HttpWorker> worker) {
  const auto shared = std::make_shared<Http2Worker>(std::move(worker));
  return [shared](std::string peer) { return std::make_unique<Http2Session>(shared, std::move(peer)); };
}

std::optional<std::string> http2_library() { return http2::hpack_library(); }

}  // namespace suite
