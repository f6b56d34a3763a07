// HTTP/2 over sockets, on every backend: what a loop can do wrong. The protocol itself is tested without
// sockets.
#include <algorithm>

#include "tests/conformance/http_test.h"
#include "tests/support/http2_frames.h"

namespace suite::test {
namespace {

// A client of HTTP/2 in the clear.
class Http2Client {
 public:
  explicit Http2Client(const Endpoint& server, std::uint32_t window = http2::kUsualWindow) : socket_(server) {
    send(std::string(http2::kPreface) + settings({{http2::SettingId::kInitialWindowSize, window}}));
  }
  Socket& socket() { return socket_; }
  void send(std::string_view bytes) { ASSERT_TRUE(socket_.send(bytes)); }
  /// The next frame of `type` for `stream`; one of no type where there is none.
  Http2Frame next(FrameType type, std::uint32_t stream) {
    for (;;) {
      while (at_ < frames_.size()) {
        const Http2Frame& one = frames_[at_++];
        if (one.header.type == type && one.header.stream == stream) return one;
      }
      if (!receive()) return {.header = {.type = static_cast<FrameType>(0xff)}, .payload = {}};
    }
  }
  /// The whole body of a stream, wherever in what came it begins.
  std::string body(std::uint32_t stream) {
    std::string text;
    for (std::size_t i = 0;; ++i) {
      if (i == frames_.size() && !receive()) return text + "(cut)";
      const Http2Frame& one = frames_[i];
      if (one.header.stream != stream || one.header.type != FrameType::kData) continue;
      text += one.payload;
      if (one.header.has(flag::kEndStream)) return text;
    }
  }
  /// Whether the whole of `first` came before the end of `then`.
  bool ended_before(std::uint32_t first, std::uint32_t then) const {
    const auto end_of = [&](std::uint32_t stream) {
      return std::ranges::find_if(frames_, [&](const Http2Frame& one) {
        return one.header.stream == stream && one.header.type == FrameType::kData &&
               one.header.has(flag::kEndStream);
      });
    };
    return end_of(first) < end_of(then);
  }

 private:
  bool receive() {
    const std::size_t before = frames_.size();
    while (frames_.size() == before) {
      const std::string more = socket_.receive_next();
      if (more.empty()) return false;
      unread_ += more;
      std::string_view rest = unread_;
      for (Http2Frame& one : take_frames(rest)) frames_.push_back(std::move(one));
      unread_.erase(0, unread_.size() - rest.size());
    }
    return true;
  }

  Socket socket_;
  std::string unread_;
  std::vector<Http2Frame> frames_;
  std::size_t at_ = 0;
};

class Http2Files : public HttpTest {};

TEST_P(Http2Files, AreAnsweredOnManyStreamsAtOnce) {
  Http2Client client(server().endpoint());
  std::string requests;
  for (std::uint32_t id = 1; id < 400; id += 2) requests += get_of(id, "/a.txt");
  client.send(requests);
  for (std::uint32_t id = 1; id < 400; id += 2) ASSERT_EQ(client.body(id), "alpha\n") << id;
}

// The small one is asked for in the midst of the large one, whose windows never end.
TEST_P(Http2Files, AreNotHeldUpByALargeOne) {
  const std::string large(test::kSanitized ? 8'000'000 : 30'000'000, 'L');
  write("large.bin", large);
  Http2Client client(server().endpoint(), http2::kLargestWindow);
  client.send(window_update(0, http2::kLargestWindow - http2::kUsualWindow) + get_of(1, "/large.bin"));
  client.next(FrameType::kData, 1);
  client.send(get_of(3, "/a.txt"));
  EXPECT_EQ(client.body(3), "alpha\n");
  EXPECT_TRUE(client.body(1) == large);
  EXPECT_TRUE(client.ended_before(3, 1));
}

TEST_P(Http2Files, AreFinishedWhenTheServerStops) {
  Http2Client client(server().endpoint(), 2);
  client.send(get_of(1, "/a.txt"));
  client.next(FrameType::kData, 1);
  server().ask_to_stop();
  const Http2Frame goodbye = client.next(FrameType::kGoAway, 0);
  ASSERT_EQ(goodbye.header.type, FrameType::kGoAway);
  client.send(window_update(1, 100));
  EXPECT_EQ(client.body(1), "alpha\n");
  client.socket().receive_rest();
  EXPECT_EQ(client.socket().end(), End::kFinished);
  client.socket().close();
  expect_clean_end(server());
}

SUITE_FOR_EVERY_BACKEND(Http2Files);

}  // namespace
}  // namespace suite::test
