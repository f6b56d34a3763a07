// One HTTP/2 connection of the load generator (RFC 9113).
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "client/http/http_counts.h"
#include "client/load_plan.h"
#include "client/workloads/body_digest.h"
#include "client/workloads/http2/frame_reader.h"
#include "client/workloads/http2/head_reader.h"
#include "client/workloads/http2/request_frames.h"
#include "client/workloads/http2/stream_table.h"
#include "client/workloads/workload.h"
#include "common/http2/frame.h"

namespace suite {

/// What all conversations of a thread share: what they ask, and what they found.
struct Http2Common {
  const Http2Plan& plan;
  RequestFrames frames;
  Verify verify;
  std::uint64_t depth;
  std::uint32_t last_stream;  // identifiers end before it

  std::uint32_t next_place = 0;                              // of the next request, on whichever connection
  std::vector<std::optional<BodyDigest>> first_bodies = {};  // by URL; empty where nobody compares
  HttpCounts counts = {};
  std::string remark = {};                        // on the first thing that was wrong, in words
  std::vector<Ticket> answered = {}, begun = {};  // by the call that goes on
  Overtaking overtaking = {};
};

/// What Workload says of a connection, for one. Sends nothing before the server's SETTINGS but its own, keeps
/// the server's limits, and gives so wide windows that they never limit the server. Streams that the server
/// has announced not to process (GOAWAY) wait for the next connection; the others are awaited first. Not to
/// be moved while the driver holds what unsent() gave. Its functions are many because each type of frame is
/// one (conversation_frames.cc), and so is each way in which a stream ends.
class Http2Conversation {
 public:
  explicit Http2Conversation(Http2Common& common);

  void restart(std::uint64_t unanswered);
  void issue(std::span<const Ticket> tickets);
  std::uint64_t room() const;
  bool is_greeted() const { return settled_; }
  std::span<const std::byte> unsent();
  bool sent(std::size_t count);
  Replies received(std::span<const std::byte> bytes, std::uint64_t most);
  Replies ended();

 private:
  using Outcome = std::optional<ErrorKind>;
  using Bytes = std::vector<std::byte>;

  /// How a body's way to the server stands.
  struct Upload {
    std::uint64_t sent = 0;
    std::int64_t credit = 0;  // by WINDOW_UPDATE, besides the initial window
  };
  struct HeldBack {
    Ticket ticket;
    Outcome outcome;
  };
  /// Of a header block whose frames are still to come.
  struct Block {
    std::uint32_t stream = 0;  // 0: none is
    bool ends_stream = false;
    Bytes bytes;
  };

  // Requests.
  void open(Ticket ticket);
  void open_waiting();
  void upload();
  bool upload_some(Stream& stream);
  std::int64_t window_of(const Stream& stream) const;
  std::uint64_t body_left(const Stream& stream) const;
  bool can_upload();

  // Frames. False: nothing further is to be looked at now.
  bool take(const FrameReader::Piece& piece);
  bool take_frame(const http2::FrameHeader& header, std::span<const std::byte> payload);
  bool take_settings(const http2::FrameHeader& header, std::span<const std::byte> payload);
  bool take_ping(const http2::FrameHeader& header, std::span<const std::byte> payload);
  bool take_goaway(const http2::FrameHeader& header, std::span<const std::byte> payload);
  bool take_window_update(const http2::FrameHeader& header, std::span<const std::byte> payload);
  bool take_reset(const http2::FrameHeader& header, std::span<const std::byte> payload);
  bool take_headers(const http2::FrameHeader& header, std::span<const std::byte> payload);
  bool take_continuation(const http2::FrameHeader& header, std::span<const std::byte> payload);
  bool take_block(std::uint32_t id, bool ends_stream, std::span<const std::byte> block);
  bool take_data(const FrameReader::Piece& piece);
  bool take_stray(std::uint32_t id);
  bool broken(http2::ErrorCode code, std::string_view what);

  // Replies. False as above: the reply is held back, since it has another outcome than those before it.
  bool finish(Stream& stream);
  bool spoil(Stream& stream, std::string_view why);
  bool close(Stream& stream, Outcome outcome);
  Outcome outcome_of(const Stream& stream);
  void note_begun(const Stream& stream) { begun_ids_.push_back(stream.id); }
  void widen_windows(Stream* stream, const FrameReader::Piece& piece);
  Replies told(std::size_t consumed);
  void note(std::string remark);
  void note_no_http2(std::span<const std::byte> bytes);

  const Http2Plan::Request& request_of(const Stream& stream) const {
    return common_.plan.requests[common_.frames.url(stream.place)];
  }

  Http2Common& common_;
  StreamTable streams_;
  std::vector<std::uint32_t> places_;  // of requests, by ticket
  std::vector<Ticket> waiting_;        // to be sent again, in their order
  std::vector<Upload> uploads_;        // by slot; empty where no request has a body
  std::vector<BodyDigest> digests_;    // by slot; empty where nobody compares
  std::vector<std::uint32_t> uploading_, begun_ids_;

  Bytes sending_, queued_;  // lent to the driver: it moves only when that asks for more; and behind it
  std::size_t sent_ = 0;    // of sending_
  RequestFrames::Form form_ = RequestFrames::Form::kLiteral;
  bool gave_up_table_ = false;

  FrameReader reader_;
  std::optional<HeadReader> heads_;
  Block block_;
  http2::Settings server_;
  bool settled_ = false;    // the server's SETTINGS have come
  bool going_ = false;      // its GOAWAY has, or identifiers have run out
  bool has_reset_ = false;  // a stream of ours: frames for it may still come
  bool broken_ = false;
  bool has_farewell_ = false;     // GOAWAY, which says why
  std::int64_t window_ = 0;       // for bodies of requests, over all streams
  std::uint64_t uncredited_ = 0;  // bytes received by which the connection's window was not widened yet
  std::optional<HeldBack> held_back_;
  Outcome wrong_;  // of what is told by the call that goes on
};

}  // namespace suite
