// A session of HTTP/2 between two files: the frames that are given to it, and those that it would have a loop
// send.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <fstream>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "servers/protocols/http_protocol.h"
#include "tests/support/http2_frames.h"
#include "tests/support/sent_text.h"
#include "tests/support/temporary_folder.h"

namespace suite::test {

class Http2SessionTest : public testing::Test {
 protected:
  Http2SessionTest() {
    write("a.txt", "the text of a");
    write("empty.txt", "");
    write("large.bin", std::string(300'000, 'L'));
    restart();
  }
  void write(const std::string& name, const std::string& content) const {
    std::ofstream(folder_.file(name)) << content;
  }
  void restart() {
    auto factory = http_protocol(options_)(context_);
    ASSERT_TRUE(factory);
    factory_ = std::move(*factory);
    reconnect();
  }
  void reconnect() {
    out_ = OutBuffer();
    session_ = factory_(Endpoint());
  }

  /// Takes what is to be sent.
  std::string take_out() { return sent_text(out_); }
  /// ... and goes on where the session has more, as a loop does where nothing arrives.
  std::string send_all(After after) {
    std::string sent = take_out();
    while (after == After::kMore || after == After::kReadOrMore) {
      after = session_->resume(turn_, out_);
      sent += take_out();
    }
    after_ = after;
    return sent;
  }
  std::string give(std::string_view bytes) {
    return send_all(session_->on_bytes(bytes_of(bytes), turn_, out_));
  }
  static std::vector<Http2Frame> frames_of(std::string_view bytes) {
    const std::vector<Http2Frame> frames = take_frames(bytes);
    EXPECT_TRUE(bytes.empty());
    return frames;
  }
  std::vector<Http2Frame> exchange(std::string_view bytes) { return frames_of(give(bytes)); }
  static std::string beginning(const std::vector<http2::Setting>& values = {}) {
    return std::string(http2::kPreface) + settings(values);
  }
  /// The connection is open: what was said at its beginning is read past.
  void open(const std::vector<http2::Setting>& values = {}) { give(beginning(values)); }

  /// What of `frames` is of that stream: its status and its body.
  struct Response {
    Http2FieldList fields;
    std::string body;
    bool ended = false;
    std::optional<ErrorCode> reset;
    std::string status() const { return field(fields, ":status"); }
  };
  static Response response(const std::vector<Http2Frame>& frames, std::uint32_t stream) {
    Response made;
    for (const Http2Frame& one : frames) {
      if (one.header.stream != stream) continue;
      if (one.header.type == FrameType::kHeaders) made.fields = decoded(one.payload);
      if (one.header.type == FrameType::kData) made.body += one.payload;
      if (one.header.type == FrameType::kRstStream)
        made.reset = static_cast<ErrorCode>(http2::read_u32(bytes_of(one.payload).data()));
      if (one.header.type == FrameType::kData || one.header.type == FrameType::kHeaders)
        made.ended = made.ended || one.header.has(flag::kEndStream);
    }
    return made;
  }
  /// The code of the GOAWAY among them; nothing where there is none.
  static std::optional<ErrorCode> goaway(const std::vector<Http2Frame>& frames) {
    for (const Http2Frame& one : frames) {
      if (one.header.type == FrameType::kGoAway)
        return static_cast<ErrorCode>(http2::read_u32(bytes_of(one.payload).data() + 4));
    }
    return std::nullopt;
  }
  static std::size_t count(const std::vector<Http2Frame>& frames, FrameType type) {
    return static_cast<std::size_t>(
        std::ranges::count_if(frames, [&](const Http2Frame& one) { return one.header.type == type; }));
  }

  TemporaryFolder folder_;
  HttpOptions options_{.root = folder_.file(""),
                       .server_name = "suite/test",
                       .idle_timeout = std::chrono::seconds(60),
                       .version = ServedHttp::kHttp2};
  WorkerTotals totals_;
  std::atomic<std::uint32_t> hangups_ = 0;
  WorkerContext context_{.totals = totals_, .index = 0, .workers = 1, .hangups = hangups_};
  Turn turn_{.now = std::chrono::steady_clock::now(),
             .wall = std::chrono::sys_days(std::chrono::year(2040) / 1 / 2) + std::chrono::hours(3)};
  OutBuffer out_;
  SessionFactory factory_;
  std::unique_ptr<Session> session_;
  After after_ = After::kRead;
};

}  // namespace suite::test
