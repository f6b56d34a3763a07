// Header blocks of an HTTP/2 connection, and the answers to them.
#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <utility>

#include "servers/protocols/http/status.h"
#include "servers/protocols/http2/http2_session.h"

namespace suite {

using http2::ErrorCode;
using http2::FrameHeader;
using http2::FrameType;
using http2::kFrameHeaderBytes;

namespace {

constexpr std::size_t kLongestRemembered = 512;

bool same_bytes(std::span<const std::byte> a, std::span<const std::byte> b) {
  return a.size() == b.size() && !a.empty() && std::memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace

// Each block is decoded, also where nobody wants what it says: the next one may refer to it (RFC 9113 4.3).
void Http2Session::on_block(std::uint32_t id, bool end_stream, Bytes block, Now now) {
  const bool is_new = id > last_stream_;
  if (is_new) {
    // RFC 9113 5.1.1: streams with lower numbers that were never used are closed by this.
    if (id > last_stream_ + 2) {
      skipped_from_ = last_stream_ + 1;
      skipped_to_ = id - 1;
    }
    last_stream_ = id;
    if (end_stream && !draining_ && serve_remembered(id, block, now)) return;
  }
  if (decoder_ == nullptr) decoder_ = std::make_unique<http2::HpackDecoder>();
  const std::uint64_t generation = decoder_->generation();
  if (!decode(block, now)) return;
  if (!is_new) return on_block_of_known(id, end_stream, now);
  // RFC 9113 5.1.2, 6.8.
  if (draining_ || streams_.size() >= Http2Limits::kStreams)
    return refuse(id, ErrorCode::kRefusedStream, now);
  on_request(id, end_stream, block, generation, now);
}

bool Http2Session::decode(Bytes block, Now now) {
  Http2Fields& fields = worker_->fields;
  fields.clear();
  switch (decoder_->decode(block, [&](const http2::FieldView& field) { return fields.add(field); })) {
    case http2::HpackDecoder::Outcome::kWhole:
      return true;
    case http2::HpackDecoder::Outcome::kMalformed:
      fail(ErrorCode::kCompressionError, "a header block cannot be decoded", now);
      return false;
    case http2::HpackDecoder::Outcome::kRefused:
      fail(ErrorCode::kEnhanceYourCalm, "a header block is too large when decoded", now);
      return false;
  }
  return false;
}

// Trailers (RFC 9113 8.1), which are read past, or a mistake.
void Http2Session::on_block_of_known(std::uint32_t id, bool end_stream, Now now) {
  if (id >= skipped_from_ && id <= skipped_to_)
    return fail(ErrorCode::kProtocolError, "a stream's number is lower than the one before", now);
  Http2Stream* const stream = streams_.find(id);
  if (stream == nullptr) {
    if (resets_.has(id)) return;
    return fail(ErrorCode::kStreamClosed, "HEADERS on a closed stream", now);
  }
  if (!stream->receiving) return refuse(id, ErrorCode::kStreamClosed, now);
  if (!end_stream || !good_trailers(worker_->fields.all())) return refuse(id, ErrorCode::kProtocolError, now);
  take_body(*stream, 0, true, now);
}

void Http2Session::on_request(std::uint32_t id, bool end_stream, Bytes block, std::uint64_t generation,
                              Now now) {
  const Http2Fields& fields = worker_->fields;
  if (fields.too_large()) spend(100, "header blocks too large when decoded", now);
  if (stage_ == Stage::kOver) return;
  Http2Request request;
  auto good = interpret_fields(fields.all(), request);
  if (fields.too_large()) good = std::unexpected(kFieldSectionTooLarge);
  // RFC 9113 8.1.1: no body is none of another length than 0.
  const bool lacks_body = end_stream && request.content_length.value_or(0) > 0;
  if (lacks_body || (!good && good.error() == kMalformedRequest))
    return refuse(id, ErrorCode::kProtocolError, now);
  const bool receiving = !end_stream;
  const bool head_only = request.method == Method::kHead;
  if (!good) return answer(id, {.status = good.error()}, head_only, line_of(request), receiving, now);
  if (request.method == Method::kOther)
    return answer(id, method_not_allowed(), head_only, line_of(request), receiving, now);
  if (receiving) return wait_for_body(id, request, now);
  if (request.is_plain()) remember(request, block, generation);
  answer(id, answer_to(request, http_.files.find(request.path, now.turn), now.turn), head_only,
         line_of(request), receiving, now);
}

// A block that inserts into the table means something else the next time.
void Http2Session::remember(const Http2Request& request, Bytes block, std::uint64_t generation) {
  if (block.size() > kLongestRemembered || decoder_->generation() != generation) return;
  remembered_.block.assign(block.begin(), block.end());
  remembered_.generation = generation;
  remembered_.target = request.target;
  remembered_.path = request.path;
}

bool Http2Session::serve_remembered(std::uint32_t id, Bytes block, Now now) {
  if (!same_bytes(block, remembered_.block) || decoder_ == nullptr ||
      decoder_->generation() != remembered_.generation || streams_.size() >= Http2Limits::kStreams) {
    return false;
  }
  Found found = http_.files.find(remembered_.path, now.turn);
  std::string line;
  if (http_.log != nullptr) line = fmt::format("GET {} HTTP/2.0", remembered_.target);
  const auto size = found.file != nullptr ? static_cast<std::int64_t>(found.file->size) : 0;
  const bool fits = size <= window_ && size <= static_cast<std::int64_t>(peer_settings_.initial_window_size);
  if (found.cached == nullptr || found.file->size > kCopiedIntoData || !fits) {
    Request request;
    request.method = Method::kGet;
    request.path = remembered_.path;
    request.query = std::string_view(remembered_.target).substr(remembered_.path.size());
    answer(id, answer_to(request, std::move(found), now.turn), false, line, false, now);
    return true;
  }
  now.out.append(whole_answer(*worker_, *found.cached, id, now.turn));
  window_ -= size;
  idle_since_ = now.turn.now;
  allowance_.earn(2);
  note({.status = kOk, .body_bytes = found.file->size}, line, now);
  return true;
}

// It is answered when its body is over: a client that only reads then would lock both ends.
void Http2Session::wait_for_body(std::uint32_t id, const Http2Request& request, Now now) {
  Http2Stream& stream = streams_.add(id);
  stream.receiving = true;
  stream.window = peer_settings_.initial_window_size;
  Answer answer = answer_to(request, http_.files.find(request.path, now.turn), now.turn);
  answer.cached = nullptr;
  stream.waiting =
      std::make_unique<Http2Waiting>(Http2Waiting{.answer = std::move(answer),
                                                  .head_only = request.method == Method::kHead,
                                                  .line = line_of(request),
                                                  .announced = request.content_length,
                                                  .due = now.turn.now + http_.options.body_timeout});
  if (request.expects_continue) send_block(id, false, continue_block(), now.out);
}

void Http2Session::answer_waiting(Http2Stream& stream, Now now) {
  const std::unique_ptr<Http2Waiting> waiting = std::move(stream.waiting);
  const std::uint32_t id = stream.id;
  answer(id, waiting->answer, waiting->head_only, waiting->line, stream.receiving, now);
}

void Http2Session::answer(std::uint32_t id, const Answer& answer, bool head_only, std::string_view line,
                          bool receiving, Now now) {
  const bool of_file = answer.file != nullptr;
  const std::string text = of_file ? std::string() : status_text(answer.status);
  const std::uint64_t size = !of_file ? text.size() : answer.status == kNotModified ? 0 : answer.size;
  make_head(*worker_, answer, size, now.turn);
  const std::uint64_t body = head_only ? 0 : size;
  send_block(id, body == 0, worker_->block, now.out);
  note({.status = answer.status, .body_bytes = body}, line, now);

  Http2Stream* const known = streams_.find(id);
  Http2Stream& stream = known != nullptr ? *known : streams_.add(id);
  if (known == nullptr) stream.window = peer_settings_.initial_window_size;
  stream.receiving = receiving;
  if (body == 0) return end_stream(stream, now);
  stream.file = answer.file;
  stream.text = text;
  stream.at = answer.first;
  stream.left = body;
  stream.progress = now.turn.now;
  if (body <= kCopiedIntoData && stream.window >= static_cast<std::int64_t>(body) &&
      window_ >= static_cast<std::int64_t>(body)) {
    send_part(stream, now);
  }
}

// RFC 9113 4.3: a block longer than a frame goes on in CONTINUATION frames.
void Http2Session::send_block(std::uint32_t id, bool end_stream, Bytes block, OutBuffer& out) const {
  FrameHeader header{.type = FrameType::kHeaders,
                     .flags = end_stream ? http2::flag::kEndStream : std::uint8_t{0},
                     .stream = id};
  for (;;) {
    const std::size_t size = std::min<std::size_t>(block.size(), http2::kLeastFrameSize);
    header.length = static_cast<std::uint32_t>(size);
    if (size == block.size()) header.flags |= http2::flag::kEndHeaders;
    std::array<std::byte, kFrameHeaderBytes> bytes{};
    http2::write_frame_header(bytes.data(), header);
    out.append(bytes);
    out.append(block.first(size));
    block = block.subspan(size);
    if (block.empty()) return;
    header = {.type = FrameType::kContinuation, .flags = 0, .stream = id};
  }
}

std::string Http2Session::line_of(const Http2Request& request) const {
  if (http_.log == nullptr) return {};
  return fmt::format("{} {} HTTP/2.0", request.method_name, request.target);
}

void Http2Session::note(const Answered& answered, std::string_view line, Now now) {
  ++http_.totals.requests;
  if (http_.log == nullptr) return;
  http_.log->add({.peer = peer_,
                  .at = now.turn.wall,
                  .request_line = line,
                  .status = answered.status,
                  .body_bytes = answered.body_bytes});
}

}  // namespace suite
