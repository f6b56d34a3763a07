// What a server of HTTP/2 may do to a client, and what it must not.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "tests/client/workloads/http2/http2_fixture.h"

namespace suite {
namespace {

using namespace http2;
using test::Http2Frame;
using test::Http2Script;
using test::kAny;
using test::kId;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr std::optional<ErrorKind> kGood;

// --- GOAWAY ---------------------------------------------------------------------------------------------

using Http2GoawayTest = test::Http2Fixture;

// RFC 9113 6.8: what came after the last stream was not processed, and may be sent again.
TEST_F(Http2GoawayTest, FinishesWhatIsProcessedAndSendsTheRestAgainInItsOrder) {
  plan_.requests = {get("/a"), get("/b"), get("/c"), get("/d")};
  begin();
  issue({3, 2, 1, 0});
  send();
  const Received first = receive(Http2Script().goaway(3).reply(3));
  EXPECT_THAT(first.answered, ElementsAre(2));
  EXPECT_EQ(first.fate, Fate::kGoesOn);
  EXPECT_EQ(workload_->room(kId), 0U);
  const Received second = receive(Http2Script().reply(1));
  EXPECT_THAT(second.answered, ElementsAre(3));
  EXPECT_EQ(second.fate, Fate::kOver);

  workload_->restart(kId, 2);
  EXPECT_EQ(test::frames_in(send().substr(kPreface.size())).size(), 2U) << "no request before SETTINGS";
  receive(Http2Script().settings());
  std::vector<std::string> paths;
  HpackDecoder decoder;
  for (const Http2Frame& frame : send_frames()) {
    if (frame.header.type != FrameType::kHeaders) continue;
    decoder.decode(test::bytes_in(frame.payload), [&](const FieldView& field) {
      if (field.name == ":path") paths.emplace_back(field.value);
      return true;
    });
  }
  EXPECT_THAT(paths, ElementsAre("/c", "/d"));
  EXPECT_THAT(receive(Http2Script().reply(1).reply(3)).answered, ElementsAre(1, 0));
  EXPECT_EQ(workload_->http_counts()->http2->goaways, 1U);
  EXPECT_EQ(workload_->http_counts()->http2->sent_again, 2U);
}

// As servers do that shut down gracefully: the largest stream first, then the last one.
TEST_F(Http2GoawayTest, TakesASecondOneThatSaysMore) {
  begin();
  issue({0, 1});
  EXPECT_EQ(receive(Http2Script().goaway(kLargestWindow)).fate, Fate::kGoesOn);
  const Received all = receive(Http2Script().reply(1).goaway(1));
  EXPECT_THAT(all.answered, ElementsAre(0));
  EXPECT_EQ(all.fate, Fate::kOver);
  EXPECT_EQ(workload_->http_counts()->http2->goaways, 1U);
}

TEST_F(Http2GoawayTest, IsTheEndOfAConnectionWithNothingToDo) {
  begin();
  EXPECT_EQ(receive(Http2Script().goaway(0)).fate, Fate::kOver);
}

TEST_F(Http2GoawayTest, LosesOnlyWhatWasPromisedWhereTheServerEndsEarly) {
  begin();
  issue({0, 1, 2});
  receive(Http2Script().goaway(3));
  const Replies lost = workload_->ended(kId);
  EXPECT_EQ(lost.answered, 2U);
  EXPECT_EQ(lost.wrong, ErrorKind::kClosedEarly);
  EXPECT_THAT(lost.overtaking->answered, testing::UnorderedElementsAre(0, 1));
  workload_->restart(kId, 1);
  receive(Http2Script().settings());
  EXPECT_THAT(receive(Http2Script().reply(1)).answered, ElementsAre(2));
}

TEST_F(Http2GoawayTest, SendsAgainNoMoreAtOnceThanTheServerTakes) {
  begin();
  issue({0, 1, 2});
  receive(Http2Script().goaway(0));
  workload_->restart(kId, 3);
  send();
  receive(Http2Script().settings({{.id = SettingId::kMaxConcurrentStreams, .value = 2}}));
  EXPECT_THAT(streams_sent(), ElementsAre(1, 3));
  EXPECT_EQ(workload_->room(kId), 0U);
  EXPECT_THAT(receive(Http2Script().reply(3)).answered, ElementsAre(1));
  EXPECT_THAT(streams_sent(), ElementsAre(5));
  EXPECT_THAT(receive(Http2Script().reply(5)).answered, ElementsAre(2));
  EXPECT_EQ(workload_->room(kId), 1U);
}

// --- Streams that end badly -----------------------------------------------------------------------------

using Http2StreamFaultsTest = test::Http2Fixture;

TEST_F(Http2StreamFaultsTest, AreErrorsOfTheirRequestsAlone) {
  begin();
  issue({0, 1, 2, 3});
  const Received all = receive(Http2Script()
                                   .reset(1, ErrorCode::kRefusedStream)
                                   .reset(3, ErrorCode::kInternalError)
                                   .head(5, {{"no-status", "x"}})
                                   .reply(7));
  EXPECT_THAT(all.answered, ElementsAre(0, 1, 2, 3));
  EXPECT_THAT(all.outcomes,
              ElementsAre(ErrorKind::kRefusedStream, ErrorKind::kReset, ErrorKind::kMalformed, kGood));
  EXPECT_EQ(all.fate, Fate::kGoesOn);
  EXPECT_THAT(workload_->remark(), HasSubstr("INTERNAL_ERROR"));
  EXPECT_EQ(workload_->http_counts()->responses(), 1U);
  EXPECT_EQ(workload_->room(kId), UINT32_MAX);
  receive(Http2Script().data(5, "what was on its way").reset(1, ErrorCode::kCancel));  // is ignored
}

// RFC 9113 8.1.1, 8.2, 8.2.2, 8.3.2, 8.6.
TEST_F(Http2StreamFaultsTest, MakeAResponseMalformed) {
  const std::vector<std::pair<const char*, Http2Script>> cases{
      {"a length that is not the body's",
       Http2Script().head(1, {{":status", "200"}, {"content-length", "9"}}).data(1, "x")},
      {"two lengths",
       Http2Script().head(1, {{":status", "200"}, {"content-length", "1"}, {"content-length", "2"}})},
      {"no length", Http2Script().head(1, {{":status", "200"}, {"content-length", "-1"}})},
      {"two statuses", Http2Script().head(1, {{":status", "200"}, {":status", "200"}})},
      {"a status of four digits", Http2Script().head(1, {{":status", "2000"}})},
      {"a late status", Http2Script().head(1, {{"a", "b"}, {":status", "200"}})},
      {"another pseudo-header field", Http2Script().head(1, {{":status", "200"}, {":path", "/"}})},
      {"an upper-case name", Http2Script().head(1, {{":status", "200"}, {"Server", "x"}})},
      {"Connection", Http2Script().head(1, {{":status", "200"}, {"connection", "close"}})},
      {"101", Http2Script().head(1, {{":status", "101"}})},
      {"an interim response that is the last", Http2Script().head(1, {{":status", "100"}}, true)},
      {"trailers that are none", Http2Script().head(1, {{":status", "200"}}).head(1, {{"a", "b"}})},
      {"a second status", Http2Script().head(1, {{":status", "200"}}).head(1, {{":status", "200"}}, true)},
      {"a body without a head", Http2Script().data(1, "x")},
  };
  for (const auto& [name, script] : cases) {
    begin();
    issue({0});
    const Received all = receive(script);
    EXPECT_THAT(all.outcomes, ElementsAre(ErrorKind::kMalformed)) << name;
    EXPECT_EQ(all.fate, Fate::kGoesOn) << name;
    EXPECT_NE(workload_->remark(), "") << name;
  }
}

// --- Connections that break the rules -------------------------------------------------------------------

struct Http2Breach {
  std::string name;
  Http2Script script;  // after the server's SETTINGS; stream 1 is open
  ErrorCode error;
};

class Http2Breaches : public test::Http2Fixture, public testing::WithParamInterface<Http2Breach> {};

TEST_P(Http2Breaches, AreMalformedWithTheErrorsNameCutAtEveryByte) {
  const std::string text = GetParam().script.text();
  constexpr std::size_t kMostCuts = 100;  // what follows is alike
  for (std::size_t cut = 0; cut < std::min(text.size(), kMostCuts); ++cut) {
    begin();
    issue({0});
    Received all = receive(std::string_view(text).substr(0, cut));
    if (all.fate == Fate::kGoesOn) all = receive(std::string_view(text).substr(cut));
    EXPECT_EQ(all.fate, Fate::kBroken) << cut;
    EXPECT_THAT(workload_->remark(), HasSubstr(name_of(GetParam().error))) << cut;
  }
}

// RFC 9113 5.4.1: GOAWAY with the code of the error, and the last stream of the other end's: none.
TEST_P(Http2Breaches, AreAnsweredWithGoawayAndNothingBehindIt) {
  begin();
  issue({0});
  EXPECT_EQ(receive(GetParam().script).fate, Fate::kBroken);
  EXPECT_EQ(workload_->room(kId), 0U);
  const std::vector<Http2Frame> frames = send_frames();
  ASSERT_FALSE(frames.empty());
  const Http2Frame& last = frames.back();
  EXPECT_EQ(last.header.type, FrameType::kGoAway);
  EXPECT_EQ(last.header.stream, 0U);
  EXPECT_EQ(last.payload.substr(0, 8),
            test::u32(0) + test::u32(static_cast<std::uint32_t>(GetParam().error)));
}

Http2Script one(FrameType type, std::uint8_t flags, std::uint32_t stream, std::string payload = {}) {
  return Http2Script().frame(type, flags, stream, payload);
}

INSTANTIATE_TEST_SUITE_P(
    Each, Http2Breaches,
    testing::Values(
        Http2Breach{"LongFrame", one(FrameType::kPing, 0, 0, std::string(16'385, 'x')),
                    ErrorCode::kFrameSizeError},
        Http2Breach{"PushPromise", one(FrameType::kPushPromise, 4, 1, "1234"), ErrorCode::kProtocolError},
        Http2Breach{"PingOnAStream", one(FrameType::kPing, 0, 1, "12345678"), ErrorCode::kProtocolError},
        Http2Breach{"ShortPing", one(FrameType::kPing, 0, 0, "1234567"), ErrorCode::kFrameSizeError},
        Http2Breach{"SettingsOnAStream", one(FrameType::kSettings, 0, 1), ErrorCode::kProtocolError},
        Http2Breach{"SettingsOfSevenBytes", one(FrameType::kSettings, 0, 0, "1234567"),
                    ErrorCode::kFrameSizeError},
        Http2Breach{"FullAcknowledgement", one(FrameType::kSettings, 1, 0, "123456"),
                    ErrorCode::kFrameSizeError},
        Http2Breach{"WideInitialWindow",
                    Http2Script().settings({{.id = SettingId::kInitialWindowSize, .value = 0x80000000}}),
                    ErrorCode::kFlowControlError},
        Http2Breach{"WindowUpdateByNothing", Http2Script().widen(0, 0), ErrorCode::kProtocolError},
        Http2Breach{"WindowTooWide", Http2Script().widen(0, kLargestWindow), ErrorCode::kFlowControlError},
        Http2Breach{"WindowUpdateOfAnIdleStream", Http2Script().widen(3, 1), ErrorCode::kProtocolError},
        Http2Breach{"ShortWindowUpdate", one(FrameType::kWindowUpdate, 0, 0, "123"),
                    ErrorCode::kFrameSizeError},
        Http2Breach{"ResetOfAnIdleStream", Http2Script().reset(3, ErrorCode::kCancel),
                    ErrorCode::kProtocolError},
        Http2Breach{"ShortReset", one(FrameType::kRstStream, 0, 1, "123"), ErrorCode::kFrameSizeError},
        Http2Breach{"ReplyOnAnIdleStream", Http2Script().reply(3), ErrorCode::kProtocolError},
        Http2Breach{"ReplyOnAStreamOfTheServers", Http2Script().reply(2), ErrorCode::kProtocolError},
        Http2Breach{"DataWithoutAStream", Http2Script().data(0, "x"), ErrorCode::kProtocolError},
        Http2Breach{"SecondReply", Http2Script().reply(1).reply(1), ErrorCode::kStreamClosed},
        Http2Breach{"LongPadding", one(FrameType::kData, flag::kPadded, 1, "\x05xxxx"),
                    ErrorCode::kProtocolError},
        Http2Breach{"HeadPaddedTooLong",
                    one(FrameType::kHeaders, flag::kPadded | flag::kEndHeaders, 1, "\x05xxxx"),
                    ErrorCode::kProtocolError},
        Http2Breach{"InterruptedBlock",
                    one(FrameType::kHeaders, 0, 1, "\x88").frame(FrameType::kPing, 0, 0, "12345678"),
                    ErrorCode::kProtocolError},
        Http2Breach{"BlockThatGoesOnElsewhere",
                    one(FrameType::kHeaders, 0, 1, "\x88").frame(FrameType::kContinuation, 4, 3),
                    ErrorCode::kProtocolError},
        Http2Breach{"ContinuationOfNothing", one(FrameType::kContinuation, 4, 1), ErrorCode::kProtocolError},
        Http2Breach{"BlockThatIsNone", one(FrameType::kHeaders, flag::kEndHeaders, 1, "\xff\xff\xff\xff\xff"),
                    ErrorCode::kCompressionError},
        Http2Breach{"ShortGoaway", one(FrameType::kGoAway, 0, 0, "1234"), ErrorCode::kFrameSizeError},
        Http2Breach{"GoawayOnAStream", one(FrameType::kGoAway, 0, 1, test::u32(0) + test::u32(0)),
                    ErrorCode::kProtocolError}),
    [](const auto& breach) { return breach.param.name; });

using Http2NoServerTest = test::Http2Fixture;

TEST_F(Http2NoServerTest, IsNamedWhereItAnswersInAnotherProtocol) {
  connect();
  EXPECT_EQ(receive("HTTP/1.1 400 Bad Request\r\n\r\n").fate, Fate::kBroken);
  EXPECT_THAT(workload_->remark(), HasSubstr("HTTP/1.1"));
  EXPECT_THAT(workload_->remark(), HasSubstr("400 Bad Request"));
  connect();
  EXPECT_EQ(receive("220 smtp.example.org\r\n").fate, Fate::kBroken);
  EXPECT_THAT(workload_->remark(), HasSubstr("220 smtp"));
  connect();
  EXPECT_EQ(receive(Http2Script().frame(FrameType::kPing, 0, 0, "12345678")).fate, Fate::kBroken);
}

TEST_F(Http2NoServerTest, TakesNoEndlessHeaderBlockNorFloodsThatNobodyReads) {
  begin();
  issue({0});
  Http2Script endless = one(FrameType::kHeaders, 0, 1, "\x88");
  for (int i = 0; i < 20; ++i) endless.frame(FrameType::kContinuation, 0, 1, std::string(16'384, '\x88'));
  EXPECT_EQ(receive(endless).fate, Fate::kBroken);
  EXPECT_THAT(workload_->remark(), HasSubstr("ENHANCE_YOUR_CALM"));
  begin();
  Http2Script flood;
  for (int i = 0; i < 70'000; ++i) flood.frame(FrameType::kPing, 0, 0, "12345678");
  EXPECT_EQ(receive(flood).fate, Fate::kBroken);
}

// --- Bodies of requests ---------------------------------------------------------------------------------

class Http2UploadTest : public test::Http2Fixture {
 protected:
  std::map<std::uint32_t, std::string> bodies_sent() {
    std::map<std::uint32_t, std::string> bodies;
    for (const Http2Frame& frame : send_frames()) {
      if (frame.header.type != FrameType::kData) continue;
      longest_ = std::max<std::size_t>(longest_, frame.payload.size());
      bodies[frame.header.stream] += frame.payload;
      if (frame.header.has(flag::kEndStream)) ++ended_;
    }
    return bodies;
  }
  std::size_t longest_ = 0;
  int ended_ = 0;
};

// RFC 9113 6.9.
TEST_F(Http2UploadTest, StaysWithinBothWindows) {
  const std::string body(30'000, 'b');
  plan_.requests = {post(body)};
  begin();
  issue({0, 1, 2});
  auto sent = bodies_sent();
  EXPECT_EQ(sent[1] + sent[3] + sent[5], std::string(kUsualWindow, 'b'));
  EXPECT_LE(longest_, kLeastFrameSize);
  EXPECT_EQ(ended_, 2);
  receive(Http2Script().widen(5, 100'000));
  EXPECT_THAT(bodies_sent(), IsEmpty());
  receive(Http2Script().widen(0, 100'000));
  EXPECT_EQ(bodies_sent()[5].size(), 90'000 - kUsualWindow);
  EXPECT_EQ(ended_, 3);
}

// RFC 9113 6.9.2: the initial window of streams that are open changes with it, and may become negative.
TEST_F(Http2UploadTest, WaitsForAWindowThatIsNeverOpenedOrOnlyByAByte) {
  plan_.requests = {post("hello")};
  const auto initial = [](std::uint32_t value) {
    return Http2Script().settings({{.id = SettingId::kInitialWindowSize, .value = value}});
  };
  begin(8, {{.id = SettingId::kInitialWindowSize, .value = 0}});
  issue({0});
  EXPECT_THAT(bodies_sent(), IsEmpty());
  receive(initial(2));
  EXPECT_EQ(bodies_sent()[1], "he");
  receive(initial(0));
  receive(Http2Script().widen(1, 2));
  EXPECT_THAT(bodies_sent(), IsEmpty());
  receive(Http2Script().widen(1, 1));
  EXPECT_EQ(bodies_sent()[1], "l");
  receive(initial(100));
  EXPECT_EQ(bodies_sent()[1], "lo");
  EXPECT_EQ(ended_, 1);
  EXPECT_THAT(receive(Http2Script().reply(1)).outcomes, ElementsAre(kGood));
}

TEST_F(Http2UploadTest, IsGivenUpWhereTheServerHasSaidAll) {
  plan_.requests = {post(std::string(100'000, 'b'))};
  begin();
  issue({0});
  bodies_sent();
  EXPECT_THAT(receive(Http2Script().reply(1, "no", 413)).outcomes, ElementsAre(ErrorKind::kStatus));
  const auto frames = send_frames();
  ASSERT_EQ(frames.size(), 1U);
  EXPECT_EQ(frames[0].header.type, FrameType::kRstStream);
  receive(Http2Script().widen(0, 100'000).widen(1, 100'000));
  EXPECT_THAT(bodies_sent(), IsEmpty());
}

TEST_F(Http2UploadTest, MakesFramesAsLongAsTheServerTakes) {
  plan_.requests = {post(std::string(60'000, 'b'))};
  begin(8, {{.id = SettingId::kMaxFrameSize, .value = 50'000}});
  issue({0});
  bodies_sent();
  EXPECT_EQ(longest_, 50'000U);
}

}  // namespace
}  // namespace suite
