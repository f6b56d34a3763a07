#include "servers/protocols/http1/http1_session.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <netinet/in.h>
#include <filesystem>
#include <fstream>
#include <regex>

#include "common/http/request_parser.h"
#include "servers/protocols/http_protocol.h"
#include "tests/support/sent_text.h"
#include "tests/support/temporary_folder.h"

namespace suite {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::HasSubstr;
using testing::StartsWith;

// A session between two files: what is given to it, and what it would have a loop send.
class Http1SessionTest : public testing::Test {
 protected:
  Http1SessionTest() {
    std::ofstream(folder_.file("a.txt")) << "the text of a";
    std::ofstream(folder_.file("large.bin")) << std::string(100'000, 'L');
    restart();
  }
  void restart() {
    auto factory = http_protocol(options_)(context_);
    ASSERT_TRUE(factory);
    factory_ = std::move(*factory);
    session_ = factory_(Endpoint());
  }

  /// Takes what is to be sent, `most` bytes at a time, and goes on where the session has more.
  std::string send_all(After after) {
    std::string sent = test::sent_text(out_);
    while (after == After::kMore) {
      ++resumes_;
      after = session_->resume(turn_, out_);
      sent += test::sent_text(out_);
    }
    after_ = after;
    return sent;
  }
  std::string give(std::string_view text) {
    return send_all(session_->on_bytes(std::as_bytes(std::span(text)), turn_, out_));
  }
  std::string give_in_pieces(std::string_view text, std::size_t step) {
    std::string sent;
    while (!text.empty()) {
      // A copy that goes: nothing may be kept of what was lent.
      const std::string piece(text.substr(0, step));
      text.remove_prefix(piece.size());
      sent += give(piece);
    }
    return sent;
  }
  static std::string get(std::string_view path, std::string_view fields = "") {
    return "GET " + std::string(path) + " HTTP/1.1\r\nHost: a\r\n" + std::string(fields) + "\r\n";
  }

  test::TemporaryFolder folder_;
  HttpOptions options_{.root = folder_.file(""), .server_name = "suite/test", .idle_timeout = seconds(60)};
  WorkerTotals totals_;
  std::atomic<std::uint32_t> hangups_ = 0;
  WorkerContext context_{.totals = totals_, .index = 0, .workers = 1, .hangups = hangups_};
  Turn turn_{.now = std::chrono::steady_clock::now(),
             .wall = std::chrono::sys_days(std::chrono::year(2040) / 1 / 2) + std::chrono::hours(3)};
  OutBuffer out_;
  SessionFactory factory_;
  std::unique_ptr<Session> session_;
  After after_ = After::kRead;
  int resumes_ = 0;
};

TEST_F(Http1SessionTest, AnswersWithTheFile) {
  const std::string answer = give(get("/a.txt"));
  EXPECT_THAT(answer,
              StartsWith("HTTP/1.1 200 OK\r\nServer: suite/test\r\nDate: Mon, 02 Jan 2040 03:00:00 GMT\r\n"
                         "Content-Type: text/plain\r\nLast-Modified: "));
  EXPECT_TRUE(answer.ends_with("\r\nContent-Length: 13\r\n\r\nthe text of a"));
  EXPECT_EQ(after_, After::kRead);
  EXPECT_EQ(totals_.requests, 1U);
}

TEST_F(Http1SessionTest, AnswersTheSameWhereverTheInputIsCut) {
  const std::string requests =
      get("/a.txt") + "POST /a.txt HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n" +
      "GET /a.txt HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nGET /" +
      "GET /large.bin HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n" +
      "\r\nHEAD /large.bin HTTP/1.1\r\nHost: a\r\n\r\n" + get("/none") +
      get("/a.txt", "Connection: close\r\n");
  const std::string whole = give(requests);
  EXPECT_EQ(after_, After::kClose);
  EXPECT_EQ(totals_.requests, 7U);
  for (std::size_t step = 1; step < requests.size(); ++step) {
    session_ = factory_(Endpoint());
    ASSERT_EQ(give_in_pieces(requests, step), whole) << step;
    ASSERT_EQ(after_, After::kClose) << step;
  }
}

TEST_F(Http1SessionTest, RendersTheDateOfEachSecond) {
  give(get("/a.txt"));
  turn_.wall += seconds(1);
  EXPECT_THAT(give(get("/a.txt")), HasSubstr("Date: Mon, 02 Jan 2040 03:00:01 GMT\r\n"));
  EXPECT_THAT(give(get("/large.bin")), HasSubstr("Date: Mon, 02 Jan 2040 03:00:01 GMT\r\n"));
}

TEST_F(Http1SessionTest, StopsAnsweringWhileTheOutboxIsFull) {
  std::string requests;
  for (int i = 0; i < 1000; ++i) requests += get("/a.txt");
  const After after = session_->on_bytes(std::as_bytes(std::span(requests)), turn_, out_);
  EXPECT_EQ(after, After::kMore);
  EXPECT_LT(out_.size(), 2 * OutBuffer::kMaxOwnBytes);
  std::string answers = send_all(after);
  EXPECT_EQ(after_, After::kRead);
  EXPECT_GT(resumes_, 1);
  EXPECT_EQ(totals_.requests, 1000U);
  std::size_t found = 0;
  for (std::size_t at = answers.find("the text of a"); at != std::string::npos;
       at = answers.find("the text of a", at + 1))
    ++found;
  EXPECT_EQ(found, 1000U);
}

TEST_F(Http1SessionTest, SendsALargeFileFromItsWindow) {
  options_.cache_bytes = 0;
  restart();
  const std::string answer = give(get("/large.bin") + get("/a.txt"));
  EXPECT_THAT(answer, HasSubstr("\r\n\r\n" + std::string(100'000, 'L') + "HTTP/1.1 200 OK\r\n"));
}

TEST_F(Http1SessionTest, AnswersHeadWithoutABody) {
  const std::string head = give("HEAD /a.txt HTTP/1.1\r\nHost: a\r\n\r\n");
  const std::string whole = give(get("/a.txt"));
  EXPECT_EQ(head + "the text of a", whole);
  EXPECT_TRUE(give("HEAD /none HTTP/1.1\r\nHost: a\r\n\r\n").ends_with("\r\n\r\n"));
}

TEST_F(Http1SessionTest, SaysHowAConnectionOfHttp10GoesOn) {
  EXPECT_THAT(give("GET /a.txt HTTP/1.0\r\nConnection: keep-alive\r\n\r\n"),
              HasSubstr("\r\nConnection: keep-alive\r\n"));
  EXPECT_EQ(after_, After::kRead);
  EXPECT_THAT(give("GET /a.txt HTTP/1.0\r\n\r\n"), HasSubstr("\r\nConnection: close\r\n"));
  EXPECT_EQ(after_, After::kClose);
}

TEST_F(Http1SessionTest, RefusesAndLingersSoThatTheAnswerCanBeRead) {
  const std::pair<const char*, const char*> cases[] = {
      {"garbage\r\n", "400 Bad Request"},
      {"GET / HTTP/1.1\r\n\r\n", "400 Bad Request"},
      {"GET / HTTP/3.0\r\n", "505 HTTP Version Not Supported"},
      {"GET / HTTP/1.1\r\nHost: a\r\nExpect: x\r\n\r\n", "417 Expectation Failed"},
      {"POST / HTTP/1.1\r\nContent-Length: 9\r\n\r\nbody", "400 Bad Request"},
      {"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9, 9\r\n\r\nbody", "400 Bad Request"},
      {"PUT / HTTP/1.1\r\nHost: a\r\nExpect: x\r\nContent-Length: 0\r\n\r\n", "417 Expectation Failed"},
      {"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nbody", "405 Method Not Allowed"},
      {"GET / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", "400 Bad Request"}};
  for (const auto& [request, status] : cases) {
    session_ = factory_(Endpoint());
    const std::string answer = give(request);
    EXPECT_THAT(answer, StartsWith("HTTP/1.1 " + std::string(status) + "\r\n")) << request;
    EXPECT_THAT(answer, HasSubstr("\r\nConnection: close\r\n")) << request;
    EXPECT_EQ(after_, After::kLinger) << request;
  }
}

// RFC 9112 9.6: a client may send all of a body before it looks for an answer.
TEST_F(Http1SessionTest, LingersForABodyThatIsRefusedAndStillComes) {
  const std::pair<const char*, const char*> cases[] = {
      {"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nbody", "405 Method Not Allowed"},
      {"PUT / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n", "405 Method Not Allowed"},
      {"PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\nExpect: 100-continue\r\n\r\n",
       "405 Method Not Allowed"},
      {"PUT / HTTP/1.1\r\nHost: a\r\nExpect: x\r\nContent-Length: 9\r\n\r\n", "417 Expectation Failed"},
      {"GET / HTTP/1.1\r\nHost: a\r\nExpect: x\r\nTransfer-Encoding: chunked\r\n\r\n",
       "417 Expectation Failed"},
      {"PUT / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n", "501 Not Implemented"}};
  for (const auto& [request, status] : cases) {
    session_ = factory_(Endpoint());
    EXPECT_THAT(give(request), StartsWith("HTTP/1.1 " + std::string(status) + "\r\n")) << request;
    EXPECT_EQ(after_, After::kLingerForBody) << request;
  }
}

TEST_F(Http1SessionTest, GoesOnAfterAMethodThatIsNotAllowed) {
  const std::string answer = give("DELETE /a.txt HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_THAT(answer, StartsWith("HTTP/1.1 405 Method Not Allowed\r\n"));
  EXPECT_THAT(answer, HasSubstr("\r\nAllow: GET, HEAD\r\n"));
  EXPECT_EQ(after_, After::kRead);
}

TEST_F(Http1SessionTest, AnswersWhenTheBodyIsOver) {
  const std::string head =
      "GET /a.txt HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\nExpect: 100-continue\r\n\r\n";
  EXPECT_EQ(give(head), "HTTP/1.1 100 Continue\r\n\r\n");
  EXPECT_EQ(give("GET / HTT"), "");
  EXPECT_TRUE(give("P").ends_with("the text of a"));
  EXPECT_THAT(give(head + "0123456789"), StartsWith("HTTP/1.1 200 OK\r\n"))
      << "the body is here: nothing to wait for";
}

TEST_F(Http1SessionTest, GivesAHeadAllItsTimeAndNoMore) {
  EXPECT_EQ(session_->patience(), seconds(60)) << "idle";
  give("GET / HT");
  EXPECT_EQ(session_->patience(), options_.header_timeout);
  turn_.now += seconds(9);
  give("TP/1.1\r\nX: ");
  EXPECT_EQ(session_->patience(), seconds(1)) << "dripping does not extend it";
  turn_.now += seconds(1);
  EXPECT_THAT(send_all(session_->on_deadline(turn_, out_)), StartsWith("HTTP/1.1 408 Request Timeout\r\n"));
  EXPECT_EQ(after_, After::kLinger);
}

TEST_F(Http1SessionTest, GivesABodyAllItsTimeAndNoMore) {
  give("GET /a.txt HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\n");
  EXPECT_EQ(session_->patience(), options_.body_timeout);
  turn_.now += seconds(59);
  give("abc");
  EXPECT_EQ(session_->patience(), seconds(1));
  turn_.now += seconds(1);
  EXPECT_THAT(send_all(session_->on_deadline(turn_, out_)), StartsWith("HTTP/1.1 408 Request Timeout\r\n"));
  EXPECT_EQ(after_, After::kLingerForBody) << "the rest of it may still come";
}

TEST_F(Http1SessionTest, ClosesAnIdleConnectionWithoutAWord) {
  give(get("/a.txt"));
  EXPECT_EQ(session_->patience(), seconds(60));
  EXPECT_EQ(send_all(session_->on_deadline(turn_, out_)), "");
  EXPECT_EQ(after_, After::kClose);
}

TEST_F(Http1SessionTest, SaysCloseOnTheLastAnswerOfADrain) {
  turn_.draining = true;
  const std::string answers = give(get("/a.txt") + get("/a.txt"));
  EXPECT_EQ(answers.find("Connection: close"), answers.rfind("Connection: close"));
  EXPECT_GT(answers.find("Connection: close"), answers.size() / 2);
  EXPECT_EQ(totals_.requests, 2U);
  EXPECT_EQ(after_, After::kLinger);
}

TEST_F(Http1SessionTest, SendsHowADirectoryIsCalled) {
  std::filesystem::create_directory(folder_.file("d d"));
  EXPECT_THAT(give(get("/d%20d?q=1")), HasSubstr("\r\nLocation: /d%20d/?q=1\r\n"));
}

TEST_F(Http1SessionTest, LogsWhatWasAnsweredByWhom) {
  options_.access_log = folder_.file("log");
  restart();
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  session_ = factory_(Endpoint(reinterpret_cast<const sockaddr*>(&address), sizeof address));
  give(get("/a.txt") + get("/\"none\"") + "garbage\r\n");
  session_.reset();
  factory_ = nullptr;  // the log ends with it
  std::stringstream log;
  log << std::ifstream(folder_.file("log")).rdbuf();
  EXPECT_EQ(log.str(),
            "127.0.0.1 - - [02/Jan/2040:03:00:00 +0000] \"GET /a.txt HTTP/1.1\" 200 13\n"
            "127.0.0.1 - - [02/Jan/2040:03:00:00 +0000] \"GET /\\\"none\\\" HTTP/1.1\" 404 14\n"
            "127.0.0.1 - - [02/Jan/2040:03:00:00 +0000] \"\" 400 16\n");
}

TEST_F(Http1SessionTest, HoldsNoMoreThanAHeadMayBe) {
  std::string answer;
  std::size_t given = 0;
  while (answer.empty() && given < 1'000'000) {
    answer = give("GET / HTTP/1.1\r\nX: " + std::string(1000, 'x'));
    given += 1000;
    if (!answer.empty()) break;
  }
  EXPECT_LE(given, RequestLimits::kHeadBytes + 2000);
  EXPECT_THAT(answer, StartsWith("HTTP/1.1 4"));
}

}  // namespace
}  // namespace suite
