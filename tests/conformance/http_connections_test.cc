// How long a connection lasts and in which order it is answered: keep-alive, pipelining, bodies (RFC 9112).
#include <thread>

#include "tests/conformance/http_test.h"

namespace suite {
namespace {

using namespace std::chrono_literals;
using test::http_request;
using test::HttpClient;
using test::HttpResponse;

class HttpConnections : public test::HttpTest {
 protected:
  // `count` requests for different files, and the files.
  std::string batch(int count) {
    std::string requests;
    for (int i = 0; i < count; ++i) {
      const std::string name = std::to_string(i) + ".txt";
      write(name, "this is " + name + "\n");
      requests += http_request("GET", "/" + name);
    }
    return requests;
  }
  // The answers to batch(count), in order.
  static void expect_answers(HttpClient& client, int count) {
    for (int i = 0; i < count; ++i) {
      ASSERT_EQ(client.read().body, "this is " + std::to_string(i) + ".txt\n") << client.error();
    }
  }
};
SUITE_FOR_EVERY_BACKEND_AND_TLS(HttpConnections);

TEST_P(HttpConnections, KeepsAConnectionOpenInHttp11) {
  HttpClient client = connect();
  for (int i = 0; i < 100; ++i) ASSERT_EQ(client.get("/a.txt").body, "alpha\n");
}

TEST_P(HttpConnections, ClosesWhereTheClientSaysSo) {
  for (const char* field : {"close", "Close", "foo, close", "close, keep-alive", ",, close"}) {
    HttpClient client = connect();
    const HttpResponse answer = client.get("/a.txt", std::string("Connection: ") + field + "\r\n");
    EXPECT_EQ(answer.body, "alpha\n") << field;
    EXPECT_EQ(answer.field("Connection"), "close") << field;
    EXPECT_TRUE(client.ends()) << field;
  }
}

TEST_P(HttpConnections, ClosesAfterHttp10UnlessAskedToStay) {
  HttpClient brief = connect();
  ASSERT_TRUE(brief.send("GET /a.txt HTTP/1.0\r\n\r\n"));
  EXPECT_EQ(brief.read().field("Connection"), "close");
  EXPECT_TRUE(brief.ends());

  HttpClient staying = connect();
  for (int i = 0; i < 3; ++i) {
    ASSERT_TRUE(staying.send("GET /a.txt HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n"));
    const HttpResponse answer = staying.read();
    EXPECT_EQ(answer.body, "alpha\n");
    EXPECT_EQ(answer.field("Connection"), "keep-alive");
  }
  ASSERT_TRUE(staying.send("GET /a.txt HTTP/1.0\r\nConnection: keep-alive, close\r\n\r\n"));
  EXPECT_EQ(staying.read().field("Connection"), "close");
  EXPECT_TRUE(staying.ends());
}

TEST_P(HttpConnections, AnswersPipelinedRequestsInOrder) {
  const std::string requests = batch(200);
  HttpClient client = connect();
  for (int round = 0; round < 3; ++round) {
    ASSERT_TRUE(client.send(requests));
    expect_answers(client, 200);
  }
}

TEST_P(HttpConnections, AnswersABatchThatIsCutAtAnyByte) {
  const std::string requests = batch(3);
  HttpClient client = connect();
  for (std::size_t cut = 1; cut < requests.size(); ++cut) {
    ASSERT_TRUE(client.send(requests.substr(0, cut)));
    if (cut % 4 == 0) std::this_thread::yield();
    ASSERT_TRUE(client.send(requests.substr(cut)));
    expect_answers(client, 3);
  }
}

TEST_P(HttpConnections, AnswersARequestThatComesByteByByte) {
  HttpClient client = connect();
  for (const char byte : http_request("GET", "/a.txt", "X-Long: " + std::string(200, 'x') + "\r\n")) {
    ASSERT_TRUE(client.send({&byte, 1}));
  }
  EXPECT_EQ(client.read().body, "alpha\n");
}

TEST_P(HttpConnections, AnswersMixedPipelinesInOrder) {
  HttpClient client = connect();
  ASSERT_TRUE(client.send(http_request("GET", "/a.txt") + http_request("HEAD", "/a.txt") +
                          http_request("GET", "/none") + http_request("POST", "/a.txt") +
                          http_request("GET", "/folder") + http_request("GET", "/")));
  EXPECT_EQ(client.read().body, "alpha\n");
  EXPECT_EQ(client.read("HEAD").status, 200);
  EXPECT_EQ(client.read().status, 404);
  EXPECT_EQ(client.read().status, 405);
  EXPECT_EQ(client.read().status, 301);
  EXPECT_EQ(client.read().body, kPage);
}

TEST_P(HttpConnections, AnswersThousandsInOneWriteThatTheClientReadsLate) {
  if (over_tls()) GTEST_SKIP() << "two threads cannot use one end of TLS";
  constexpr int kCount = 20'000;
  const std::string page = test::noise(1'000);
  write("page", page);
  std::string requests;
  for (int i = 0; i < kCount; ++i) requests += http_request("GET", "/page");
  HttpClient client = connect({.receive_buffer = 16 << 10});
  std::thread sending([&] { EXPECT_TRUE(client.send(requests)); });
  for (int i = 0; i < kCount; ++i) {
    const HttpResponse answer = client.read();
    if (answer.body != page) {
      ADD_FAILURE() << i << ": " << client.error();
      client.socket().shut_down_sending();
      break;
    }
  }
  sending.join();
}

TEST_P(HttpConnections, CountTheEndOfARefusedClientInOneWay) {
  HttpClient refused = connect();
  ASSERT_TRUE(refused.send("no request at all\r\n\r\n"));
  EXPECT_EQ(refused.read().status, 400);
  refused.socket().reset();
  EXPECT_EQ(server().stop(), test::exited(0));
  EXPECT_EQ(server().totals().find("reset"), std::string::npos) << server().totals();
}

TEST_P(HttpConnections, AnswersNothingBehindAClose) {
  HttpClient client = connect();
  ASSERT_TRUE(client.send(http_request("GET", "/a.txt", "Connection: close\r\n") + http_request("GET", "/")));
  EXPECT_EQ(client.read().body, "alpha\n");
  EXPECT_TRUE(client.ends());
}

TEST_P(HttpConnections, SkipsBodiesExactly) {
  const std::string decoy = http_request("GET", "/none");
  const std::string length = "Content-Length: " + std::to_string(decoy.size()) + "\r\n";
  const std::string chunks = "2;x=y\r\nab\r\n" + std::string("3a\r\n") + std::string(0x3a, 'G') +
                             "\r\n0\r\nTrailer: " + "GET / HTTP/1.1\r\n\r\n";
  const std::string measured = http_request("GET", "/a.txt", length) + decoy;
  const std::string chunked = http_request("GET", "/", "Transfer-Encoding: chunked\r\n") + chunks;
  HttpClient client = connect();
  for (std::size_t cut = 1; cut < measured.size(); ++cut) {
    ASSERT_TRUE(client.send(measured.substr(0, cut)) && client.send(measured.substr(cut)));
    ASSERT_EQ(client.read().body, "alpha\n") << cut;
  }
  for (std::size_t cut = 1; cut < chunked.size(); ++cut) {
    ASSERT_TRUE(client.send(chunked.substr(0, cut)) && client.send(chunked.substr(cut)));
    ASSERT_EQ(client.read().body, kPage) << cut;
  }
  ASSERT_TRUE(client.send(measured + chunked + measured));
  EXPECT_EQ(client.read().body, "alpha\n");
  EXPECT_EQ(client.read().body, kPage);
  EXPECT_EQ(client.read().body, "alpha\n");
}

TEST_P(HttpConnections, SkipsALargeBody) {
  const std::string body = test::noise(3 << 20);
  HttpClient client = connect();
  ASSERT_TRUE(
      client.send(http_request("GET", "/a.txt", "Content-Length: " + std::to_string(body.size()) + "\r\n")));
  ASSERT_TRUE(client.send(body));
  EXPECT_EQ(client.read().body, "alpha\n");
  EXPECT_EQ(client.get("/").body, kPage);
}

TEST_P(HttpConnections, RefusesAmbiguousFramingAndCloses) {
  for (const std::string_view fields :
       {"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n",
        "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n", "Content-Length: 5\r\nContent-Length: 6\r\n",
        "Content-Length: 5, 6\r\n", "Content-Length: +5\r\n", "Content-Length: -1\r\n",
        "Content-Length: 0x5\r\n", "Content-Length: 5 5\r\n", "Content-Length:\r\n",
        "Content-Length: 99999999999999999999\r\n", "Transfer-Encoding: chunked, identity\r\n",
        "Transfer-Encoding: chunked, chunked\r\n",
        "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", "Transfer-Encoding: xchunked\r\n",
        "Transfer-Encoding: \"chunked\"\r\n", "Transfer-Encoding:\r\n"}) {
    HttpClient client = connect();
    ASSERT_TRUE(client.send(http_request("GET", "/a.txt", fields) + "0\r\n\r\n"));
    const HttpResponse refused = client.read();
    EXPECT_TRUE(refused.status == 400 || refused.status == 501) << fields << refused.status << client.error();
    EXPECT_EQ(refused.field("Connection"), "close") << fields;
    EXPECT_TRUE(client.ends()) << fields;
  }
  HttpClient old = connect();
  ASSERT_TRUE(old.send("GET /a.txt HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"));
  EXPECT_EQ(old.read().status, 400) << "HTTP/1.0 knows no codings";
  EXPECT_TRUE(old.ends());
}

TEST_P(HttpConnections, RefusesChunksOfAnotherShapeAndCloses) {
  for (const std::string_view chunks :
       {"x\r\n", "5\nhello\r\n0\r\n\r\n", "5\r\nhelloX\r\n", "-5\r\n", " 5\r\n", "5 \r\n", "0x5\r\n", "\r\n",
        ";\r\n", "ffffffffffffffffff\r\n", "0\r\nbad trailer\r\n\r\n"}) {
    HttpClient client = connect();
    ASSERT_TRUE(
        client.send(http_request("GET", "/a.txt", "Transfer-Encoding: chunked\r\n") + std::string(chunks)));
    EXPECT_EQ(client.read().status, 400) << chunks << client.error();
    EXPECT_TRUE(client.ends()) << chunks;
  }
}

TEST_P(HttpConnections, LetsAClientThatStillUploadsReadTheAnswer) {
  HttpClient client = connect();
  const std::string body = test::noise(700 << 10);
  ASSERT_TRUE(
      client.send(http_request("POST", "/a.txt", "Content-Length: " + std::to_string(body.size()) + "\r\n")));
  EXPECT_TRUE(client.send(body)) << "it is read past";
  const HttpResponse refused = client.read("POST");
  EXPECT_EQ(refused.status, 405) << client.error();
  client.socket().shut_down_sending();
  EXPECT_TRUE(client.ends());
}

TEST_P(HttpConnections, GivesAHalfClosedClientItsWholeAnswer) {
  const std::string large = test::noise(8 << 20);
  write("large", large);
  HttpClient client = connect();
  ASSERT_TRUE(
      client.send(http_request("GET", "/a.txt") + http_request("GET", "/large") + http_request("GET", "/")));
  client.socket().shut_down_sending();
  EXPECT_EQ(client.read().body, "alpha\n");
  EXPECT_TRUE(client.read().body == large) << client.error();
  EXPECT_EQ(client.read().body, kPage);
  EXPECT_TRUE(client.ends());
}

TEST_P(HttpConnections, EndsQuietlyWhereAClientLeavesInTheMiddle) {
  for (const std::string_view part :
       {"", "G", "GET / HTTP/1.1\r\n", "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhel"}) {
    HttpClient client = connect();
    ASSERT_TRUE(client.send(part));
    client.socket().shut_down_sending();
    client.rest();
    EXPECT_EQ(client.socket().end(), test::End::kFinished) << part;
  }
  EXPECT_EQ(get("/a.txt").status, 200);
}

TEST_P(HttpConnections, ServesManyConnectionsAtOnce) {
  std::vector<HttpClient> clients;
  for (int i = 0; i < 300; ++i) clients.push_back(connect());
  for (int round = 0; round < 3; ++round) {
    for (HttpClient& client : clients) ASSERT_TRUE(client.send(http_request("GET", "/a.txt")));
    for (HttpClient& client : clients) ASSERT_EQ(client.read().body, "alpha\n") << client.error();
  }
  clients.clear();
  test::expect_clean_end(server());
  EXPECT_TRUE(server().totals().starts_with("served 300 connections, 900 requests")) << server().totals();
}

}  // namespace
}  // namespace suite
