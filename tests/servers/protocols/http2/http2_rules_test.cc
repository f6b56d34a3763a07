// What RFC 9113 says must be an error, rule by rule, and that nothing worse comes of it. Long because the
// rules are many: a row each, and the section that it follows.
#include <vector>

#include "tests/servers/protocols/http2/http2_session_test.h"

namespace suite::test {
namespace {

struct Case {
  const char* rule;
  std::string bytes;
  ErrorCode code;
};

std::string preface() { return std::string(http2::kPreface) + settings({}); }

Http2FieldList with(std::string_view name, std::string_view value) {
  Http2FieldList fields = request_fields("/a.txt");
  fields.emplace_back(name, value);
  return fields;
}

Http2FieldList without(std::string_view name) {
  Http2FieldList fields = request_fields("/a.txt");
  std::erase_if(fields, [&](const auto& one) { return one.first == name; });
  return fields;
}

constexpr std::uint8_t kBoth = flag::kEndHeaders | flag::kEndStream;

class Http2ConnectionErrors : public Http2SessionTest {};

TEST_F(Http2ConnectionErrors, EndTheConnectionWithTheirCode) {
  const std::string eight = "12345678";
  const std::string open_body = headers(1, request_fields("/a.txt"), flag::kEndHeaders);
  const std::vector<Case> cases = {
      {"3.4: the first frame is a SETTINGS frame",
       std::string(http2::kPreface) + frame(FrameType::kPing, 0, 0, eight), ErrorCode::kProtocolError},
      {"4.2: longer than SETTINGS_MAX_FRAME_SIZE",
       preface() + frame(FrameType::kHeaders, kBoth, 1, std::string(16'385, 'x')),
       ErrorCode::kFrameSizeError},
      {"4.3: a block that cannot be decoded", preface() + frame(FrameType::kHeaders, kBoth, 1, "\x80"),
       ErrorCode::kCompressionError},
      {"RFC 7541 6.1: an index beyond the table",
       preface() + frame(FrameType::kHeaders, kBoth, 1, "\xff\x80\x01"), ErrorCode::kCompressionError},
      {"5.1: DATA on an idle stream", preface() + frame(FrameType::kData, 0, 1, "x"),
       ErrorCode::kProtocolError},
      {"5.1: RST_STREAM on an idle stream", preface() + frame(FrameType::kRstStream, 0, 1, u32(0)),
       ErrorCode::kProtocolError},
      {"5.1: WINDOW_UPDATE on an idle stream", preface() + window_update(1, 1), ErrorCode::kProtocolError},
      {"5.1: HEADERS on a closed stream", preface() + get_of(1, "/a.txt") + get_of(1, "/a.txt"),
       ErrorCode::kStreamClosed},
      {"5.1.1: an even number", preface() + get_of(2, "/a.txt"), ErrorCode::kProtocolError},
      {"5.1.1: a number lower than the one before", preface() + get_of(5, "/a.txt") + get_of(3, "/a.txt"),
       ErrorCode::kProtocolError},
      {"6.1: DATA on stream 0", preface() + frame(FrameType::kData, 0, 0, "x"), ErrorCode::kProtocolError},
      {"6.1: padding as long as the payload",
       preface() + open_body + frame(FrameType::kData, flag::kPadded, 1, "\x05xxxx"),
       ErrorCode::kProtocolError},
      {"6.2: HEADERS on stream 0", preface() + get_of(0, "/a.txt"), ErrorCode::kProtocolError},
      {"6.2: padding as long as the payload",
       preface() + frame(FrameType::kHeaders, kBoth | flag::kPadded, 1, "\x09x"), ErrorCode::kProtocolError},
      {"4.2: too short for its priority",
       preface() + frame(FrameType::kHeaders, kBoth | flag::kPriority, 1, "xxxx"),
       ErrorCode::kFrameSizeError},
      {"6.3: PRIORITY on stream 0", preface() + frame(FrameType::kPriority, 0, 0, "12345"),
       ErrorCode::kProtocolError},
      {"6.4: RST_STREAM on stream 0", preface() + frame(FrameType::kRstStream, 0, 0, u32(0)),
       ErrorCode::kProtocolError},
      {"6.4: another length", preface() + get_of(1, "/a.txt") + frame(FrameType::kRstStream, 0, 1, "xxx"),
       ErrorCode::kFrameSizeError},
      {"6.5: SETTINGS on a stream", preface() + frame(FrameType::kSettings, 0, 1, ""),
       ErrorCode::kProtocolError},
      {"6.5: ACK with values", preface() + frame(FrameType::kSettings, flag::kAck, 0, "123456"),
       ErrorCode::kFrameSizeError},
      {"6.5: no multiple of 6", preface() + frame(FrameType::kSettings, 0, 0, "12345"),
       ErrorCode::kFrameSizeError},
      {"6.5.2: ENABLE_PUSH of 2", preface() + settings({{http2::SettingId::kEnablePush, 2}}),
       ErrorCode::kProtocolError},
      {"6.5.2: a window above 2^31-1",
       preface() + settings({{http2::SettingId::kInitialWindowSize, 0x80000000}}),
       ErrorCode::kFlowControlError},
      {"6.5.2: MAX_FRAME_SIZE below 2^14", preface() + settings({{http2::SettingId::kMaxFrameSize, 16'383}}),
       ErrorCode::kProtocolError},
      {"6.5.2: MAX_FRAME_SIZE above 2^24-1",
       preface() + settings({{http2::SettingId::kMaxFrameSize, 1 << 24}}), ErrorCode::kProtocolError},
      {"8.4: a client cannot push", preface() + frame(FrameType::kPushPromise, flag::kEndHeaders, 1, u32(2)),
       ErrorCode::kProtocolError},
      {"6.7: PING on a stream", preface() + frame(FrameType::kPing, 0, 1, eight), ErrorCode::kProtocolError},
      {"6.7: another length", preface() + frame(FrameType::kPing, 0, 0, "1234567"),
       ErrorCode::kFrameSizeError},
      {"6.8: GOAWAY on a stream", preface() + frame(FrameType::kGoAway, 0, 1, eight),
       ErrorCode::kProtocolError},
      {"6.9: another length", preface() + frame(FrameType::kWindowUpdate, 0, 0, "123"),
       ErrorCode::kFrameSizeError},
      {"6.9: an increment of 0", preface() + window_update(0, 0), ErrorCode::kProtocolError},
      {"6.9.1: above 2^31-1", preface() + window_update(0, 0x7fffffff), ErrorCode::kFlowControlError},
      {"6.9.2: a setting that makes a window too large",
       preface() + settings({{http2::SettingId::kInitialWindowSize, 1}}) + get_of(1, "/a.txt") +
           window_update(1, 0x7ffffff0) + settings({{http2::SettingId::kInitialWindowSize, 1000}}),
       ErrorCode::kFlowControlError},
      {"6.10: CONTINUATION of nothing", preface() + frame(FrameType::kContinuation, flag::kEndHeaders, 1, ""),
       ErrorCode::kProtocolError},
      {"6.10: another frame within a block",
       preface() + headers(1, request_fields("/a.txt"), 0) + frame(FrameType::kPing, 0, 0, eight),
       ErrorCode::kProtocolError},
      {"6.10: CONTINUATION of another stream",
       preface() + headers(1, request_fields("/a.txt"), 0) +
           frame(FrameType::kContinuation, flag::kEndHeaders, 3, ""),
       ErrorCode::kProtocolError},
      {"5.5: an unknown frame within a block",
       preface() + headers(1, request_fields("/a.txt"), 0) + frame(static_cast<FrameType>(0x16), 0, 0, ""),
       ErrorCode::kProtocolError},
  };
  for (const Case& one : cases) {
    reconnect();
    const auto frames = exchange(one.bytes);
    EXPECT_EQ(goaway(frames), one.code) << one.rule;
    EXPECT_EQ(after_, After::kLinger) << one.rule;
  }
}

class Http2StreamErrors : public Http2SessionTest {};

// RFC 9113 8.1.1: "Malformed requests or responses that are detected MUST be treated as a stream error of
// type PROTOCOL_ERROR."
TEST_F(Http2StreamErrors, ResetAMalformedRequestAndNothingElse) {
  Http2FieldList late = request_fields("/a.txt");
  late.insert(late.begin(), {"accept", "*/*"});
  Http2FieldList twice = request_fields("/a.txt");
  twice.insert(twice.begin(), {":path", "/a.txt"});
  const std::vector<std::pair<const char*, Http2FieldList>> cases = {
      {"8.2.1: an upper-case name", with("Accept", "*/*")},
      {"8.2.1: a name that is no token", with("a b", "c")},
      {"8.2.1: a colon within a name", with("a:b", "c")},
      {"8.2.1: an empty name", with("", "c")},
      {"8.2.1: a line's end in a value", with("a", "b\r\nc: d")},
      {"8.2.1: a NUL in a value", with("a", std::string("b\0c", 3))},
      {"8.2.1: a value that begins with a space", with("a", " b")},
      {"8.2.1: a value that ends with a tab", with("a", "b\t")},
      {"8.2.2: connection", with("connection", "close")},
      {"8.2.2: proxy-connection", with("proxy-connection", "keep-alive")},
      {"8.2.2: keep-alive", with("keep-alive", "timeout=5")},
      {"8.2.2: transfer-encoding", with("transfer-encoding", "chunked")},
      {"8.2.2: upgrade", with("upgrade", "h2c")},
      {"8.2.2: te", with("te", "trailers, deflate")},
      {"8.3: an unknown pseudo-header field", with(":test", "x")},
      {"8.3: one of responses", with(":status", "200")},
      {"8.3: behind a regular field", late},
      {"8.3: twice", twice},
      {"8.3.1: no :method", without(":method")},
      {"8.3.1: no :scheme", without(":scheme")},
      {"8.3.1: no :path", without(":path")},
      {"8.3.1: an empty :path", request_fields("")},
      {"8.3.1: a :path without its slash", request_fields("a.txt")},
      {"8.3.1: * for another method than OPTIONS", request_fields("*")},
      {"8.3.1: Host and :authority differ", with("host", "b")},
      {"8.5: CONNECT with a path", request_fields("/a.txt", "CONNECT")},
      {"8.1.1: a length, and no body", with("content-length", "1")},
      {"8.1.1: a length that is none", with("content-length", "x")},
      {"8.1.1: two lengths", [] {
         Http2FieldList fields = with("content-length", "0");
         fields.emplace_back("content-length", "1");
         return fields;
       }()}};
  for (const auto& [rule, fields] : cases) {
    reconnect();
    open();
    const auto frames = exchange(headers(1, fields) + get_of(3, "/a.txt"));
    EXPECT_EQ(response(frames, 1).reset, ErrorCode::kProtocolError) << rule;
    EXPECT_EQ(response(frames, 3).body, "the text of a") << rule;
    EXPECT_EQ(after_, After::kRead) << rule;
  }
}

TEST_F(Http2StreamErrors, TakeWhatOnlyLooksWrong) {
  const std::vector<std::pair<Http2FieldList, const char*>> cases = {
      {with("te", "trailers"), "200"},
      {with("host", "A"), "200"},
      {with("content-length", "0"), "200"},
      {with("expect", "100-continue"), "200"},
      {without(":authority"), "400"},  // nobody to ask, as in HTTP/1.1
      {with("expect", "other"), "417"},
      {request_fields("/a.txt#b"), "400"},
      {request_fields("/%"), "400"},
      {request_fields("/" + std::string(8192, 'a')), "414"},
      {request_fields("*", "OPTIONS"), "405"},
      {{{":method", "CONNECT"}, {":authority", "a:1"}}, "405"},
      {with("a", std::string(32'600, 'x')), "431"},
  };
  for (const auto& [fields, status] : cases) {
    reconnect();
    open();
    std::string block = block_of(fields);
    std::string bytes = frame(FrameType::kHeaders, flag::kEndStream, 1, block.substr(0, 16'000));
    bytes += block.size() > 16'000 ? frame(FrameType::kContinuation, 0, 1, block.substr(16'000, 16'000)) : "";
    bytes += frame(FrameType::kContinuation, flag::kEndHeaders, 1,
                   block.size() > 32'000 ? block.substr(32'000) : "");
    EXPECT_EQ(response(exchange(bytes), 1).status(), status) << field(fields, ":path");
    EXPECT_EQ(after_, After::kRead);
  }
}

TEST_F(Http2StreamErrors, AreThoseOfAStreamAlone) {
  const std::string small = settings({{http2::SettingId::kInitialWindowSize, 1}});
  const std::vector<Case> cases = {
      {"5.1: DATA on a half-closed stream", small + get_of(1, "/a.txt") + frame(FrameType::kData, 0, 1, "x"),
       ErrorCode::kStreamClosed},
      {"5.1: DATA on a closed stream", get_of(1, "/a.txt") + frame(FrameType::kData, 0, 1, "x"),
       ErrorCode::kStreamClosed},
      {"5.1: HEADERS on a half-closed stream", small + get_of(1, "/a.txt") + get_of(1, "/a.txt"),
       ErrorCode::kStreamClosed},
      {"6.3: PRIORITY of another length", get_of(1, "/a.txt") + frame(FrameType::kPriority, 0, 1, "1234"),
       ErrorCode::kFrameSizeError},
      {"6.9: an increment of 0", small + get_of(1, "/a.txt") + window_update(1, 0),
       ErrorCode::kProtocolError},
      {"6.9.1: above 2^31-1", small + get_of(1, "/large.bin") + window_update(1, 0x7fffffff),
       ErrorCode::kFlowControlError},
      {"8.1: trailers without END_STREAM",
       headers(1, request_fields("/a.txt"), flag::kEndHeaders) + headers(1, {{"a", "b"}}, flag::kEndHeaders),
       ErrorCode::kProtocolError},
      {"8.1: trailers with a pseudo-header field",
       headers(1, request_fields("/a.txt"), flag::kEndHeaders) + headers(1, {{":path", "/"}}),
       ErrorCode::kProtocolError},
      {"8.1.1: a body shorter than its length",
       headers(1, with("content-length", "2"), flag::kEndHeaders) +
           frame(FrameType::kData, flag::kEndStream, 1, "x"),
       ErrorCode::kProtocolError},
      {"8.1.1: a body longer than its length",
       headers(1, with("content-length", "2"), flag::kEndHeaders) + frame(FrameType::kData, 0, 1, "xxx"),
       ErrorCode::kProtocolError},
  };
  for (const Case& one : cases) {
    reconnect();
    open();
    const auto frames = exchange(one.bytes + get_of(3, "/empty.txt"));
    EXPECT_EQ(response(frames, 1).reset, one.code) << one.rule;
    EXPECT_EQ(response(frames, 3).status(), "200") << one.rule;
  }
}

// RFC 9110 9.3.2: "The HEAD method is identical to GET except that the server MUST NOT send content in the
// response", a refusal neither.
TEST_F(Http2StreamErrors, SendNoBodyBehindAHead) {
  open();
  Http2FieldList fields = request_fields("/a.txt", "HEAD");
  fields.emplace_back("expect", "other");
  const auto refused = response(exchange(headers(1, fields)), 1);
  EXPECT_EQ(refused.status(), "417");
  EXPECT_EQ(refused.body, "");
  EXPECT_TRUE(refused.ended);
}

// Frames that came before ours reached the peer (RFC 9113 5.1, closed).
TEST_F(Http2StreamErrors, AreNotMadeOfWhatFollowsAReset) {
  open();
  Http2FieldList post = request_fields("/a.txt", "POST");
  const auto refused = exchange(headers(1, post, flag::kEndHeaders));
  EXPECT_EQ(response(refused, 1).status(), "405");
  EXPECT_TRUE(response(refused, 1).ended);
  // RFC 9113 8.1: a complete response, then RST_STREAM with NO_ERROR.
  EXPECT_EQ(response(refused, 1).reset, std::nullopt);
  EXPECT_EQ(session_->patience(), std::chrono::seconds(2));
  EXPECT_TRUE(exchange(frame(FrameType::kData, 0, 1, "more")).empty());
  turn_.now += std::chrono::seconds(2);
  EXPECT_EQ(response(frames_of(send_all(session_->on_deadline(turn_, out_))), 1).reset, ErrorCode::kNoError);
  const auto frames =
      exchange(frame(FrameType::kData, 0, 1, "more") + headers(1, {{"trailer", "x"}}) + window_update(1, 1) +
               frame(FrameType::kRstStream, 0, 1, u32(0)) + get_of(3, "/a.txt"));
  EXPECT_EQ(goaway(frames), std::nullopt);
  EXPECT_EQ(response(frames, 1).reset, std::nullopt);
  EXPECT_EQ(response(frames, 3).body, "the text of a");
}

class Http2Bodies : public Http2SessionTest {};

TEST_F(Http2Bodies, AreReadPastUnderFlowControl) {
  open();
  auto frames = exchange(headers(1, request_fields("/a.txt"), flag::kEndHeaders));
  EXPECT_TRUE(response(frames, 1).fields.empty());
  std::uint32_t opened = 0, sent = 0;
  for (int i = 0; i < 100; ++i) {
    frames = exchange(frame(FrameType::kData, flag::kPadded, 1, "\x03" + std::string(9'996, 'x') + "pad"));
    sent += 10'000;
    for (const Http2Frame& one : frames) {
      ASSERT_EQ(one.header.type, FrameType::kWindowUpdate);
      if (one.header.stream == 1) opened += http2::read_u32(bytes_of(one.payload).data());
    }
    ASSERT_LE(sent - opened, 32'767U + 10'000U);
  }
  frames = exchange(headers(1, {{"trailer", "ignored"}}));
  EXPECT_EQ(response(frames, 1).body, "the text of a");
}

TEST_F(Http2Bodies, AreAskedForWhereTheClientWaitsForThat) {
  open();
  EXPECT_EQ(response(exchange(headers(1, with("expect", "100-continue"), flag::kEndHeaders)), 1).status(),
            "100");
  EXPECT_EQ(response(exchange(frame(FrameType::kData, flag::kEndStream, 1, "x")), 1).status(), "200");
}

TEST_F(Http2Bodies, ThatAreRefusedEndLikeOthersWhereTheyComeWhole) {
  open();
  const std::string post = headers(1, request_fields("/a.txt", "POST"), flag::kEndHeaders);
  const auto frames = exchange(post + frame(FrameType::kData, flag::kEndStream, 1, "body"));
  EXPECT_EQ(response(frames, 1).status(), "405");
  EXPECT_EQ(response(frames, 1).reset, std::nullopt);
  EXPECT_EQ(session_->patience(), std::chrono::seconds(60));  // nothing is under way
  // A server that stops waits for no upload.
  exchange(headers(3, request_fields("/a.txt", "POST"), flag::kEndHeaders));
  const auto goodbye = frames_of(send_all(session_->on_drain(turn_, out_)));
  EXPECT_EQ(response(goodbye, 3).reset, ErrorCode::kNoError);
  EXPECT_EQ(after_, After::kLinger);
}

TEST_F(Http2Bodies, AreWaitedForNoLongerThanTheirTime) {
  open();
  exchange(headers(1, request_fields("/a.txt"), flag::kEndHeaders));
  turn_.now += std::chrono::seconds(59);
  exchange(frame(FrameType::kData, 0, 1, "drip"));
  EXPECT_EQ(session_->patience(), std::chrono::seconds(1));
  turn_.now += std::chrono::seconds(1);
  const auto frames = frames_of(send_all(session_->on_deadline(turn_, out_)));
  EXPECT_EQ(response(frames, 1).status(), "408");
  EXPECT_EQ(after_, After::kRead);
}

class Http2Floods : public Http2SessionTest {
 protected:
  /// How many of these are taken before it is enough; `bytes(i)` makes the i-th.
  int taken(const std::function<std::string(std::uint32_t)>& bytes) {
    for (std::uint32_t i = 0; i < 40'000; ++i) {
      const auto code = goaway(exchange(bytes(i)));
      if (!code) continue;
      EXPECT_EQ(code, ErrorCode::kEnhanceYourCalm);
      EXPECT_EQ(after_, After::kLinger);
      return static_cast<int>(i);
    }
    return -1;
  }
};

TEST_F(Http2Floods, AreEndedWithAWord) {
  const std::string ping = frame(FrameType::kPing, 0, 0, "12345678");
  const std::string empty = settings({});
  const std::vector<std::pair<const char*, std::function<std::string(std::uint32_t)>>> cases = {
      {"PING", [&](std::uint32_t) { return ping; }},
      {"SETTINGS", [&](std::uint32_t) { return empty; }},
      {"empty DATA", [&](std::uint32_t) { return frame(FrameType::kData, 0, 1, ""); }},
      {"PRIORITY", [&](std::uint32_t) { return frame(FrameType::kPriority, 0, 1, "12345"); }},
      {"unknown frames", [&](std::uint32_t) { return frame(static_cast<FrameType>(0x42), 0, 0, ""); }},
      {"windows of one byte", [&](std::uint32_t) { return window_update(1, 1); }},
      {"malformed requests", [&](std::uint32_t i) { return headers(3 + 2 * i, {{"a", "b"}}); }},
      {"rapid resets", [&](std::uint32_t i) {
         return headers(3 + 2 * i, request_fields("/a.txt"), flag::kEndHeaders) +
                frame(FrameType::kRstStream, 0, 3 + 2 * i, u32(8));
       }}};
  for (const auto& [what, bytes] : cases) {
    reconnect();
    open();
    give(headers(1, request_fields("/a.txt"), flag::kEndHeaders));
    const int count = taken(bytes);
    EXPECT_GT(count, 1'000) << what;
    EXPECT_LE(count, 10'000) << what;
  }
}

TEST_F(Http2Floods, OfContinuationAreEndedWithAWord) {
  open();
  give(headers(1, request_fields("/a.txt"), 0));
  EXPECT_LE(taken([](std::uint32_t) { return frame(FrameType::kContinuation, 0, 1, ""); }), 10'000);
  reconnect();
  open();
  give(headers(1, request_fields("/a.txt"), 0));
  // Its size is bounded, not only the number of its frames.
  EXPECT_LE(
      taken([](std::uint32_t) { return frame(FrameType::kContinuation, 0, 1, std::string(1'000, '\x82')); }),
      33);
}

// A few bytes that decode to megabytes (RFC 9113 10.5.1).
TEST_F(Http2Floods, OfWhatAHeaderBlockDecodesToAreEndedWithAWord) {
  open();
  std::string block = block_of(request_fields("/a.txt"));
  // A literal with indexing of 4,000 bytes (RFC 7541 6.2.1), then its index (62) again and again.
  block += std::string("\x40\x01", 2) + "a" + std::string("\x7f\xa1\x1e", 3) + std::string(4'000, 'v');
  block += std::string(10'000, '\xbe');
  EXPECT_EQ(goaway(exchange(frame(FrameType::kHeaders, kBoth, 1, block))), ErrorCode::kEnhanceYourCalm);
}

TEST_F(Http2Floods, AreNotSeenInAnHonestClientsFrames) {
  open();
  for (std::uint32_t i = 0; i < 15'000; ++i) {
    const auto frames = exchange(get_of(1 + 2 * i, "/a.txt") + window_update(0, 13));
    ASSERT_EQ(goaway(frames), std::nullopt) << i;
  }
}

class Http2Prefaces : public Http2SessionTest {};

TEST_F(Http2Prefaces, ThatAreNoneAreRefused) {
  const std::string text = give("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_THAT(text, testing::StartsWith("HTTP/1.1 505 HTTP Version Not Supported\r\n"));
  const std::size_t body = text.find("\r\n\r\n") + 4;
  EXPECT_THAT(text, testing::HasSubstr("Content-Length: " + std::to_string(text.size() - body) + "\r\n"));
  EXPECT_EQ(after_, After::kLinger);
  reconnect();
  EXPECT_EQ(goaway(exchange("PRI * HTTP/2.0\r\n\r\nSM\r\n\rX")), ErrorCode::kProtocolError);
  reconnect();
  EXPECT_EQ(goaway(exchange(std::string("\x16\x03\x01\x02", 4))), ErrorCode::kProtocolError);
}

// RFC 9113 3.3: where either version may come, the preface tells.
TEST_F(Http2Prefaces, ChooseTheVersionWhereverTheyAreCut) {
  options_.version = ServedHttp::kAuto;
  restart();
  const std::string both[] = {preface() + get_of(1, "/a.txt"), "PROPFIND /a.txt HTTP/1.1\r\nHost: a\r\n\r\n",
                              "GET /a.txt HTTP/1.1\r\nHost: a\r\n\r\n"};
  const char* const answers[] = {"the text of a", "405 Method Not Allowed\n", "the text of a"};
  for (std::size_t i = 0; i < std::size(both); ++i) {
    for (std::size_t cut = 1; cut < both[i].size(); ++cut) {
      reconnect();
      std::string sent = give(both[i].substr(0, cut));
      sent += give(both[i].substr(cut));
      ASSERT_TRUE(sent.ends_with(answers[i])) << i << " " << cut;
    }
  }
  reconnect();
  give("PRI * HT");
  EXPECT_EQ(session_->patience(), std::chrono::seconds(10));
  turn_.now += std::chrono::seconds(10);
  EXPECT_THAT(send_all(session_->on_deadline(turn_, out_)), testing::StartsWith("HTTP/1.1 408 "));
}

}  // namespace
}  // namespace suite::test
