// A server's end of HTTP/2: it answers the same requests wherever the bytes are cut, in frames that a client
// may be sent, and those that libnghttp2 sees.
#include <map>
#include <optional>
#include <set>
#include <string>

#include "common/http2/hpack.h"
#include "tests/fuzz/http2_input.h"
#include "tests/fuzz/served_files.h"
#include "tests/fuzz/targets.h"

namespace suite::fuzz {
namespace {

using http2::FrameType;

/// What the server said of one stream.
struct SaidOfStream {
  std::string head;  // the encoded fields of its last head
  int heads = 0;
  bool ended = false, reset = false;
};

struct SaidByServer {
  std::map<std::uint32_t, SaidOfStream> streams;
  std::optional<std::uint32_t> goaway;  // its code
};

std::uint32_t code_at(std::string_view payload, std::size_t at) {
  return http2::read_u32(reinterpret_cast<const std::byte*>(payload.data()) + at);
}

void note_stream(const FrameView& frame, SaidByServer& said) {
  require(frame.header.stream % 2 == 1, "it speaks of a client's streams only");
  SaidOfStream& stream = said.streams[frame.header.stream];
  if (frame.header.type == FrameType::kRstStream) {
    require(frame.payload.size() == 4, "RST_STREAM has four bytes");
    stream.reset = true;
    return;
  }
  if (frame.header.type == FrameType::kWindowUpdate) return;
  require(!stream.ended && !stream.reset, "nothing follows the end of a stream");
  if (frame.header.type == FrameType::kHeaders) {
    require(frame.header.has(http2::flag::kEndHeaders), "a head is one frame");
    stream.head = frame.payload;
    ++stream.heads;
  } else {
    require(frame.header.type == FrameType::kData, "a stream has heads, content, and ends");
    require(stream.heads > 0, "content has a head in front of it");
  }
  stream.ended = frame.header.has(http2::flag::kEndStream);
}

// RFC 9113 4.1, 6: `sent` consists of frames that a client takes. Its SETTINGS may allow longer ones.
SaidByServer read_answers(std::string_view sent) {
  SaidByServer said;
  if (sent.starts_with("HTTP/1.1 505 ")) return said;
  FrameView frame;
  for (bool first = true; take_frame(sent, frame); first = false) {
    require(!said.goaway, "nothing follows GOAWAY");
    const FrameType type = frame.header.type;
    if (first) require(type == FrameType::kSettings || type == FrameType::kGoAway, "SETTINGS come first");
    if (type == FrameType::kGoAway) {
      require(frame.header.stream == 0 && frame.payload.size() >= 8, "GOAWAY is whole");
      said.goaway = code_at(frame.payload, 4);
    } else if (frame.header.stream != 0) {
      note_stream(frame, said);
    } else {
      require(type == FrameType::kSettings || type == FrameType::kPing || type == FrameType::kWindowUpdate,
              "what is said of no stream is of the connection");
    }
  }
  require(sent.empty(), "frames are whole");
  return said;
}

/// libnghttp2 as the server.
class Nghttp2Requests : public Nghttp2End {
 public:
  explicit Nghttp2Requests(std::string_view text) {
    static nghttp2_session_callbacks* const callbacks = [] {
      nghttp2_session_callbacks* const made = watching_callbacks();
      nghttp2_session_callbacks_set_on_begin_headers_callback(made, &on_begin);
      nghttp2_session_callbacks_set_on_frame_recv_callback(made, &on_frame);
      return made;
    }();
    nghttp2_session* session = nullptr;
    nghttp2_session_server_new(&session, callbacks, user());
    nghttp2_submit_settings(session, NGHTTP2_FLAG_NONE, nullptr, 0);
    take(*session, text);
    nghttp2_session_del(session);
  }

  std::set<std::uint32_t> begun, whole;

 private:
  static Nghttp2Requests& self(void* user) {
    return static_cast<Nghttp2Requests&>(*static_cast<Nghttp2End*>(user));
  }
  static int on_begin(nghttp2_session*, const nghttp2_frame* frame, void* user) {
    self(user).begun.insert(static_cast<std::uint32_t>(frame->hd.stream_id));
    return 0;
  }
  static int on_frame(nghttp2_session*, const nghttp2_frame* frame, void* user) {
    const bool of_request = frame->hd.type == NGHTTP2_HEADERS || frame->hd.type == NGHTTP2_DATA;
    if (of_request && (frame->hd.flags & NGHTTP2_FLAG_END_STREAM) != 0)
      self(user).whole.insert(static_cast<std::uint32_t>(frame->hd.stream_id));
    return 0;
  }
};

// Whose body was sent when a frame came depends on where the bytes were cut: only then a stream's end, its
// reset or its window's overflow differ.
void check_same(const SaidByServer& whole, const SaidByServer& cut) {
  for (const auto& [id, stream] : whole.streams) {
    if (stream.heads == 0) continue;
    const auto found = cut.streams.find(id);
    if (found == cut.streams.end() || found->second.heads == 0) {
      require(cut.goaway.has_value(), "the same requests are answered");
      continue;
    }
    const bool cut_short = whole.goaway.has_value() || cut.goaway.has_value();
    require(cut_short || found->second.head == stream.head, "... with the same heads");
  }
}

void check_like_nghttp2(const SaidByServer& said, const Nghttp2Requests& theirs) {
  if (theirs.failed) return;
  for (const auto& [id, stream] : said.streams)
    if (stream.heads > 0) require(theirs.begun.contains(id), "what is answered was asked for");
  if (said.goaway) return;
  for (const std::uint32_t id : theirs.whole) {
    const auto found = said.streams.find(id);
    const bool is_over = found != said.streams.end() && (found->second.heads > 0 || found->second.reset);
    require(is_over, "what was asked for is answered");
  }
}

}  // namespace

void http2_session(Input input) {
  static ServedFiles served(ServedHttp::kHttp2);
  const Cuts cuts{.first = input.number(), .step = input.number()};
  const std::size_t form = input.number();
  std::string text((form & 1) != 0 ? framed(input.text()) : std::string(input.text()));
  if ((form & 2) == 0) text = std::string(http2::kPreface) + std::string("\0\0\0\4\0\0\0\0\0", 9) + text;
  const auto whole = served.converse(text, kWhole);
  const auto cut = served.converse(text, cuts);
  const SaidByServer said = read_answers(whole.sent), said_cut = read_answers(cut.sent);
  check_same(said, said_cut);
  check_same(said_cut, said);
  check_like_nghttp2(said, Nghttp2Requests(text));
  require(said.goaway.has_value() || whole.goes_on() || whole.sent.starts_with("HTTP/1.1 505 "),
          "a connection that ends is told why");
}

}  // namespace suite::fuzz
