// HTTP/2 on one connection (RFC 9113): how it is asked, and how it is answered.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "common/http2/frame.h"
#include "common/http2/hpack.h"
#include "servers/protocols/http2/allowance.h"
#include "servers/protocols/http2/http2_answer.h"
#include "servers/protocols/http2/http2_streams.h"
#include "servers/session.h"

namespace suite {

/// What this end allows.
struct Http2Limits {
  static constexpr std::uint32_t kStreams = 128;  // at a time
  static constexpr std::uint32_t kFrame = http2::kLeastFrameSize;
  static constexpr std::int64_t kWindow = http2::kUsualWindow;      // of a request's body, and of all of them
  static constexpr std::size_t kBlock = RequestLimits::kHeadBytes;  // of encoded fields
};

/// A connection's. Requests that can be answered at once never become a stream; the others share the outbox
/// in turn, a frame each. Between two outboxes it hears what has arrived (After::kReadOrMore). It keeps what
/// it has not parsed: at most one read, and a frame that is not whole. Its functions are many because each
/// type of frame is one, in files by what they do.
class Http2Session final : public Session {
 public:
  Http2Session(std::shared_ptr<Http2Worker> worker, std::string peer)
      : worker_(std::move(worker)), http_(*worker_->http), peer_(std::move(peer)) {}

  After on_bytes(std::span<const std::byte> in, const Turn& turn, OutBuffer& out) override;
  After resume(const Turn& turn, OutBuffer& out) override;
  After on_end(const Turn& turn, OutBuffer& out) override;
  After on_drain(const Turn& turn, OutBuffer& out) override;
  After on_deadline(const Turn& turn, OutBuffer& out) override;
  std::optional<std::chrono::nanoseconds> patience() const override;
  void on_closed(CloseReason) override {}

 private:
  using TimePoint = std::chrono::steady_clock::time_point;
  using Bytes = std::span<const std::byte>;
  /// A call's surroundings.
  struct Now {
    const Turn& turn;
    OutBuffer& out;
  };
  enum class Stage { kPreface, kFirstSettings, kOpen, kOver };
  /// A header block that CONTINUATION frames go on with.
  struct OpenBlock {
    std::uint32_t stream;
    bool end_stream;
    TimePoint due;
    std::vector<std::byte> bytes;
  };
  /// The latest plain GET: a block of the same bytes asks for the same, while the table has not changed.
  struct Remembered {
    std::vector<std::byte> block;
    std::uint64_t generation = 0;
    std::string target, path;
  };

  After go_on(Bytes in, Now now);
  After next(bool input_left) const;
  void serve(Bytes& in, Now now);
  bool take_preface(Bytes& in, Now now);
  void note_unfinished(Bytes rest, Now now);

  // http2_session_frames.cc: what each frame does.
  void on_frame(const http2::FrameHeader& header, Bytes payload, Now now);
  void on_data(const http2::FrameHeader& header, Bytes payload, Now now);
  void on_headers(const http2::FrameHeader& header, Bytes payload, Now now);
  void on_continuation(const http2::FrameHeader& header, Bytes payload, Now now);
  void on_priority(const http2::FrameHeader& header, Now now);
  void on_rst_stream(const http2::FrameHeader& header, Now now);
  void on_settings(const http2::FrameHeader& header, Bytes payload, Now now);
  void on_ping(const http2::FrameHeader& header, Bytes payload, Now now);
  void on_goaway(const http2::FrameHeader& header, Now now);
  void on_window_update(const http2::FrameHeader& header, Bytes payload, Now now);
  void acknowledge(std::uint32_t id, Http2Stream* stream, std::uint32_t size, Now now);
  void take_body(Http2Stream& stream, std::size_t size, bool last, Now now);
  bool is_idle(std::uint32_t id) const { return id > last_stream_ || id % 2 == 0; }

  // http2_session_requests.cc: header blocks, and their answers.
  void on_block(std::uint32_t id, bool end_stream, Bytes block, Now now);
  void on_block_of_known(std::uint32_t id, bool end_stream, Now now);
  void on_request(std::uint32_t id, bool end_stream, Bytes block, std::uint64_t generation, Now now);
  bool decode(Bytes block, Now now);
  bool serve_remembered(std::uint32_t id, Bytes block, Now now);
  void remember(const Http2Request& request, Bytes block, std::uint64_t generation);
  void wait_for_body(std::uint32_t id, const Http2Request& request, Now now);
  void answer_waiting(Http2Stream& stream, Now now);
  /// Sends the head, and as much of the body as needs no waiting. `receiving`: the peer has not ended its
  /// side.
  void answer(std::uint32_t id, const Answer& answer, bool head_only, std::string_view line, bool receiving,
              Now now);
  void send_block(std::uint32_t id, bool end_stream, Bytes block, OutBuffer& out) const;
  void note(const Answered& answered, std::string_view line, Now now);
  std::string line_of(const Http2Request& request) const;

  // Bodies, and how things end.
  TimePoint waits_since(const Http2Stream& stream) const;
  void send_bodies(Now now);
  void send_part(Http2Stream& stream, Now now);
  void append_part(const Http2Stream& stream, std::size_t size, OutBuffer& out) const;
  void end_stream(Http2Stream& stream, Now now);
  void stop_lingering(Now now);
  void reset(std::uint32_t id, http2::ErrorCode code, Now now);
  /// A stream error of the peer's (RFC 9113 5.4.2): reset, and paid for.
  void refuse(std::uint32_t id, http2::ErrorCode code, Now now);
  /// A connection error (5.4.1).
  void fail(http2::ErrorCode code, std::string_view why, Now now);
  void spend(std::int32_t cost, std::string_view on_what, Now now);
  void say_goodbye(http2::ErrorCode code, std::string_view why, OutBuffer& out);
  /// `append` appends whole frames to the vector that it is given.
  template <class Append>
  void send_frame(OutBuffer& out, Append append) const {
    worker_->frame.clear();
    append(worker_->frame);
    out.append(worker_->frame);
  }

  std::shared_ptr<Http2Worker> worker_;
  HttpWorker& http_;
  std::string peer_;             // for the log; empty where there is none
  std::vector<std::byte> kept_;  // input that is not served yet
  std::unique_ptr<http2::HpackDecoder> decoder_;
  Remembered remembered_;
  std::optional<OpenBlock> block_;
  Http2Streams streams_;
  Http2Resets resets_;
  http2::Settings peer_settings_;
  Allowance allowance_;

  std::int64_t window_ = http2::kUsualWindow;        // what the peer lets us send on all streams
  std::uint32_t unacknowledged_ = 0;                 // bytes of DATA since the last WINDOW_UPDATE
  std::uint32_t last_stream_ = 0;                    // of the peer's, the latest
  std::uint32_t skipped_from_ = 0, skipped_to_ = 0;  // numbers that the peer passed over, the latest
  std::optional<TimePoint> due_;                     // for the preface, or a frame that is under way
  TimePoint idle_since_{};
  TimePoint progress_{};  // when some of any body was sent last
  TimePoint now_{};       // of the latest call
  Stage stage_ = Stage::kPreface;
  bool draining_ = false;
  bool ended_ = false;  // the peer's sending side
};

}  // namespace suite
