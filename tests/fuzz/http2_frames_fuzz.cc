// HTTP/2 frames: the same frames wherever the bytes are cut, and what is printed parses again.
#include <span>
#include <string>

#include "client/workloads/http2/frame_reader.h"
#include "common/http2/frame.h"
#include "tests/fuzz/http2_input.h"
#include "tests/fuzz/targets.h"

namespace suite::fuzz {
namespace {

/// What a client reads, as text. Of DATA the content, however many pieces it comes in.
class FrameReading {
 public:
  bool take(std::string_view bytes) {
    auto rest = std::as_bytes(std::span(bytes));
    for (;;) {
      const std::size_t before = rest.size();
      const FrameReader::Piece piece = reader_.next(rest);
      require(rest.size() <= before, "no more is used than there is");
      if (piece.event == FrameReader::Event::kNeedMore) {
        require(rest.empty(), "all is used where more is needed");
        return true;
      }
      if (piece.event == FrameReader::Event::kBroken) {
        seen += "broken " + http2::name_of(piece.error);
        return false;
      }
      note(piece);
    }
  }
  std::string seen;

 private:
  void note(const FrameReader::Piece& piece) {
    const bool is_data = piece.event == FrameReader::Event::kData;
    require(is_data == (piece.header.type == http2::FrameType::kData), "only DATA comes in pieces");
    if (!is_data || piece.begins) {
      seen += std::to_string(piece.header.length) + " " +
              std::to_string(static_cast<int>(piece.header.type)) + " " + std::to_string(piece.header.flags) +
              " " + std::to_string(piece.header.stream) + ":";
    }
    seen.append(reinterpret_cast<const char*>(piece.payload.data()), piece.payload.size());
    if (!is_data || piece.ends) seen += ";";
  }

  FrameReader reader_;
};

void check_header(std::string_view bytes) {
  if (bytes.size() < http2::kFrameHeaderBytes) return;
  const auto header = http2::read_frame_header(reinterpret_cast<const std::byte*>(bytes.data()));
  std::array<std::byte, http2::kFrameHeaderBytes> printed{};
  http2::write_frame_header(printed.data(), header);
  const auto again = http2::read_frame_header(printed.data());
  require(again.length == header.length && again.type == header.type && again.flags == header.flags &&
              again.stream == header.stream,
          "a frame's header parses again as the same");
  const auto rest = std::as_bytes(std::span(bytes.substr(http2::kFrameHeaderBytes)));
  const auto payload = rest.first(std::min<std::size_t>(rest.size(), header.length));
  const auto content = http2::unpadded(header, payload);
  if (content) require(content->size() <= payload.size(), "content lies in its frame");
}

// RFC 9113 6.5.2: the values that settings can have.
void check_settings(std::string_view bytes) {
  const auto payload = std::as_bytes(std::span(bytes.substr(0, bytes.size() / 6 * 6)));
  http2::Settings settings;
  if (settings.apply(payload)) return;
  require(settings.initial_window_size <= http2::kLargestWindow, "a window can be so large");
  require(settings.max_frame_size >= http2::kLeastFrameSize &&
              settings.max_frame_size <= http2::kLargestFrameSize,
          "frames can be so large");
}

}  // namespace

void http2_frames(Input input) {
  const Cuts cuts{.first = input.number(), .step = input.number()};
  const bool is_framed = (input.number() & 1) != 0;
  const std::string text = is_framed ? framed(input.text()) : std::string(input.text());
  FrameReading whole, cut;
  in_pieces(text, kWhole, [&](std::string_view piece) { return whole.take(piece); });
  in_pieces(text, cuts, [&](std::string_view piece) { return cut.take(piece); });
  require(cut.seen == whole.seen, "the same frames, wherever they are cut");
  check_header(text);
  check_settings(text);
}

}  // namespace suite::fuzz
