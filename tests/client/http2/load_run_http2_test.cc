// Runs of HTTP/2 over sockets, against servers that follow a script.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <string>
#include <vector>

#include "tests/client/load_run_http_fixture.h"
#include "tests/client/workloads/http2/http2_frames.h"

namespace suite {
namespace {

using namespace http2;
using test::Http2Script;

/// The streams that end in what arrives on one connection; the preface is passed over.
class Http2Requests {
 public:
  /// Waits for more; false at the end of the stream.
  bool wait(int fd) {
    const std::string more = test::receive(fd);
    text_ += more;
    return !more.empty();
  }
  std::vector<std::uint32_t> take() {
    if (!begun_ && text_.size() >= kPreface.size()) {
      text_.erase(0, kPreface.size());
      begun_ = true;
    }
    std::vector<std::uint32_t> streams;
    while (begun_ && text_.size() >= kFrameHeaderBytes) {
      const FrameHeader header = read_frame_header(test::bytes_in(text_).data());
      if (text_.size() < kFrameHeaderBytes + header.length) break;
      text_.erase(0, kFrameHeaderBytes + header.length);
      if (header.type == FrameType::kHeaders) streams.push_back(header.stream);
    }
    return streams;
  }

 private:
  std::string text_;
  bool begun_ = false;
};

class Http2OnDrivers : public test::HttpOnDrivers<DriverKind> {
 protected:
  LoadPlan plan_for(const test::ScriptedServer& server) const {
    LoadPlan plan = HttpOnDrivers::plan_for(server);
    plan.depth = 4;
    plan.requests = 200;
    plan.protocol =
        Http2Plan{.requests = {{.fields = {{":method", "GET"}, {":scheme", "http"}, {":path", "/"}}}}};
    return plan;
  }
};

// RFC 9113 6.8. Each connection answers ten requests, the latest of those at hand first, and no further one.
TEST_P(Http2OnDrivers, GoOnElsewhereWhereTheServerGoesAway) {
  constexpr std::size_t kPerConnection = 10;
  std::atomic<std::uint64_t> answered = 0;
  const test::ScriptedServer server([&](int fd, int) {
    test::send_all(fd, Http2Script().settings().text());
    Http2Requests requests;
    for (std::size_t left = kPerConnection; left > 0 && requests.wait(fd);) {
      auto streams = requests.take();
      streams.resize(std::min(streams.size(), left));
      left -= streams.size();
      Http2Script script;
      if (left == 0) script.goaway(streams.back());
      for (; !streams.empty(); streams.pop_back(), ++answered) script.reply(streams.back());
      test::send_all(fd, script.text());
    }
    while (requests.wait(fd)) requests.take();
  });
  const LoadResult result = test::run_http_and_check(plan_for(server));
  EXPECT_EQ(result.counts.completed, 200U);
  EXPECT_EQ(result.counts.errors.total(), 0U);
  EXPECT_EQ(answered, 200U);
  EXPECT_GE(result.http->http2->goaways, 16U);
  EXPECT_GE(result.counts.reopened, 16U);
}

TEST_P(Http2OnDrivers, CountAConnectionOnWhichNoSettingsComeAsOneThatCouldNotBeOpened) {
  const test::ScriptedServer server(&test::swallow);
  LoadPlan plan = plan_for(server);
  plan.requests = 3;
  plan.timeout = std::chrono::milliseconds(20);
  const LoadResult result = test::run_and_check(plan);
  EXPECT_EQ(result.counts.errors[ErrorKind::kConnect], result.counts.errors.total());
  EXPECT_EQ(result.counts.sent, 0U);
}

// RFC 9113 5.4.1. A PING belongs to no stream (6.7).
TEST_P(Http2OnDrivers, SayWhyWithGoawayBeforeTheyLeaveAServerThatBreaksTheRules) {
  std::promise<std::string> heard;
  const test::ScriptedServer server([&](int fd, int number) {
    std::string text = test::receive(fd);
    test::send_all(fd, Http2Script().settings({}).frame(FrameType::kPing, 0, 1, "12345678").text());
    for (std::string more = test::receive(fd); !more.empty(); more = test::receive(fd)) text += more;
    if (number == 0) heard.set_value(text);
  });
  LoadPlan plan = plan_for(server);
  plan.connections = 1;
  plan.requests = 1;
  test::run_and_check(plan);
  std::future<std::string> text = heard.get_future();
  ASSERT_EQ(text.wait_for(test::kPatience), std::future_status::ready);
  const std::vector<test::Http2Frame> frames = test::frames_in(text.get().substr(kPreface.size()));
  ASSERT_FALSE(frames.empty());
  EXPECT_EQ(frames.back().header.type, FrameType::kGoAway);
  EXPECT_EQ(frames.back().payload.substr(0, 8),
            test::u32(0) + test::u32(static_cast<std::uint32_t>(ErrorCode::kProtocolError)));
}

TEST_P(Http2OnDrivers, CountRefusedAndBrokenStreamsByTheirKinds) {
  const test::ScriptedServer server([&](int fd, int) {
    test::send_all(fd, Http2Script().settings({{.id = SettingId::kMaxConcurrentStreams, .value = 2}}).text());
    Http2Requests requests;
    while (requests.wait(fd)) {
      Http2Script script;
      for (const std::uint32_t stream : requests.take()) {
        if (stream % 8 == 3) {
          script.reset(stream, ErrorCode::kRefusedStream);
        } else if (stream % 8 == 5) {
          script.reset(stream, ErrorCode::kInternalError);
        } else {
          script.reply(stream);
        }
      }
      test::send_all(fd, script.text());
    }
  });
  LoadPlan plan = plan_for(server);
  plan.connections = 1;
  const LoadResult result = test::run_http_and_check(plan);
  EXPECT_EQ(result.counts.errors[ErrorKind::kRefusedStream], 50U);
  EXPECT_EQ(result.counts.errors[ErrorKind::kReset], 50U);
  EXPECT_EQ(result.counts.completed, 100U);
  EXPECT_EQ(result.counts.reopened, 0U);
  EXPECT_THAT(result.warnings, testing::Contains(testing::HasSubstr("takes 2 streams at once")));
}

INSTANTIATE_TEST_SUITE_P(Each, Http2OnDrivers, test::drivers_of_sockets(), test::driver_name);

// No socket: what is sent is answered in memory.
TEST(Http2OnNoDriver, IsAnsweredInMemory) {
  for (const bool head : {false, true}) {
    LoadPlan plan{.connections = 3,
                  .depth = 5,
                  .duration = {},
                  .requests = 1000,
                  .protocol = Http2Plan{.requests = {{.fields = {{":method", head ? "HEAD" : "POST"},
                                                                 {":scheme", "http"},
                                                                 {":path", "/"}},
                                                      .body = head ? "" : std::string(70'000, 'b'),
                                                      .to_head = head}}},
                  .verify = Verify::kLength,
                  .driver = DriverKind::kNull};
    const LoadResult result = test::run_and_check(plan);
    EXPECT_EQ(result.counts.completed, 1000U);
    EXPECT_EQ(result.http->body_bytes, head ? 0U : 40'000U);
  }
}

}  // namespace
}  // namespace suite
