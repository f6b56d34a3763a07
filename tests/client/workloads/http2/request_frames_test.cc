#include "client/workloads/http2/request_frames.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/client/workloads/http2/http2_fixture.h"

namespace suite {
namespace {

using namespace http2;
using Form = RequestFrames::Form;
using test::Http2Bytes;

// The fields of all blocks in `bytes`, which a new decoder is given one after the other.
std::vector<test::Http2Fields> fields_in(const Http2Bytes& bytes) {
  HpackDecoder decoder;
  std::vector<test::Http2Fields> all;
  Http2Bytes block;
  for (const test::Http2Frame& frame : test::frames_in(test::text_in(bytes))) {
    const auto part = test::bytes_in(frame.payload);
    block.insert(block.end(), part.begin(), part.end());
    if (!frame.header.has(flag::kEndHeaders)) continue;
    test::Http2Fields& fields = all.emplace_back();
    const auto outcome = decoder.decode(block, [&fields](const FieldView& field) {
      fields.emplace_back(field.name, field.value);
      return true;
    });
    EXPECT_EQ(outcome, HpackDecoder::Outcome::kWhole);
    block.clear();
  }
  return all;
}

class RequestFramesTest : public test::Http2Fixture {
 protected:
  static Http2Plan::Request agent(std::string path) {
    Http2Plan::Request request = get(std::move(path));
    request.fields.emplace_back("user-agent", "suite/1.0 of quite some length");
    return request;
  }
  static constexpr ThreadPlace kAlone{.number = 0, .count = 1};
};

TEST_F(RequestFramesTest, MeanTheSameInEachForm) {
  const std::vector<Http2Plan::Request> requests{agent("/"), agent("/x")};
  const RequestFrames frames(requests, kAlone);
  const std::vector<std::vector<Form>> orders{{Form::kFirst, Form::kIndexed, Form::kIndexed},
                                              {Form::kLiteral, Form::kLiteral, Form::kLiteral},
                                              {Form::kLiteralNoTable, Form::kLiteral, Form::kLiteral}};
  for (const auto& order : orders) {
    Http2Bytes bytes;
    for (std::uint32_t i = 0; i < 3; ++i) frames.append(bytes, i % 2, 2 * i + 1, order[i]);
    const auto fields = fields_in(bytes);
    ASSERT_EQ(fields.size(), 3U);
    for (std::size_t i = 0; i < 3; ++i) {
      EXPECT_THAT(fields[i], testing::UnorderedElementsAreArray(requests[i % 2].fields));
    }
  }
}

// RFC 7541 2.3.2: what was inserted once is named by its index.
TEST_F(RequestFramesTest, RepeatARequestInTheSameFewBytes) {
  const std::vector<Http2Plan::Request> requests{agent("/")};
  const RequestFrames frames(requests, kAlone);
  Http2Bytes first, second, third;
  frames.append(first, 0, 1, Form::kFirst);
  frames.append(second, 0, 3, Form::kIndexed);
  frames.append(third, 0, 3, Form::kIndexed);
  EXPECT_EQ(second, third);
  EXPECT_LE(second.size(), kFrameHeaderBytes + requests[0].fields.size());
  EXPECT_LT(second.size(), first.size());
  EXPECT_TRUE(read_frame_header(second.data()).has(flag::kEndStream));
  EXPECT_EQ(read_frame_header(second.data()).stream, 3U);
}

TEST_F(RequestFramesTest, UseNoTableThatTheServerMakesSmaller) {
  const std::vector<Http2Plan::Request> requests{agent("/")};
  const RequestFrames frames(requests, kAlone);
  EXPECT_EQ(frames.first_form(4096), Form::kFirst);
  EXPECT_EQ(frames.first_form(65536), Form::kFirst);
  EXPECT_EQ(frames.first_form(0), Form::kLiteralNoTable);
  Http2Bytes bytes;
  frames.append(bytes, 0, 1, Form::kLiteralNoTable);
  EXPECT_EQ(bytes[kFrameHeaderBytes], std::byte{0x20});
}

TEST_F(RequestFramesTest, RelyOnNoTableWhereRequestsDifferInWhatItHolds) {
  const std::vector<Http2Plan::Request> requests{agent("/"), get("/")};
  EXPECT_EQ(RequestFrames(requests, kAlone).first_form(4096), Form::kLiteral);
}

// RFC 9113 4.2, 6.10.
TEST_F(RequestFramesTest, AreCutWhereAFrameWouldBeLongerThanAllowed) {
  std::vector<Http2Plan::Request> requests{get("/")};
  requests[0].fields.emplace_back("cookie", std::string(40'000, 'c'));
  const RequestFrames frames(requests, kAlone);
  for (const Form form : {Form::kLiteral, Form::kLiteralNoTable}) {
    Http2Bytes bytes;
    frames.append(bytes, 0, 7, form);
    const auto cut = test::frames_in(test::text_in(bytes));
    ASSERT_EQ(cut.size(), 3U);
    for (const auto& frame : cut) EXPECT_EQ(frame.header.stream, 7U);
    EXPECT_TRUE(cut[0].header.has(flag::kEndStream) && !cut[0].header.has(flag::kEndHeaders));
    EXPECT_TRUE(cut[2].header.has(flag::kEndHeaders));
    EXPECT_THAT(fields_in(bytes)[0], testing::UnorderedElementsAreArray(requests[0].fields));
  }
}

TEST_F(RequestFramesTest, AreSharedOutOverThreads) {
  const std::vector<Http2Plan::Request> requests{get("/0"), get("/1"), get("/2")};
  const RequestFrames second(requests, {.number = 1, .count = 2});
  ASSERT_EQ(second.size(), 3U);
  EXPECT_EQ(second.url(0), 1U);
  EXPECT_EQ(second.url(1), 0U);
  EXPECT_EQ(second.url(2), 2U);
}

}  // namespace
}  // namespace suite
