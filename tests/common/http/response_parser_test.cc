// What responses may look like.
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

TEST(ResponseParser, ReadsContentOfAGivenLength) {
  EXPECT_EQ(responses_read_in_every_way("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"),
            good_responses({"200 hello"}));
  EXPECT_EQ(responses_read_in_every_way("HTTP/1.0 404 Not Found\r\ncontent-LENGTH:  0\t \r\n\r\n"),
            good_responses({"404 "}));
}

TEST(ResponseParser, ReadsChunksWithExtensionsAndTrailers) {
  EXPECT_EQ(
      responses_read_in_every_way("HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, Chunked\r\n\r\n"
                                  "5\r\nhello\r\n0A;a;b=c;d=\"e \\\" f\"\r\n0123456789\r\n000\r\nX: y\r\n\r\n"
                                  "HTTP/1.1 201 \r\nContent-Length: 1\r\n\r\nx"),
      good_responses({"200 hello0123456789", "201 x"}));
}

// RFC 9110 5.6.3: "A recipient MUST parse for such bad whitespace and remove it before interpreting the
// protocol element". Chunk extensions have it around ";" and "=" (RFC 9112 7.1.1).
TEST(ResponseParser, ReadsBlanksInChunkExtensions) {
  EXPECT_EQ(responses_read_in_every_way("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                                        "3; a=b\r\nabc\r\n3 ;a=b\r\ndef\r\n3;a = b\r\nghi\r\n"
                                        "3\t ; a\t=\t\"b ; c\" ;d\r\njkl\r\n0 ; last\r\n\r\n"),
            good_responses({"200 abcdefghijkl"}));
}

