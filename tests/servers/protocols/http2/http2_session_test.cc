#include "tests/servers/protocols/http2/http2_session_test.h"

#include <filesystem>

namespace suite::test {
namespace {

using std::chrono::seconds;
using testing::HasSubstr;

TEST_F(Http2SessionTest, AnswersWithTheFile) {
  const auto frames = exchange(beginning() + get_of(1, "/a.txt"));
  // RFC 9113 3.4: "The server connection preface consists of a potentially empty SETTINGS frame that MUST be
  // the first frame the server sends".
  EXPECT_EQ(frames.at(0).header.type, FrameType::kSettings);
  EXPECT_FALSE(frames.at(0).header.has(flag::kAck));
  EXPECT_TRUE(frames.at(1).header.has(flag::kAck));
  const auto answer = response(frames, 1);
  EXPECT_EQ(answer.status(), "200");
  EXPECT_EQ(field(answer.fields, "server"), "suite/test");
  EXPECT_EQ(field(answer.fields, "date"), "Mon, 02 Jan 2040 03:00:00 GMT");
  EXPECT_EQ(field(answer.fields, "content-type"), "text/plain");
  EXPECT_EQ(field(answer.fields, "content-length"), "13");
  EXPECT_EQ(field(answer.fields, "accept-ranges"), "bytes");
  EXPECT_EQ(answer.body, "the text of a");
  EXPECT_TRUE(answer.ended);
  EXPECT_EQ(after_, After::kRead);
  EXPECT_EQ(totals_.requests, 1U);
}

TEST_F(Http2SessionTest, AnswersTheSameWhereverTheInputIsCut) {
  Http2FieldList post = request_fields("/a.txt", "POST");
  const std::string requests =
      beginning() + get_of(1, "/a.txt") + get_of(3, "/a.txt") + get_of(5, "/large.bin") +
      window_update(0, 1'000'000) + window_update(5, 1'000'000) +
      headers(7, request_fields("/a.txt"), flag::kEndHeaders) + frame(FrameType::kData, 0, 7, "some of it") +
      frame(FrameType::kData, flag::kEndStream, 7, "") + headers(9, post) +
      frame(FrameType::kPing, 0, 0, "12345678") + get_of(11, "/empty.txt") +
      headers(13, request_fields("/none", "HEAD"));
  const std::string whole = give(requests);
  for (const std::size_t step : {1U, 2U, 3U, 5U, 8U, 9U, 10U, 64U, 333U}) {
    reconnect();
    std::string sent, rest = requests;
    while (!rest.empty()) {
      const std::string piece =
          rest.substr(0, step);  // a copy that goes: nothing may be kept of what was lent
      rest.erase(0, piece.size());
      sent += give(piece);
    }
    for (std::uint32_t id = 1; id <= 13; id += 2) {
      const auto expected = response(frames_of(whole), id), got = response(frames_of(sent), id);
      ASSERT_EQ(got.fields, expected.fields) << step << " " << id;
      ASSERT_TRUE(got.body == expected.body) << step << " " << id;
      ASSERT_TRUE(got.ended) << step << " " << id;
    }
    ASSERT_EQ(after_, After::kRead) << step;
  }
}

TEST_F(Http2SessionTest, RendersTheDateOfEachSecond) {
  open();
  exchange(get_of(1, "/a.txt"));
  turn_.wall += seconds(1);
  EXPECT_EQ(field(response(exchange(get_of(3, "/a.txt")), 3).fields, "date"),
            "Mon, 02 Jan 2040 03:00:01 GMT");
}

TEST_F(Http2SessionTest, AnswersABlockThatRepeatsAsItDidBefore) {
  open();
  const auto first = response(exchange(get_of(1, "/a.txt")), 1);
  for (std::uint32_t id = 3; id < 20; id += 2) {
    const auto again = response(exchange(get_of(id, "/a.txt")), id);
    ASSERT_EQ(again.fields, first.fields);
    ASSERT_EQ(again.body, first.body);
    ASSERT_TRUE(again.ended);
  }
  give(window_update(0, 1'000'000));
  EXPECT_EQ(response(exchange(get_of(31, "/large.bin")), 31).status(), "200");
  EXPECT_EQ(response(exchange(get_of(33, "/a.txt")), 33).body, first.body);
}

// RFC 7541 2.3.2: what an index means changes with the table.
TEST_F(Http2SessionTest, DoesNotTakeABlockForTheSameOnceTheTableHasChanged) {
  write("b.txt", "the text of b");
  open();
  http2::HpackEncoder encoder;
  std::uint32_t id = 1;
  const auto ask = [&](std::string_view path) {
    const Http2FieldList fields = request_fields(path);
    std::vector<http2::FieldView> views;
    for (const auto& [name, value] : fields) views.push_back({.name = name, .value = value});
    std::vector<std::byte> block;
    encoder.encode(views, block);
    const auto frames =
        exchange(frame(FrameType::kHeaders, flag::kEndHeaders | flag::kEndStream, id, text_of(block)));
    id += 2;
    return response(frames, id - 2).body;
  };
  for (int i = 0; i < 6; ++i) {
    // Twice each, so that the second block is of indices alone.
    ASSERT_EQ(ask("/a.txt"), "the text of a");
    ASSERT_EQ(ask("/a.txt"), "the text of a");
    ASSERT_EQ(ask("/b.txt"), "the text of b");
    ASSERT_EQ(ask("/b.txt"), "the text of b");
    ASSERT_EQ(ask("/none" + std::to_string(i)), "404 Not Found\n");
  }
}

TEST_F(Http2SessionTest, AnswersHeadConditionsAndRangesAsHttp1Does) {
  open();
  const auto whole = response(exchange(get_of(1, "/a.txt")), 1);
  const auto head = response(exchange(headers(3, request_fields("/a.txt", "HEAD"))), 3);
  EXPECT_EQ(head.fields, whole.fields);
  EXPECT_EQ(head.body, "");
  EXPECT_TRUE(head.ended);

  Http2FieldList fields = request_fields("/a.txt");
  fields.emplace_back("if-none-match", field(whole.fields, "etag"));
  const auto unchanged = response(exchange(headers(5, fields)), 5);
  EXPECT_EQ(unchanged.status(), "304");
  EXPECT_TRUE(unchanged.ended);
  EXPECT_EQ(field(unchanged.fields, "content-length"), "(none)");

  fields = request_fields("/a.txt");
  fields.emplace_back("range", "bytes=4-7");
  const auto part = response(exchange(headers(7, fields)), 7);
  EXPECT_EQ(part.status(), "206");
  EXPECT_EQ(field(part.fields, "content-range"), "bytes 4-7/13");
  EXPECT_EQ(part.body, "text");

  fields.back().second = "bytes=99-";
  const auto beyond = response(exchange(headers(9, fields)), 9);
  EXPECT_EQ(beyond.status(), "416");
  EXPECT_EQ(field(beyond.fields, "content-range"), "bytes */13");

  std::filesystem::create_directory(folder_.file("folder"));
  const auto moved = response(exchange(get_of(11, "/folder?q=1")), 11);
  EXPECT_EQ(moved.status(), "301");
  EXPECT_EQ(field(moved.fields, "location"), "/folder/?q=1");

  const auto refused = response(exchange(headers(13, request_fields("/a.txt", "DELETE"))), 13);
  EXPECT_EQ(refused.status(), "405");
  EXPECT_EQ(field(refused.fields, "allow"), "GET, HEAD");
  EXPECT_EQ(refused.body, "405 Method Not Allowed\n");
}

TEST_F(Http2SessionTest, SendsALargeFileFromDiskWholeToo) {
  options_.cache_bytes = 0;
  restart();
  open({{http2::SettingId::kInitialWindowSize, 1'000'000}});
  const auto answer = response(exchange(window_update(0, 1'000'000) + get_of(1, "/large.bin")), 1);
  EXPECT_TRUE(answer.body == std::string(300'000, 'L'));
  EXPECT_TRUE(answer.ended);
}

// Who sees fewer bytes than were promised knows: nothing is padded, and other streams go on.
TEST_F(Http2SessionTest, ResetsTheStreamOfAFileThatShrankWhileItWasSent) {
  options_.cache_bytes = 0;
  restart();
  open();
  exchange(get_of(1, "/large.bin"));
  write("large.bin", "short");
  const auto frames =
      exchange(window_update(0, 1'000'000) + window_update(1, 1'000'000) + get_of(3, "/a.txt"));
  EXPECT_EQ(response(frames, 1).reset, ErrorCode::kInternalError);
  EXPECT_EQ(response(frames, 3).body, "the text of a");
}

TEST_F(Http2SessionTest, KeepsToTheOutboxAndGoesOn) {
  std::string requests = beginning();
  for (std::uint32_t id = 1; id < 2000; id += 2) requests += get_of(id, "/a.txt");
  const After after = session_->on_bytes(bytes_of(requests), turn_, out_);
  EXPECT_EQ(after, After::kMore);
  EXPECT_LT(out_.size(), 2 * OutBuffer::kMaxOwnBytes);
  const auto frames = frames_of(send_all(after));
  // The connection's window takes no more than this.
  EXPECT_EQ(count(frames, FrameType::kHeaders), 1000U);
}

// RFC 9113 6.9: bodies wait for the peer's windows; the others go on.
TEST_F(Http2SessionTest, SendsWhatTheWindowsAllowAndNoMore) {
  open({{http2::SettingId::kInitialWindowSize, 10}});
  auto frames = exchange(get_of(1, "/a.txt"));
  EXPECT_EQ(response(frames, 1).body, "the text o");
  EXPECT_FALSE(response(frames, 1).ended);
  EXPECT_EQ(after_, After::kRead);
  EXPECT_EQ(response(exchange(window_update(1, 1)), 1).body, "f");
  EXPECT_TRUE(response(exchange(window_update(1, 100)), 1).ended);

  // RFC 9113 6.9.2: a change of SETTINGS_INITIAL_WINDOW_SIZE changes windows that are open, below 0 as well.
  exchange(settings({{http2::SettingId::kInitialWindowSize, 5}}));
  EXPECT_EQ(response(exchange(get_of(3, "/a.txt")), 3).body, "the t");
  exchange(settings({{http2::SettingId::kInitialWindowSize, 0}}));
  EXPECT_EQ(response(exchange(window_update(3, 5)), 3).body, "");
  EXPECT_EQ(response(exchange(window_update(3, 1)), 3).body, "e");
  EXPECT_TRUE(response(exchange(settings({{http2::SettingId::kInitialWindowSize, 100}})), 3).ended);
}

TEST_F(Http2SessionTest, SendsFramesNoLongerThanThePeerAllows) {
  open({{http2::SettingId::kInitialWindowSize, 1'000'000}});
  for (const Http2Frame& one : exchange(window_update(0, 1'000'000) + get_of(1, "/large.bin")))
    EXPECT_LE(one.payload.size(), http2::kLeastFrameSize);
  exchange(settings({{http2::SettingId::kMaxFrameSize, 1'000'000}}));
  std::size_t longest = 0;
  for (const Http2Frame& one : exchange(get_of(3, "/large.bin")))
    longest = std::max(longest, one.payload.size());
  EXPECT_EQ(longest, 65'536U);
}

// A frame each, in turn; and between two outboxes it hears of what has arrived.
TEST_F(Http2SessionTest, LetsNoLargeBodyStopASmallOne) {
  write("larger.bin", std::string(3'000'000, 'M'));
  open({{http2::SettingId::kInitialWindowSize, http2::kLargestWindow}});
  After after = session_->on_bytes(bytes_of(window_update(0, http2::kLargestWindow - 65'535) +
                                            get_of(1, "/larger.bin") + get_of(3, "/larger.bin")),
                                   turn_, out_);
  EXPECT_EQ(after, After::kReadOrMore);
  const auto begun = frames_of(take_out());
  EXPECT_FALSE(response(begun, 1).body.empty());
  EXPECT_FALSE(response(begun, 3).body.empty());
  after = session_->on_bytes(bytes_of(get_of(5, "/a.txt") + frame(FrameType::kRstStream, 0, 3, u32(8))),
                             turn_, out_);
  const auto next = frames_of(take_out());
  EXPECT_EQ(response(next, 5).body, "the text of a");
  EXPECT_TRUE(response(next, 3).body.empty());
  EXPECT_EQ(after, After::kReadOrMore);
  const auto rest = response(frames_of(send_all(after)), 1);
  EXPECT_EQ(response(begun, 1).body.size() + response(next, 1).body.size() + rest.body.size(), 3'000'000U);
  EXPECT_TRUE(rest.ended);
}

TEST_F(Http2SessionTest, RefusesMoreStreamsThanItSaid) {
  const auto ours = exchange(beginning({{http2::SettingId::kInitialWindowSize, 0}}));
  http2::Settings said;
  ASSERT_FALSE(said.apply(bytes_of(ours.at(0).payload)));
  EXPECT_EQ(said.max_concurrent_streams, 128U);
  std::string requests;
  for (std::uint32_t id = 1; id <= 257; id += 2) requests += get_of(id, "/a.txt");
  const auto frames = exchange(requests);
  EXPECT_EQ(response(frames, 255).status(), "200");
  // RFC 9113 5.1.2: a stream error of PROTOCOL_ERROR or REFUSED_STREAM; the latter may be asked for again.
  EXPECT_EQ(response(frames, 257).reset, ErrorCode::kRefusedStream);
  EXPECT_EQ(
      response(exchange(frame(FrameType::kRstStream, 0, 1, u32(8)) + get_of(259, "/a.txt")), 259).status(),
      "200");
}

TEST_F(Http2SessionTest, SaysGoodbyeWhenItDrainsAndFinishesWhatIsUnderWay) {
  open({{http2::SettingId::kInitialWindowSize, 5}});
  exchange(get_of(1, "/a.txt"));
  turn_.draining = true;
  const auto goodbye = frames_of(send_all(session_->on_drain(turn_, out_)));
  EXPECT_EQ(goaway(goodbye), ErrorCode::kNoError);
  EXPECT_EQ(http2::read_u32(bytes_of(goodbye.at(0).payload).data()), 1U);  // the last that is answered
  EXPECT_EQ(after_, After::kRead);
  EXPECT_EQ(response(exchange(get_of(3, "/a.txt")), 3).reset, ErrorCode::kRefusedStream);
  EXPECT_TRUE(response(exchange(window_update(1, 100)), 1).ended);
  EXPECT_EQ(after_, After::kLinger);
}

TEST_F(Http2SessionTest, ClosesAtOnceWhenItDrainsAndNothingIsUnderWay) {
  open();
  exchange(get_of(1, "/a.txt"));
  EXPECT_EQ(goaway(frames_of(send_all(session_->on_drain(turn_, out_)))), ErrorCode::kNoError);
  EXPECT_EQ(after_, After::kLinger);
}

TEST_F(Http2SessionTest, FinishesWhatItCanAfterThePeersEnd) {
  open({{http2::SettingId::kInitialWindowSize, 1'000'000}});
  give(window_update(0, 1'000'000));
  const After after = session_->on_bytes(bytes_of(get_of(1, "/large.bin")), turn_, out_);
  std::string sent = take_out();
  EXPECT_EQ(after, After::kRead);
  sent += send_all(session_->on_end(turn_, out_));
  EXPECT_EQ(after_, After::kClose);
  EXPECT_TRUE(response(frames_of(sent), 1).ended);
}

TEST_F(Http2SessionTest, EndsAConnectionThatIsIdle) {
  open();
  exchange(get_of(1, "/a.txt"));
  EXPECT_EQ(session_->patience(), seconds(60));
  turn_.now += seconds(30);
  exchange(frame(FrameType::kPing, 0, 0, "12345678"));  // no request
  EXPECT_EQ(session_->patience(), seconds(30));
  turn_.now += seconds(30);
  EXPECT_EQ(goaway(frames_of(send_all(session_->on_deadline(turn_, out_)))), ErrorCode::kNoError);
  EXPECT_EQ(after_, After::kLinger);
}

TEST_F(Http2SessionTest, GivesAHeadItsTimeAndNoMore) {
  open();
  give(headers(1, request_fields("/a.txt"), flag::kEndStream));  // its block goes on
  EXPECT_EQ(session_->patience(), seconds(10));
  turn_.now += seconds(9);
  give(frame(FrameType::kContinuation, 0, 1, ""));  // dripping does not extend it
  EXPECT_EQ(session_->patience(), seconds(1));
  turn_.now += seconds(1);
  EXPECT_EQ(goaway(frames_of(send_all(session_->on_deadline(turn_, out_)))), ErrorCode::kEnhanceYourCalm);

  reconnect();
  give(http2::kPreface.substr(0, 20));
  EXPECT_EQ(session_->patience(), seconds(10));
  turn_.now += seconds(10);
  send_all(session_->on_deadline(turn_, out_));
  EXPECT_EQ(after_, After::kClose);
}

TEST_F(Http2SessionTest, ResetsAStreamWhoseWindowIsNeverOpened) {
  open({{http2::SettingId::kInitialWindowSize, 1}});
  exchange(get_of(1, "/a.txt"));
  EXPECT_EQ(session_->patience(), seconds(60));
  turn_.now += seconds(59);
  exchange(window_update(1, 1));  // some of it is sent
  EXPECT_EQ(session_->patience(), seconds(60));
  turn_.now += seconds(60);
  const auto frames = frames_of(send_all(session_->on_deadline(turn_, out_)));
  EXPECT_EQ(response(frames, 1).reset, ErrorCode::kCancel);
  EXPECT_EQ(after_, After::kRead);
}

// Whose turn comes late because the connection's window is small is no stream that the peer forgot.
TEST_F(Http2SessionTest, WaitsForTheConnectionsWindowAsLongAsAnyStreamGoesOn) {
  open({{http2::SettingId::kInitialWindowSize, 1'000'000}});
  exchange(get_of(1, "/large.bin") + get_of(3, "/large.bin"));
  turn_.now += seconds(40);
  exchange(window_update(0, 1'000));  // for one of them
  turn_.now += seconds(20);
  EXPECT_TRUE(frames_of(send_all(session_->on_deadline(turn_, out_))).empty());
  EXPECT_EQ(session_->patience(), seconds(40));
  turn_.now += seconds(40);
  const auto frames = frames_of(send_all(session_->on_deadline(turn_, out_)));
  EXPECT_EQ(response(frames, 1).reset, ErrorCode::kCancel);
  EXPECT_EQ(response(frames, 3).reset, ErrorCode::kCancel);
}

}  // namespace
}  // namespace suite::test
