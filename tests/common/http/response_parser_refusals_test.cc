// What is no response, and how much of one is read at the most.
#include "common/http/response_parser.h"

#include <gtest/gtest.h>

#include <vector>

#include "common/http/known_head.h"
#include "tests/common/http/response_reader.h"

namespace suite {
namespace {

using test::good_responses;
using test::read_responses;
using test::ResponseReader;
using test::ResponseReading;
using test::responses_read_in_every_way;
using Event = ResponseParser::Event;

TEST(ResponseParser, RefusesWhatIsNoResponse) {
  const std::string ok = "HTTP/1.1 200 OK\r\n";
  const std::string chunked = ok + "Transfer-Encoding: chunked\r\n\r\n";
  const std::vector<std::string> texts{
      "SSH-2.0-OpenSSH_9.2\r\n",
      "hTTP/1.1 200 OK\r\n\r\n",
      "HTTP/1.1\r\n\r\n",
      "HTTP/1.x 200 OK\r\n\r\n",
      "HTTP/1.10 200 OK\r\n\r\n",
      "HTTP/1.1\n\n",
      "\rHTTP/1.1 200 OK\r\n\r\n",
      "\r\n HTTP/1.1 200 OK\r\n\r\n",
      "HTTP/2.0 200 OK\r\n\r\n",
      "HTTP/1.1  200 OK\r\n\r\n",
      "HTTP/1.1 20 OK\r\n\r\n",
      "HTTP/1.1 2000 OK\r\n\r\n",
      "HTTP/1.1 099 OK\r\n\r\n",
      "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n",
      "HTTP/1.1 200 O\x01K\r\n\r\n",
      ok + "No colon\r\n\r\n",
      ok + "Space : x\r\n\r\n",
      ok + ": x\r\n\r\n",
      ok + "Content-Length: 2\r\n 0\r\n\r\n",
      ok + "Transfer-Encoding: gzip,\r\n\tchunked\r\n\r\n",
      ok + "Connection:\r\n close\r\n\r\n",
      ok + " X: a\r\n\r\n",
      ok + "X: a\rb\r\n\r\n",
      ok + "X: a\rb\n\n",
      ok + "X: a\nb\r\n\r\n",
      ok + "X: \x01\n\n",
      ok + "X: \x7f\r\n\r\n",
      ok + "X: " + std::string(1, '\0') + "\r\n\r\n",
      ok + "Content-Length: 5\r\nContent-Length: 6\r\n\r\n",
      ok + "Content-Length: 5, 6\r\n\r\n",
      ok + "Content-Length: 5, 5x\r\n\r\n",
      ok + "Content-Length: 5 5\r\n\r\n",
      ok + "Content-Length: ,\r\n\r\n",
      ok + "Content-Length: 5\r\nContent-Length:\r\n\r\n",
      ok + "Content-Length: -5\r\n\r\n",
      ok + "Content-Length: +5\r\n\r\n",
      ok + "Content-Length: 0x5\r\n\r\n",
      ok + "Content-Length: \r\n\r\n",
      ok + "Content-Length: 18446744073709551616\r\n\r\n",
      ok + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n",
      ok + "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n",
      ok + "Transfer-Encoding: chunked;q=1\r\n\r\n",
      ok + "Transfer-Encoding: Chunked ;q=1, gzip\r\n\r\n",
      chunked + "\r\n",
      chunked + "g\r\n",
      chunked + "-5\r\n",
      chunked + "5 x\r\nhello\r\n",
      chunked + "5 ; \r\nhello\r\n",
      chunked + "5 5\r\nhello\r\n",
      chunked + "5\nhello\r\n",
      chunked + "5\r\nhelloo\r\n",
      chunked + "5\r\nhello\n",
      chunked + "5;\r\nhello\r\n",
      chunked + "5;=x\r\nhello\r\n",
      chunked + "5;a=\"x\r\nhello\r\n",
      chunked + "10000000000000000\r\n",
      chunked + "0\r\nContent-Length: 5\r\n\r\n",
      chunked + "0\r\nno trailer\r\n\r\n",
  };
  for (const std::string& text : texts) {
    EXPECT_TRUE(responses_read_in_every_way(text).malformed) << testing::PrintToString(text);
  }
}

TEST(ResponseParser, StaysMalformedOnceItIs) {
  ResponseReader reader;
  reader.read("nonsense");
  EXPECT_EQ(reader.parser.next("HTTP/1.1 200 OK\r\n\r\n").event, Event::kMalformed);
  reader.parser.restart(false);
  EXPECT_EQ(reader.parser.next("HTTP/1.1 200 OK\r\n\r\n").event, Event::kHead);
}

TEST(ResponseParser, BoundsHeadsTrailersAndChunkLines) {
  const auto ends_at = [](std::size_t bound, const std::string& begin, const std::string& endless) {
    ResponseReader reader;
    reader.read(begin);
    std::size_t given = 0;
    while (!reader.reading.malformed && given < 2 * ResponseParser::kMostHeadBytes) {
      reader.read(endless);
      given += endless.size();
    }
    return reader.reading.malformed && given <= bound + endless.size() && given + 64 > bound;
  };
  const std::string chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
  EXPECT_TRUE(ends_at(ResponseParser::kMostHeadBytes, "HTTP/1.1 200 ", "O"));
  EXPECT_TRUE(ends_at(ResponseParser::kMostHeadBytes, "HTTP/1.1 200 OK\r\n", "X: y\r\n"));
  EXPECT_TRUE(ends_at(ResponseParser::kMostHeadBytes, "HTTP/1.1 200 OK\r\nX", "x"));
  EXPECT_TRUE(ends_at(ResponseParser::kMostHeadBytes, chunked + "0\r\n", "X: y\r\n"));
  EXPECT_TRUE(ends_at(ResponseParser::kMostChunkLine, chunked + "5", ";a"));
  EXPECT_TRUE(ends_at(ResponseParser::kMostChunkLine, chunked + "5", " "));
  EXPECT_TRUE(
      read_responses("HTTP/1.1 200 OK\r\nX: " + std::string(ResponseParser::kMostHeadBytes, 'y') + "\r\n\r\n")
          .malformed);
}

TEST(ResponseParser, HasNoBoundForInterimResponsesAndChunks) {
  ResponseReader reader;
  for (int i = 0; i < 5000; ++i) reader.read("HTTP/1.1 102 Processing\r\nX: 0123456789\r\n\r\n");
  reader.read("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
  for (int i = 0; i < 100'000; ++i) reader.read("1\r\nx\r\n");
  reader.read("0\r\n\r\n");
  EXPECT_EQ(reader.reading.responses.size(), 5001U);
  EXPECT_EQ(reader.reading.responses.back().size(), 4 + 100'000U);
}

}  // namespace
}  // namespace suite