// Some servers pad sizes to a fixed width; no two readers take that for different sizes.
TEST(ResponseParser, ReadsChunkSizesPaddedWithBlanks) {
  EXPECT_EQ(responses_read_in_every_way("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                                        "3  \r\nabc\r\n3;a \t\r\ndef\r\n0     \r\n\r\n"),
            good_responses({"200 abcdef"}));
}

TEST(ResponseParser, ReadsPipelinedResponses) {
  EXPECT_EQ(
      responses_read_in_every_way("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n"
                                  "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nab"
                                  "HTTP/1.1 204 No Content\r\nContent-Length: 7\r\n\r\n"
                                  "HTTP/1.1 304\r\nTransfer-Encoding: chunked\r\n\r\n"
                                  "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"),
      good_responses({"100 ", "103 ", "200 ab", "204 ", "304 ", "200 "}));
}

TEST(ResponseParser, ReadsUntilTheConnectionEndsWhereNothingElseEndsTheContent) {
  for (const char* head : {"HTTP/1.1 200 OK\r\n\r\n", "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n"}) {
    ResponseReader reader;
    reader.read(std::string(head) + "HTTP/1.1 404 Not Found\r\n\r\n");
    EXPECT_EQ(reader.reading, good_responses({}));
    EXPECT_EQ(reader.current(), "200 HTTP/1.1 404 Not Found\r\n\r\n");
    EXPECT_TRUE(reader.parser.ends_with_connection());
    EXPECT_EQ(reader.parser.certain_body(), UINT64_MAX);
  }
}

TEST(ResponseParser, KnowsThatAnAnswerToHeadHasNoContent) {
  EXPECT_EQ(read_responses("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nHTTP/1.1 200 OK\r\n\r\n"
                           "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
                           true),
            good_responses({"200 ", "200 ", "200 "}));
}

// RFC 9112 6.3, rule 1: "always terminated by the first empty line after the header fields, regardless of the
// header fields present in the message".
TEST(ResponseParser, EndsAResponseWithoutContentAtItsHeadWhateverItsFieldsSay) {
  for (const std::string fields :
       {"Transfer-Encoding: chunked\r\n", "Transfer-Encoding: gzip\r\n", "Content-Length: 5\r\n",
        "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", "Content-Length: 5\r\nContent-Length: 6\r\n",
        "Content-Length: x\r\n", "Transfer-Encoding: chunked;q=1\r\n"}) {
    EXPECT_EQ(responses_read_in_every_way("HTTP/1.1 102 Processing\r\n" + fields +
                                          "\r\nHTTP/1.1 204 None\r\n" + fields + "\r\nHTTP/1.1 304 Same\r\n" +
                                          fields + "\r\nHTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx"),
              good_responses({"102 ", "204 ", "304 ", "200 x"}))
        << fields;
    const std::string to_head = "HTTP/1.1 200 OK\r\n" + fields + "\r\n";
    EXPECT_EQ(read_responses(to_head + to_head, true), good_responses({"200 ", "200 "})) << fields;
  }
}

// RFC 9110 5.6.1.2: "A recipient MUST parse and ignore a reasonable number of empty list elements".
TEST(ResponseParser, IgnoresEmptyElementsInLists) {
  for (const char* codings : {", chunked", "chunked,", ",, gzip ,, chunked , ", ",\tchunked"}) {
    EXPECT_EQ(responses_read_in_every_way("HTTP/1.1 200 OK\r\nTransfer-Encoding: " + std::string(codings) +
                                          "\r\n\r\n1\r\nx\r\n0\r\n\r\n"),
              good_responses({"200 x"}))
        << codings;
  }
  for (const char* lengths : {", 1", "1,", ",1,,1, "}) {
    EXPECT_EQ(responses_read_in_every_way("HTTP/1.1 200 OK\r\nContent-Length: " + std::string(lengths) +
                                          "\r\n\r\nx"),
              good_responses({"200 x"}))
        << lengths;
  }
}

// RFC 9112 6.3, rule 5, and RFC 9110 8.6: "the message is processed with that single value".
TEST(ResponseParser, TakesALengthThatIsRepeatedForOne) {
  for (const char* fields : {"Content-Length: 2, 2\r\n", "Content-Length: 2\r\nContent-Length: 2\r\n",
                             "Content-Length: 2\r\nContent-Length: 02,2\r\n", "Content-Length: 2,2,2\r\n"}) {
    EXPECT_EQ(responses_read_in_every_way("HTTP/1.1 200 OK\r\n" + std::string(fields) + "\r\nab"),
              good_responses({"200 ab"}))
        << fields;
  }
}

// RFC 9110 2.5: "processed as if it were in the highest minor version within that major version to which the
// recipient is conformant".
TEST(ResponseParser, ReadsAHigherMinorVersionAsTheHighestItKnows) {
  for (const char minor : {'2', '9'}) {
    const std::string version = std::string("HTTP/1.") + minor;
    EXPECT_EQ(responses_read_in_every_way(version + " 200 OK\r\nContent-Length: 1\r\n\r\nx"),
              good_responses({"200 x"}));
    ResponseReader reader;
    reader.read(version + " 200 OK\r\nContent-Length: 0\r\n\r\n");
    EXPECT_TRUE(persists(reader.parser.head())) << "as 1.1 does";
  }
}

// RFC 9112 2.2: "a recipient MAY recognize a single LF as a line terminator".
TEST(ResponseParser, ReadsLinesThatEndInLfAlone) {
  EXPECT_EQ(responses_read_in_every_way(
                "HTTP/1.1 200 OK\nContent-Length: 2\nServer: x\n\nab"
                "HTTP/1.1 404\r\nContent-Length: 1\nX: y\r\n\nc"
                "HTTP/1.1 200 OK\nTransfer-Encoding: chunked\n\n1\r\nx\r\n0\r\nTrailer: y\n\n"),
            good_responses({"200 ab", "404 c", "200 x"}));
  ResponseReader reader;
  reader.read("HTTP/1.1 204 None\nServer: lone\n\n");
  EXPECT_EQ(reader.parser.server(), "lone");
}

// RFC 9112 5.2: "A user agent that receives an obs-fold in a response message that is not within a
// message/http container MUST replace each received obs-fold with one or more SP octets prior to interpreting
// the field value."
TEST(ResponseParser, ReadsPastFoldedLinesOfFieldsThatItDoesNotInterpret) {
  EXPECT_EQ(responses_read_in_every_way("HTTP/1.1 200 OK\r\nX: a\r\n b\r\n\tc\r\nContent-Length: 2\r\n\r\nab"
                                        "HTTP/1.1 404 No\r\nContent-Length: 1\r\nX:\n folded\nY: z\n\nc"),
            good_responses({"200 ab", "404 c"}));
}

// RFC 9112 9.2: data that "consists only of one or more CRLF (which can be discarded per Section 2.2)".
TEST(ResponseParser, DiscardsEmptyLinesBetweenResponses) {
  EXPECT_EQ(responses_read_in_every_way(
                "\r\nHTTP/1.1 100 Continue\r\n\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx"
                "\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\ny\n"),
            good_responses({"100 ", "200 x", "200 y"}));
  ResponseReader reader;
  reader.read("\r\n\r");
  EXPECT_TRUE(reader.parser.at_start()) << "no part of a response";
  std::string_view rest = "\n\r\nHTTP";
  reader.parser.skip_empty_lines(rest);
  EXPECT_EQ(rest, "HTTP");
  EXPECT_TRUE(reader.parser.at_start());
}

TEST(ResponseParser, SkipsContentThatNobodyLooksAt) {
  ResponseReader reader;
  reader.read("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc");
  EXPECT_EQ(reader.parser.certain_body(), 7U);
  reader.parser.skip(6);
  EXPECT_EQ(reader.parser.certain_body(), 1U);
  reader.parser.skip(1);
  EXPECT_EQ(reader.parser.next({}).event, Event::kComplete);
  EXPECT_EQ(reader.parser.certain_body(), 0U);
  reader.parser.restart(false);
  reader.read("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n400\r\n");
  EXPECT_EQ(reader.parser.certain_body(), 1024U);
  reader.parser.skip(1024);
  EXPECT_EQ(reader.parser.certain_body(), 0U);
  reader.read("\r\n0\r\n\r\n");
  EXPECT_EQ(reader.reading.responses.back(), "200 ");
}

TEST(ResponseParser, RemembersTheLastFinalHeadThatCameInOnePiece) {
  constexpr std::string_view kHead = "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nConnection: close\r\n\r\n";
  constexpr std::string_view kOther = "HTTP/1.1 404 OK\r\nContent-Length: 10\r\n\r\n";
  KnownHead known;
  EXPECT_FALSE(known.begins(kHead)) << "nothing is known at first";
  EXPECT_FALSE(known.begins(""));
  ResponseParser parser;
  parser.next("HTTP/1.1 103 Early Hints\r\n\r\n", known);
  parser.next(kHead.substr(0, 20), known);
  parser.next(kHead.substr(20), known);
  EXPECT_FALSE(known.begins(kHead)) << "an interim head, and one in two pieces";
  parser.restart(false);
  parser.next(kHead, known);
  EXPECT_TRUE(known.begins(std::string(kHead) + "x"));
  EXPECT_FALSE(known.begins(kHead.substr(0, kHead.size() - 1)));
  EXPECT_EQ(known.head().status, 200U);
  EXPECT_TRUE(known.head().close);
  parser.restart(false);
  parser.next(kOther, known);
  EXPECT_FALSE(known.begins(kHead));
  EXPECT_TRUE(known.begins(kOther));
  parser.restart(false);
  const std::string padding(KnownHead::kMostBytes, 'x');
  parser.next("HTTP/1.1 200 OK\r\nPadding: " + padding + "\r\nContent-Length: 1\r\n\r\n", known);
  EXPECT_TRUE(known.begins(kOther)) << "one that is too long to be remembered";
}

TEST(ResponseParser, TakesAHeadThatIsKnownForWhatItSays) {
  constexpr std::string_view kHead = "HTTP/1.1 200 OK\r\nContent-Length: 3\r\nConnection: close\r\n\r\n";
  KnownHead known;
  ResponseParser first;
  first.next(kHead, known);
  ResponseParser second;
  const std::string bytes = std::string(kHead) + "ab";
  const ResponseParser::Step step = second.next(bytes, known);
  EXPECT_EQ(step.event, Event::kHead);
  EXPECT_EQ(step.consumed, kHead.size());
  EXPECT_EQ(second.head().length, 3U);
  EXPECT_TRUE(second.head().close);
  EXPECT_EQ(second.certain_body(), 3U);
  EXPECT_FALSE(second.at_start());
}

TEST(ResponseParser, TellsAResponseOfAKnownHeadAtOnceWhereAllOfItIsThere) {
  const std::string head = "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n";
  KnownHead known;
  ResponseParser parser;
  parser.next(head, known);
  parser.restart(false);
  const std::string bytes = head + "abc" + head + "de";
  const ResponseParser::Step step = parser.next(bytes, known);
  EXPECT_EQ(step.event, Event::kWhole);
  EXPECT_EQ(step.body, "abc");
  EXPECT_EQ(step.consumed, head.size() + 3);
  EXPECT_EQ(parser.head().length, 3U);
  EXPECT_TRUE(parser.at_start());
  EXPECT_EQ(parser.next(std::string_view(bytes).substr(step.consumed), known).event, Event::kHead)
      << "a byte is missing";
}

TEST(ResponseParser, TellsAKnownHeadWithoutContentAtOnce) {
  struct Case {
    std::string head;
    bool to_head;
    Event event;
  };
  const std::vector<Case> cases{
      {"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", false, Event::kWhole},
      {"HTTP/1.1 204 None\r\n\r\n", false, Event::kWhole},
      {"HTTP/1.1 304 Same\r\nContent-Length: 9\r\n\r\n", false, Event::kWhole},
      {"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n", true, Event::kWhole},
      {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", true, Event::kWhole},
      {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", false, Event::kHead},
      {"HTTP/1.1 200 OK\r\n\r\n", false, Event::kHead},
      {"HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n", false, Event::kHead},
  };
  for (const auto& [head, to_head, event] : cases) {
    KnownHead known;
    ResponseParser parser;
    parser.restart(to_head);
    EXPECT_EQ(parser.next(head, known).event, Event::kHead) << head;
    parser.restart(to_head);
    const ResponseParser::Step step = parser.next(head, known);
    EXPECT_EQ(step.event, event) << head;
    EXPECT_EQ(step.consumed, head.size()) << head;
    EXPECT_EQ(step.body, "") << head;
  }
}

TEST(ResponseParser, KnowsWhetherTheConnectionGoesOn) {
  const auto goes_on = [](const std::string& version, const std::string& fields) {
    ResponseReader reader;
    reader.read("HTTP/" + version + " 200 OK\r\n" + fields + "Content-Length: 0\r\n\r\n");
    EXPECT_EQ(reader.reading, good_responses({"200 "}));
    return persists(reader.parser.head());
  };
  EXPECT_TRUE(goes_on("1.1", ""));
  EXPECT_FALSE(goes_on("1.0", ""));
  EXPECT_FALSE(goes_on("1.1", "connection: Close\r\n"));
  EXPECT_FALSE(goes_on("1.1", "Connection: x, keep-alive ,close\r\n"));
  EXPECT_TRUE(goes_on("1.0", "Connection: Keep-Alive\r\n"));
  EXPECT_FALSE(goes_on("1.1", "Connection: x\r\nConnection: close\r\n"));
  EXPECT_FALSE(persists({.minor_version = 0, .keep_alive = true, .has_coding = true})) << "RFC 9112 6.1";
}

TEST(ResponseParser, KeepsTheFirstServerName) {
  ResponseReader reader;
  EXPECT_EQ(reader.parser.server(), "");
  reader.read(
      "HTTP/1.1 204 No Content\r\nserver: nginx/1.22.1 \r\n\r\nHTTP/1.1 204 No Content\r\nServer: x\r\n\r\n");
  EXPECT_EQ(reader.parser.server(), "nginx/1.22.1");
}

}  // namespace
}  // namespace suite
