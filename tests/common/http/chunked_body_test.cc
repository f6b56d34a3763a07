#include "common/http/chunked_body.h"

#include <gtest/gtest.h>

#include <string>

namespace suite {
namespace {

using Status = ChunkedBody::Status;

constexpr std::string_view kBody =
    "5\r\nhello\r\n1A;name=value;x=\"q\"\r\nabcdefghijklmnopqrstuvwxyz\r\n00\r\nTrailer: "
    "yes\r\nOther:\r\n\r\n";

Status skip_in_pieces(std::string_view text, std::size_t step, std::string_view* rest = nullptr) {
  ChunkedBody body;
  Status status = Status::kMore;
  while (status == Status::kMore && !text.empty()) {
    std::string_view piece = text.substr(0, step);
    const std::size_t offered = piece.size();
    status = body.skip(piece);
    text.remove_prefix(offered - piece.size());
  }
  if (rest != nullptr) *rest = text;
  return status;
}

TEST(ChunkedBody, EndsWhereItEndsWhateverThePieces) {
  const std::string with_next = std::string(kBody) + "GET / HTTP/1.1";
  for (std::size_t step = 1; step <= with_next.size(); ++step) {
    std::string_view rest;
    ASSERT_EQ(skip_in_pieces(with_next, step, &rest), Status::kEnd) << step;
    ASSERT_EQ(rest, "GET / HTTP/1.1") << step;
  }
}

TEST(ChunkedBody, AsksForMoreAtEverySplit) {
  for (std::size_t size = 0; size < kBody.size(); ++size) {
    ASSERT_EQ(skip_in_pieces(kBody.substr(0, size), 7), Status::kMore) << size;
  }
}

TEST(ChunkedBody, RefusesWhatIsNotChunked) {
  for (const char* text : {"\r\n",
                           "x\r\n",
                           "-1\r\n",
                           "+1\r\n",
                           " 1\r\n",
                           "1 \r\n",
                           "0x1\r\na\r\n",
                           "1\na\r\n",
                           "1\r\nab",
                           "1\r\na\n",
                           "1\r\na\rx",
                           "1;\x01\r\n",
                           "1;\r\n",
                           "1; \r\n",
                           "1;a =\r\n",
                           "1;a b\r\n",
                           "1 1\r\n",
                           "1 a\r\n",
                           "10000000000000000\r\n",
                           "0\r\nno colon\r\n\r\n",
                           "0\r\n folded: x\r\n\r\n",
                           "0\r\n\n",
                           "1,1\r\n"}) {
    EXPECT_EQ(skip_in_pieces(text, 100), Status::kMalformed) << text;
    EXPECT_EQ(skip_in_pieces(text, 1), Status::kMalformed) << text;
  }
}

// RFC 9110 5.6.3: "A recipient MUST parse for such bad whitespace and remove it before interpreting the
// protocol element". Chunk extensions have it around ";" and "=" (RFC 9112 7.1.1).
TEST(ChunkedBody, TakesBlanksInChunkExtensions) {
  for (const char* line : {"3; a=b", "3 ;a=b", "3;a = b", "3\t;\ta\t=\tb", "3 ; a ; b = \"c ; d\" ; e"}) {
    const std::string body = std::string(line) + "\r\nabc\r\n0 ; last\r\n\r\n";
    for (std::size_t step = 1; step <= body.size(); ++step) {
      EXPECT_EQ(skip_in_pieces(body, step), Status::kEnd) << line << ", " << step;
    }
    for (std::size_t size = 0; size < body.size(); ++size) {
      EXPECT_EQ(skip_in_pieces(body.substr(0, size), 1), Status::kMore) << line << ", " << size;
    }
  }
}

// The grammar has no blanks there, and a request that is off the grammar may be read differently elsewhere.
TEST(ChunkedBody, RefusesAChunkSizePaddedWithBlanks) {
  for (const char* line : {"3 \r\n", "3  \r\n", "3\t\r\n", "3;a \r\n", "3;a=b \r\n"}) {
    EXPECT_EQ(skip_in_pieces(line, 100), Status::kMalformed) << line;
  }
}

TEST(ChunkedBody, BoundsLinesAndTrailers) {
  EXPECT_EQ(skip_in_pieces("1;" + std::string(5000, 'x'), 100), Status::kMalformed);
  EXPECT_EQ(skip_in_pieces("1" + std::string(5000, ' '), 100), Status::kMalformed);
  std::string trailers = "0\r\n";
  while (trailers.size() < 17 * 1024) trailers += "Name: value\r\n";
  EXPECT_EQ(skip_in_pieces(trailers, 1000), Status::kMalformed);
}

// RFC 9112 7.1.1: "A server ought to limit the total length of chunk extensions received in a request".
TEST(ChunkedBody, BoundsExtensionsInAll) {
  const std::string chunk = "1;x=" + std::string(1000, 'y') + "\r\nz\r\n";
  std::string few, many;
  for (int i = 0; i < 100; ++i) (i < 60 ? few : many) += chunk;
  EXPECT_EQ(skip_in_pieces(few + "0\r\n\r\n", 777), Status::kEnd);
  EXPECT_EQ(skip_in_pieces(few + many + "0\r\n\r\n", 777), Status::kMalformed);
}

TEST(ChunkedBody, SkipsAChunkLargerThan4GiBWithoutHoldingIt) {
  ChunkedBody body;
  std::string_view head = "100000001\r\n";
  ASSERT_EQ(body.skip(head), Status::kMore);
  const std::string block(1 << 24, 'x');
  for (int i = 0; i < 256; ++i) {
    std::string_view piece = block;
    ASSERT_EQ(body.skip(piece), Status::kMore);
  }
  std::string_view end = "x\r\n0\r\n\r\nrest";
  EXPECT_EQ(body.skip(end), Status::kEnd);
  EXPECT_EQ(end, "rest");
}

}  // namespace
}  // namespace suite
