// The streams of one HTTP/2 connection that are under way, in the order of their numbers.
#pragma once

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "servers/protocols/http/answer.h"

namespace suite {

/// A request whose body is being read past; it is answered at the end of it.
struct Http2Waiting {
  Answer answer;
  bool head_only = false;
  std::string line;                        // for the log
  std::optional<std::uint64_t> announced;  // by Content-Length
  std::uint64_t received = 0;
  std::chrono::steady_clock::time_point due{};
};

struct Http2Stream {
  std::uint32_t id;
  /// What the peer lets us send; below 0 where it took back what it had allowed (RFC 9113 6.9.2).
  std::int64_t window = 0;
  bool receiving = false;                      // the peer has not ended its side
  std::uint32_t unacknowledged = 0;            // bytes of DATA since the last WINDOW_UPDATE
  std::unique_ptr<Http2Waiting> waiting = {};  // its answer has not begun
  /// It is answered; what still comes of its body is discarded until then.
  std::optional<std::chrono::steady_clock::time_point> lingers_until = {};

  // The body of its answer, as far as that is not sent: of the file, or else of the text.
  std::shared_ptr<const File> file = {};
  std::string text = {};
  std::uint64_t at = 0, left = 0;
  std::chrono::steady_clock::time_point progress{};  // when some of it was sent last

  bool can_send() const { return left > 0 && window > 0; }
};

/// A stream that was answered at once is never in here. One thread.
class Http2Streams {
 public:
  bool empty() const { return streams_.empty(); }
  std::size_t size() const { return streams_.size(); }
  auto begin() { return streams_.begin(); }
  auto end() { return streams_.end(); }
  auto begin() const { return streams_.begin(); }
  auto end() const { return streams_.end(); }

  /// `id` is above all that there are. Valid until the next add() or remove().
  Http2Stream& add(std::uint32_t id) { return streams_.emplace_back(Http2Stream{.id = id}); }
  Http2Stream* find(std::uint32_t id) {
    const auto at = std::ranges::lower_bound(streams_, id, {}, &Http2Stream::id);
    return at != streams_.end() && at->id == id ? &*at : nullptr;
  }
  void remove(std::uint32_t id) {
    std::erase_if(streams_, [id](const Http2Stream& stream) { return stream.id == id; });
    if (streams_.empty()) streams_ = std::vector<Http2Stream>();  // an idle connection holds no memory
  }

  /// The next one after the last that this returned, in turn, that can send; nullptr: none can.
  Http2Stream* next_to_send() {
    const auto after = std::ranges::upper_bound(streams_, last_, {}, &Http2Stream::id);
    auto found = std::find_if(after, streams_.end(), can_send);
    if (found == streams_.end()) {
      found = std::find_if(streams_.begin(), after, can_send);
      if (found == after) return nullptr;
    }
    last_ = found->id;
    return &*found;
  }
  bool any_can_send() const { return std::ranges::any_of(streams_, can_send); }

 private:
  static bool can_send(const Http2Stream& stream) { return stream.can_send(); }

  std::vector<Http2Stream> streams_;
  std::uint32_t last_ = 0;
};

/// Streams that this end has reset: "An endpoint that sends a RST_STREAM frame on a stream that is in the
/// 'open' or 'half-closed (local)' state could receive any type of frame" (RFC 9113 5.1). The latest ones.
class Http2Resets {
 public:
  void note(std::uint32_t id) {
    if (ids_ == nullptr) ids_ = std::make_unique<std::array<std::uint32_t, kKept>>();
    (*ids_)[next_++ % kKept] = id;
  }
  bool has(std::uint32_t id) const { return ids_ != nullptr && std::ranges::find(*ids_, id) != ids_->end(); }

 private:
  static constexpr std::size_t kKept = 128;

  std::unique_ptr<std::array<std::uint32_t, kKept>> ids_;
  std::size_t next_ = 0;
};

}  // namespace suite
