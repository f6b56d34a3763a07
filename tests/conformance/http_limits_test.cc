// How long serve-http waits for a client, and how it ends.
#include <cerrno>
#include <thread>

#include "tests/conformance/http_test.h"

namespace suite {
namespace {

using namespace std::chrono_literals;
using test::End;
using test::http_request;
using test::HttpClient;
using test::HttpResponse;
using test::Stopwatch;

class HttpLimits : public test::HttpTest {
 protected:
  void SetUp() override {
    HttpTest::SetUp();
    if (has_too_many_threads()) GTEST_SKIP() << "ThreadSanitizer runs out of memory";
  }

  // Sends `bytes` again and again, a few at a time, until an answer comes; returns it and how long that took.
  static std::pair<HttpResponse, std::chrono::nanoseconds> drip(HttpClient& client, std::string_view bytes) {
    const Stopwatch watch;
    for (;;) {
      client.socket().send_some(bytes);
      const HttpResponse answer = client.read("GET", 20ms);
      if (answer.status != 0 || client.socket().end() != End::kOpen ||
          watch.elapsed() > 5s * test::kSlowdown) {
        return {answer, watch.elapsed()};
      }
    }
  }
  static constexpr auto kLong = 1s * test::kSlowdown;
};
SUITE_FOR_EVERY_BACKEND_AND_TLS(HttpLimits);

TEST_P(HttpLimits, AnswersAHeadThatTakesTooLongWith408) {
  serve({"--header-timeout", "200ms"});
  for (const char* part : {"G", "GET / HTTP/1.1\r\n", "GET / HTTP/1.1\r\nHost: a\r\n"}) {
    HttpClient client = connect();
    const Stopwatch watch;
    ASSERT_TRUE(client.send(part));
    const HttpResponse answer = client.read();
    EXPECT_EQ(answer.status, 408) << part;
    EXPECT_EQ(answer.field("Connection"), "close") << part;
    EXPECT_TRUE(client.ends()) << part;
    EXPECT_GE(watch.elapsed(), 190ms) << part;
    EXPECT_LT(watch.elapsed(), kLong) << part;
  }
}

TEST_P(HttpLimits, DrippingDoesNotExtendTheTimeForAHead) {
  serve({"--header-timeout", "200ms"});
  HttpClient client = connect();
  ASSERT_TRUE(client.send("GET / HTTP/1.1\r\n"));
  const auto [answer, elapsed] = drip(client, "X: y\r\n");
  EXPECT_EQ(answer.status, 408);
  EXPECT_GE(elapsed, 150ms);
  EXPECT_LT(elapsed, kLong);
}

TEST_P(HttpLimits, DrippingDoesNotExtendTheTimeForABody) {
  serve({"--body-timeout", "200ms"});
  for (const char* framing : {"Content-Length: 1000000\r\n", "Transfer-Encoding: chunked\r\n"}) {
    HttpClient client = connect();
    ASSERT_TRUE(client.send(http_request("GET", "/a.txt", framing)));
    const auto [answer, elapsed] = drip(client, "1\r\nx\r\n");
    EXPECT_EQ(answer.status, 408) << framing;
    EXPECT_TRUE(client.ends()) << framing;
    EXPECT_GE(elapsed, 150ms) << framing;
    EXPECT_LT(elapsed, kLong) << framing;
  }
}

TEST_P(HttpLimits, CountsTheTimeForAHeadFromItsFirstByte) {
  serve({"--header-timeout", "300ms"});
  HttpClient client = connect();
  for (int i = 0; i < 3; ++i) {
    std::this_thread::sleep_for(150ms);  // three of them are longer than the timeout
    ASSERT_EQ(client.get("/a.txt").body, "alpha\n") << "idling between requests is another matter";
  }
}

TEST_P(HttpLimits, TakesAnEmptyLineForNoBeginningOfARequest) {
  serve({"--header-timeout", "100ms"});
  HttpClient client = connect();
  ASSERT_TRUE(client.send(http_request("GET", "/a.txt") + "\r\n"));  // as old browsers end a form
  EXPECT_EQ(client.read().body, "alpha\n");
  ASSERT_TRUE(client.send("\r"));
  std::this_thread::sleep_for(20ms);  // usually apart, and right either way
  ASSERT_TRUE(client.send("\n"));
  EXPECT_EQ(client.socket().receive(1, 250ms), "") << "nobody asked for anything";
  EXPECT_EQ(client.get("/a.txt").body, "alpha\n");
}

TEST_P(HttpLimits, CountsA408AsATimeOutHoweverTheClientTakesIt) {
  serve({"--header-timeout", "100ms"});
  HttpClient slow = connect();
  ASSERT_TRUE(slow.send("GET / HT"));
  EXPECT_EQ(slow.read().status, 408);
  slow.socket().close();
  EXPECT_EQ(server().stop(), test::exited(0));
  EXPECT_NE(server().totals().find("1 timed out"), std::string::npos) << server().totals();
}

TEST_P(HttpLimits, ClosesAnIdleConnectionWithoutAWord) {
  serve({"--idle-timeout", "200ms"});
  for (const bool used : {false, true}) {
    HttpClient client = connect();
    ASSERT_TRUE(!used || client.get("/a.txt").body == "alpha\n");
    const Stopwatch watch;
    EXPECT_TRUE(client.ends()) << used;
    EXPECT_GE(watch.elapsed(), 190ms) << used;
    EXPECT_LT(watch.elapsed(), kLong) << used;
  }
}

TEST_P(HttpLimits, ClosesAClientThatTakesNothingForTheSendTimeout) {
  serve({"--send-timeout", "200ms"});
  write("large", test::noise(24 << 20));
  HttpClient client = connect({.receive_buffer = 16 << 10});
  ASSERT_TRUE(client.send(http_request("GET", "/large")));
  EXPECT_TRUE(test::eventually([&] { return client.socket().send_some("x") == 0 && errno != EAGAIN; }));
  EXPECT_EQ(get("/a.txt").status, 200);
}

TEST_P(HttpLimits, LeavesAConnectionTooManyInTheBacklog) {
  serve({"--max-connections", "1"});
  HttpClient first = connect();
  ASSERT_EQ(first.get("/a.txt").status, 200);
  test::set_handshake_patience(test::HandshakePatience::kBrief);
  HttpClient second = connect();
  ASSERT_TRUE(second.send(http_request("GET", "/a.txt")));
  EXPECT_EQ(second.socket().receive(1, 100ms), "");
  first.socket().close();
  EXPECT_EQ(second.read().status, 200);
}

TEST_P(HttpLimits, AnswersAtItsEndWhatHasArrived) {
  std::vector<HttpClient> clients;
  for (int i = 0; i < 50; ++i) {
    clients.push_back(connect());
    ASSERT_EQ(clients.back().get("/a.txt").status, 200);
  }
  server().freeze();
  for (HttpClient& client : clients) {
    ASSERT_TRUE(
        client.send(http_request("GET", "/a.txt") + http_request("GET", "/none") + http_request("GET", "/")));
  }
  server().ask_to_stop();
  server().thaw();
  for (HttpClient& client : clients) {
    ASSERT_EQ(client.read().body, "alpha\n") << client.error();
    ASSERT_EQ(client.read().status, 404);
    ASSERT_EQ(client.read().body, kPage);
    ASSERT_TRUE(client.ends());
    client.socket().close();
  }
  EXPECT_EQ(server().child().wait(), test::exited(0));
}

TEST_P(HttpLimits, SaysAtItsEndThatNothingFollows) {
  const std::string large = test::noise(8 << 20);
  write("large", large);
  HttpClient client = connect({.receive_buffer = 16 << 10});
  ASSERT_TRUE(
      client.send(http_request("GET", "/large") + http_request("GET", "/a.txt") + http_request("GET", "/")));
  ASSERT_EQ(client.socket().receive(1), "H") << "the first answer is under way, and waits for its reader";
  server().ask_to_stop();
  ASSERT_TRUE(test::eventually([&] { return !test::Socket(server().endpoint(), {}, 50ms).connected(); }));
  const std::string rest = client.rest();
  const std::size_t last = rest.rfind("HTTP/1.1 200 OK\r\n");
  ASSERT_NE(last, std::string::npos) << rest.size();
  EXPECT_NE(rest.find("\r\nConnection: close\r\n", last), std::string::npos) << rest.substr(last);
  EXPECT_TRUE(rest.ends_with(kPage));
  EXPECT_EQ(client.socket().end(), End::kFinished);
}

TEST_P(HttpLimits, ClosesIdleConnectionsAtOnceWhenItEnds) {
  serve({"--drain", "60s"});
  HttpClient used = connect(), begun = connect(), silent = connect();
  ASSERT_EQ(used.get("/a.txt").status, 200);
  ASSERT_TRUE(begun.send("\r\n"));
  const Stopwatch watch;
  EXPECT_EQ(server().stop(), test::exited(0));
  // A handshake that ends meanwhile is answered with tickets, and an answer is lingered for.
  EXPECT_LT(watch.elapsed(), over_tls() ? kLong + 2s : kLong);
  EXPECT_TRUE(used.ends());
  EXPECT_TRUE(begun.ends());
  silent.send(http_request("GET", "/a.txt"));
  EXPECT_EQ(silent.rest(), "") << "it was not accepted yet, and learns of the end when it sends";
  EXPECT_NE(silent.socket().end(), End::kOpen);
}

TEST_P(HttpLimits, SendsALargeAnswerToItsEndWhenItEnds) {
  const std::string large = test::noise(24 << 20);
  write("large", large);
  HttpClient client = connect({.receive_buffer = 16 << 10});
  ASSERT_TRUE(client.send(http_request("GET", "/large")));
  ASSERT_TRUE(test::eventually([&] { return client.socket().receive(1) == "H"; }));
  server().ask_to_stop();
  ASSERT_TRUE(test::eventually([&] { return !test::Socket(server().endpoint(), {}, 50ms).connected(); }));
  const std::string answer = client.rest();
  EXPECT_TRUE(answer.ends_with(large)) << answer.size();
  EXPECT_EQ(client.socket().end(), End::kFinished);
  client.socket().close();
  EXPECT_EQ(server().child().wait(), test::exited(0));
}

TEST_P(HttpLimits, CutsALargeAnswerWhenTheDrainIsOver) {
  serve({"--drain", "200ms"});
  write("large", test::noise(24 << 20));
  HttpClient client = connect({.receive_buffer = 16 << 10});
  ASSERT_TRUE(client.send(http_request("GET", "/large")));
  ASSERT_EQ(client.socket().receive(1), "H");
  const Stopwatch watch;
  EXPECT_EQ(server().stop(), test::exited(0));
  EXPECT_GE(watch.elapsed(), 190ms);
  EXPECT_LT(watch.elapsed(), kLong + 200ms);
  EXPECT_NE(server().totals().find(", 1 cut"), std::string::npos) << server().totals();
}

}  // namespace
}  // namespace suite
