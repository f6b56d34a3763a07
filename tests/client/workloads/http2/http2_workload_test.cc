#include "client/workloads/http2/http2_workload.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "tests/client/workloads/http2/http2_fixture.h"

namespace suite {
namespace {

using namespace http2;
using test::Http2Frame;
using test::Http2Script;
using test::kId;
using testing::ElementsAre;
using testing::IsEmpty;

using Http2WorkloadTest = test::Http2Fixture;

constexpr std::optional<ErrorKind> kRight;

// RFC 9113 3.4: the preface, SETTINGS; and nothing that the server's might forbid.
TEST_F(Http2WorkloadTest, SendsNoRequestBeforeTheServersSettings) {
  connect();
  EXPECT_EQ(workload_->room(kId), 0U);
  EXPECT_FALSE(workload_->is_greeted(kId));
  const std::string sent = send();
  ASSERT_TRUE(sent.starts_with(kPreface));
  const auto frames = test::frames_in(std::string_view(sent).substr(kPreface.size()));
  ASSERT_EQ(frames.size(), 2U);
  Settings ours;
  EXPECT_FALSE(ours.apply(test::bytes_in(frames[0].payload)).has_value());
  EXPECT_FALSE(ours.enable_push);
  EXPECT_GE(ours.initial_window_size, 1U << 29);
  EXPECT_EQ(frames[1].header.type, FrameType::kWindowUpdate);

  receive(Http2Script().settings({{.id = SettingId::kMaxConcurrentStreams, .value = 5}}));
  EXPECT_TRUE(workload_->is_greeted(kId));
  EXPECT_EQ(workload_->room(kId), 5U);
  const auto acknowledgement = send_frames();
  ASSERT_EQ(acknowledgement.size(), 1U);
  EXPECT_EQ(acknowledgement[0].header.type, FrameType::kSettings);
  EXPECT_TRUE(acknowledgement[0].header.has(flag::kAck));
}

TEST_F(Http2WorkloadTest, TellsRepliesInAnyOrderByTheirTicketsCutAtEveryByte) {
  const std::string replies = Http2Script().reply(5).reply(3, "").reply(1).text();
  for (std::size_t cut = 0; cut <= replies.size(); ++cut) {
    begin();
    issue({4, 6, 2});
    EXPECT_THAT(streams_sent(), ElementsAre(1, 3, 5));
    Received all = receive(std::string_view(replies).substr(0, cut));
    const Received rest = receive(std::string_view(replies).substr(cut));
    all.answered.insert(all.answered.end(), rest.answered.begin(), rest.answered.end());
    EXPECT_THAT(all.answered, ElementsAre(2, 6, 4)) << cut;
    EXPECT_LE(all.begun.size(), 1U) << cut;
    EXPECT_EQ(workload_->http_counts()->statuses[200], 3U);
    EXPECT_EQ(workload_->http_counts()->body_bytes, 10U);
  }
}

TEST_F(Http2WorkloadTest, TellsThatAReplyHasBegunOnce) {
  begin();
  issue({0, 1});
  EXPECT_THAT(receive(Http2Script().head(3, {{":status", "200"}})).begun, ElementsAre(1));
  EXPECT_THAT(receive(Http2Script().data(3, "x", false)).begun, IsEmpty());
  EXPECT_THAT(receive(Http2Script().data(3, "y").reply(1)).answered, ElementsAre(1, 0));
}

TEST_F(Http2WorkloadTest, GivesNoMoreRepliesThanAskedFor) {
  begin();
  issue({0, 1, 2});
  const std::string text = Http2Script().reply(1).reply(3).reply(5).text();
  const Replies two = workload_->received(kId, test::bytes_in(text), 2);
  EXPECT_EQ(two.answered, 2U);
  EXPECT_EQ(receive(std::string_view(text).substr(two.consumed)).answered.size(), 1U);
}

TEST_F(Http2WorkloadTest, TellsRepliesOfAnotherOutcomeApart) {
  begin();
  issue({0, 1, 2});
  const Received all = receive(Http2Script().reply(1).reply(3, "no", 404).reply(5));
  EXPECT_THAT(all.answered, ElementsAre(0, 1, 2));
  EXPECT_THAT(all.outcomes, ElementsAre(kRight, ErrorKind::kStatus, kRight));
  EXPECT_EQ(workload_->http_counts()->statuses[404], 1U);
  EXPECT_EQ(workload_->http_counts()->other_lengths, 1U);
}

// RFC 9113 5.1.2. A limit below what is open is kept by opening none.
TEST_F(Http2WorkloadTest, KeepsALimitOfStreamsThatChanges) {
  const auto limit = [](std::uint32_t value) {
    return Http2Script().settings({{.id = SettingId::kMaxConcurrentStreams, .value = value}});
  };
  begin(8, {{.id = SettingId::kMaxConcurrentStreams, .value = 1}});
  EXPECT_EQ(workload_->room(kId), 1U);
  issue({0});
  EXPECT_EQ(workload_->room(kId), 0U);
  receive(limit(4));
  EXPECT_EQ(workload_->room(kId), 3U);
  issue({1, 2, 3});
  receive(limit(2));
  EXPECT_EQ(workload_->room(kId), 0U);
  receive(Http2Script().reply(1).reply(3));
  EXPECT_EQ(workload_->room(kId), 0U);
  receive(Http2Script().reply(5));
  EXPECT_EQ(workload_->room(kId), 1U);
  EXPECT_EQ(workload_->http_counts()->http2->fewest_streams, 1U);
}

TEST_F(Http2WorkloadTest, AnswersAPing) {
  begin();
  receive(Http2Script()
              .frame(FrameType::kPing, 0, 0, "12345678")
              .frame(FrameType::kPing, flag::kAck, 0, "abcdefgh"));
  const auto frames = send_frames();
  ASSERT_EQ(frames.size(), 1U);
  EXPECT_TRUE(frames[0].header.type == FrameType::kPing && frames[0].header.has(flag::kAck));
  EXPECT_EQ(frames[0].payload, "12345678");
}

// RFC 9113 6.1, 6.2, 6.10, 8.1: padding, a priority, CONTINUATION, 1xx, trailers, frames that nobody knows.
TEST_F(Http2WorkloadTest, ReadsAllThatAResponseMayBeMadeOfCutAtEveryByte) {
  const std::string block =
      Http2Script::block({{":status", "200"}, {"content-length", "5"}, {"server", "s"}});
  const std::string pad(7, '\0');
  const std::string priority("\0\0\0\0\x10", 5);
  Http2Script script;
  script.head(1, {{":status", "103"}, {"link", "x"}})
      .frame(FrameType::kHeaders, flag::kPadded | flag::kPriority, 1,
             "\x07" + priority + block.substr(0, 3) + pad)
      .frame(FrameType::kContinuation, 0, 1, block.substr(3, 2))
      .frame(FrameType::kContinuation, 0, 1)
      .frame(FrameType::kContinuation, flag::kEndHeaders, 1, block.substr(5))
      .frame(FrameType::kData, flag::kPadded, 1, "\x07he" + pad)
      .frame(static_cast<FrameType>(0xfa), 0xff, 1, "whatever")
      .frame(FrameType::kPriority, 0, 1, priority)
      .frame(FrameType::kData, 0, 1)
      .frame(FrameType::kData, flag::kPadded, 1, std::string("\0llo", 4))
      .head(1, {{"checksum", "1"}}, true);
  const std::string text = script.text();
  for (std::size_t cut = 0; cut <= text.size(); ++cut) {
    begin();
    issue({0});
    Received all = receive(std::string_view(text).substr(0, cut));
    if (all.answered.empty()) all = receive(std::string_view(text).substr(cut));
    EXPECT_THAT(all.answered, ElementsAre(0)) << cut;
    EXPECT_THAT(all.outcomes, ElementsAre(kRight)) << cut << workload_->remark();
    EXPECT_EQ(workload_->http_counts()->body_bytes, 5U);
    EXPECT_EQ(workload_->http_counts()->server, "s");
    EXPECT_EQ(workload_->http_counts()->responses(), 1U);
  }
}

TEST_F(Http2WorkloadTest, KnowsResponsesWithoutContentWhateverTheirLength) {
  plan_.requests = {get()};
  plan_.requests[0].to_head = true;
  begin();
  issue({0, 1});
  const Received all = receive(Http2Script()
                                   .head(1, {{":status", "200"}, {"content-length", "99"}}, true)
                                   .head(3, {{":status", "304"}}, true));
  EXPECT_THAT(all.outcomes, ElementsAre(kRight, kRight));
}

TEST_F(Http2WorkloadTest, ComparesBodiesPerStream) {
  verify_ = Verify::kFull;
  plan_.requests = {get("/a"), get("/b")};
  begin();
  issue({0, 1, 2, 3});
  Http2Script script;
  for (const std::uint32_t stream : {1U, 3U, 5U, 7U}) script.head(stream, {{":status", "200"}});
  script.data(1, "first a", false)
      .data(3, "first b", false)
      .data(5, "first a", false)
      .data(7, "first a", false);
  script.data(1, "!").data(3, "!").data(5, "!").data(7, "!");
  const Received all = receive(script);
  EXPECT_THAT(all.outcomes, ElementsAre(kRight, kRight, kRight, ErrorKind::kMismatch));
}

TEST_F(Http2WorkloadTest, TakesRequestsInTurn) {
  plan_.requests = {get("/a"), get("/b"), get("/c")};
  begin();
  issue({0, 1});
  issue({2, 3});
  std::vector<std::string> paths;
  HpackDecoder decoder;
  for (const Http2Frame& frame : send_frames()) {
    decoder.decode(test::bytes_in(frame.payload), [&](const FieldView& field) {
      if (field.name == ":path") paths.emplace_back(field.value);
      return true;
    });
  }
  EXPECT_THAT(paths, ElementsAre("/a", "/b", "/c", "/a"));
}

TEST_F(Http2WorkloadTest, SendsInWhateverPieces) {
  for (const std::size_t piece : {std::size_t{1}, std::size_t{7}, SIZE_MAX}) {
    begin();
    issue({0, 1, 2});
    EXPECT_EQ(test::frames_in(send(piece)).size(), 3U) << piece;
  }
}

// RFC 9113 5.1.1: they do not begin again.
TEST_F(Http2WorkloadTest, EndsAConnectionBeforeItsStreamsRunOut) {
  last_stream_ = 101;
  begin(2);
  std::uint32_t stream = 1;
  while (workload_->room(kId) > 0) {
    issue({0});
    const Received all = receive(Http2Script().reply(stream));
    ASSERT_THAT(all.answered, ElementsAre(0));
    stream += 2;
    EXPECT_EQ(all.fate == Fate::kOver, workload_->room(kId) == 0);
  }
  EXPECT_GT(stream, 70U);
  EXPECT_LT(stream, 101U);
  workload_->restart(kId, 0);
  receive(Http2Script().settings());
  EXPECT_GT(workload_->room(kId), 0U);
  EXPECT_EQ(workload_->http_counts()->http2->goaways, 0U);
}

// Its place would be taken by another one if the streams after it went round.
TEST_F(Http2WorkloadTest, KeepsAStreamThatTakesLongerThanManyOthers) {
  begin(2);
  issue({0, 1});
  std::uint32_t other = 3;
  for (int i = 0; i < 50; ++i) {
    EXPECT_THAT(receive(Http2Script().reply(other)).answered, ElementsAre(1));
    send();
    issue({1});
    other = streams_sent().back();
  }
  EXPECT_THAT(receive(Http2Script().reply(1)).answered, ElementsAre(0));
}

// RFC 9113 6.9: of the stream and of the connection. Padding counts as well.
TEST_F(Http2WorkloadTest, WidensItsWindowsLongBeforeTheyAreUsedUp) {
  begin();
  issue({0});
  receive(Http2Script().head(1, {{":status", "200"}}));
  send();
  Http2Script script;
  const std::string frame = std::string(1, '\x0a') + std::string(kLeastFrameSize - 1, '\0');
  for (int i = 0; i < 64; ++i) script.frame(FrameType::kData, flag::kPadded, 1, frame);
  const std::string mebibyte = script.text();
  std::map<std::uint32_t, std::uint64_t> widened;
  std::uint64_t received = 0;
  for (int i = 0; i < 1200; ++i) {
    receive(mebibyte);
    received += 64 * kLeastFrameSize;
    for (const Http2Frame& sent : send_frames()) {
      ASSERT_EQ(sent.header.type, FrameType::kWindowUpdate);
      widened[sent.header.stream] += read_u32(test::bytes_in(sent.payload).data());
    }
    EXPECT_LT(received - widened[0], 1U << 30);
    EXPECT_LT(received - widened[1], 1U << 30);
    EXPECT_LE(widened[0], received);
  }
  EXPECT_EQ(workload_->http_counts()->body_bytes, received - 1200 * 64 * 11);
}

TEST_F(Http2WorkloadTest, CountsTheWindowAlone) {
  begin(8, {{.id = SettingId::kMaxConcurrentStreams, .value = 7}});
  issue({0, 1});
  receive(Http2Script().reply(1));
  workload_->begin_window();
  receive(Http2Script().reply(3));
  workload_->end_window();
  issue({0});
  receive(Http2Script().reply(5));
  EXPECT_EQ(workload_->http_counts()->statuses[200], 1U);
  EXPECT_EQ(workload_->http_counts()->http2->fewest_streams, 7U);
}

}  // namespace
}  // namespace suite
