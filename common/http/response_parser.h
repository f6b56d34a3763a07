// HTTP/1.x responses as a client reads them: what their heads say, and where they end. No sockets.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace suite {

class KnownHead;
struct ParsedLine;

/// What a response's head says about itself and its connection (RFC 9112, sections 4, 6 and 9).
struct ResponseHead {
  unsigned status = 0;         // 100 to 999
  unsigned minor_version = 1;  // of HTTP/1.x: 0, or 1 for that and all higher ones
  bool close = false;          // Connection: close
  bool keep_alive = false;     // Connection: keep-alive
  bool has_length = false;
  bool has_coding = false;  // there is a Transfer-Encoding
  bool chunked = false;     // ... and its last coding is chunked
  bool misframed = false;   // what the fields say of the content's end is wrong or contradictory
  std::uint64_t length = 0;
};

/// Whether the connection can carry another response after this one (RFC 9112 9.3). A head of HTTP/1.0 with
/// a Transfer-Encoding has faulty framing (RFC 9112 6.1): the connection is not to be used again.
bool persists(const ResponseHead& head);

/// Finds where each response of one connection ends, whatever pieces it comes in. A line that lies whole in
/// the bytes given is parsed where it lies; only an incomplete last one is copied, and kept for the next
/// call. So memory is bounded by kMostHeadBytes, and nothing is read twice.
///
/// It reads what RFC 9112 lets a client read. Where that differs from llhttp 8.1 without its lenient flags, a
/// test of the two lists and explains it (tests/common/http/response_parser_differential_test.cc).
class ResponseParser {
 public:
  /// A head, and likewise a trailer section, is malformed when it is longer than this.
  static constexpr std::size_t kMostHeadBytes = 64 * 1024;
  /// Nobody sends chunk extensions of this length.
  static constexpr std::size_t kMostChunkLine = 4 * 1024;

  enum class Event : std::uint8_t {
    kNeedMore,   // all bytes are consumed and something is still missing
    kInterim,    // the head of a 1xx response: the one that counts is still to come
    kHead,       // head() is the final response's
    kBody,       // `body` is a part of the content, without what frames it
    kComplete,   // the response is over; the next call begins another
    kWhole,      // all of a response at once: head() is its, `body` all its content; the next begins another
    kMalformed,  // this is no HTTP/1.x response: nothing on the connection can be trusted now
  };
  struct Step {
    Event event;
    std::size_t consumed;  // of the bytes given
    std::string_view body = {};
  };

  /// Forgets everything: the connection is new. `to_head`: the requests are HEAD, so responses have no
  /// content whatever they say (RFC 9110 9.3.2).
  void restart(bool to_head);
  /// The same of the next response alone, where at_start() and requests differ.
  void expect(bool to_head) { to_head_ = to_head; }

  /// The next event in `bytes`, which continue what was consumed before. Ask again with the rest until
  /// kNeedMore or kMalformed. A response without content, or whose last byte was skipped, completes without
  /// consuming anything: ask with empty bytes too.
  Step next(std::string_view bytes);
  /// The same, where a head that `known` has is not parsed again (nor looked through for server()); one that
  /// is parsed in one piece is what it knows from then on. kWhole comes from here alone.
  Step next(std::string_view bytes, KnownHead& known);

  /// The connection ended. True where that completes the response (RFC 9112 6.3, the last rule).
  bool ends_with_connection() const { return state_ == State::kUntilClose; }
  /// Nothing of another response has been consumed; empty lines before one are no part of it.
  bool at_start() const { return state_ == State::kStatusLine && (line_.empty() || line_ == "\r"); }
  /// How many further bytes are certain to be content of the response that has begun; UINT64_MAX where only
  /// the connection's end ends it. Instead of being given to next(), they may be counted by skip().
  std::uint64_t certain_body() const;
  /// `count` bytes of that content arrived and were not looked at.
  void skip(std::uint64_t count);
  /// Takes empty lines off the front of `bytes`, where at_start(): a client may discard them between
  /// responses (RFC 9112 9.2). next() does so too, and goes on with the response behind them.
  void skip_empty_lines(std::string_view& bytes);

  /// Of the latest kInterim or kHead.
  const ResponseHead& head() const { return head_; }
  /// The first Server field that was not empty since the parser was made (RFC 9110 10.2.4); empty: none yet.
  const std::string& server() const { return server_; }

 private:
  enum class State : std::uint8_t {
    kStatusLine,
    kFields,
    kFinalHead,  // told; what follows it is decided
    kLength,
    kUntilClose,
    kChunkLine,
    kChunkData,
    kChunkEnd,
    kTrailers,
    kMalformed,
  };
  Step begin_status_line(std::string_view bytes);
  Step parse_lines(std::string_view bytes);
  Step keep(std::string_view rest, std::size_t consumed);
  Step continue_line(std::string_view bytes);
  ParsedLine parse_line(const char* at, const char* end);
  std::size_t most_line_bytes() const;
  Event line_parsed();
  Event head_parsed();
  std::optional<std::uint64_t> content_length() const;
  bool begin_body();
  Step take_body(std::string_view bytes);
  Step malformed();
  bool has_no_content() const;
  void finish();

  ResponseHead head_;
  State state_ = State::kStatusLine;
  bool to_head_ = false;
  bool section_over_ = false;    // the line just parsed was the empty one
  bool may_fold_ = false;        // see FieldSection
  std::uint64_t remaining_ = 0;  // bytes of content, or of the chunk
  std::size_t line_bytes_ = 0;   // consumed of this head, chunk line or trailer section
  std::string line_;             // the beginning of a line whose end has not come
  std::string server_;
};

}  // namespace suite
