// A client that writes all of its request before it reads sees why the request is refused (RFC 9112 9.6).
#include "tests/conformance/http_test.h"
#include "tests/support/process_stats.h"

namespace suite {
namespace {

using namespace std::chrono_literals;
using test::http_request;
using test::HttpClient;
using test::HttpResponse;
using testing::HasSubstr;
using testing::Not;

constexpr std::size_t kMegabyte = 1'000'000;

class HttpUploads : public test::HttpTest {
 protected:
  static std::string post_of(std::size_t body) {
    return http_request("POST", "/a.txt", "Content-Length: " + std::to_string(body) + "\r\n");
  }
  // All of a request with a body, before anything is read.
  static bool upload(HttpClient& client, std::size_t size) {
    static const std::string piece = test::noise(kMegabyte);
    bool sent = client.send(post_of(size));
    for (std::size_t left = size; sent && left > 0; left -= std::min(left, piece.size())) {
      sent = client.send(std::string_view(piece).substr(0, left));
    }
    return sent;
  }
  static void expect_refusal(HttpClient& client) {
    const HttpResponse refused = client.read("POST");
    EXPECT_EQ(refused.status, 405) << client.error();
    EXPECT_EQ(refused.field("Connection"), "close");
    EXPECT_TRUE(client.ends());
  }
  static bool is_cut(HttpClient& client) {
    return test::eventually([&] { return !client.send("x"); });
  }
  // One whose body is refused, and goes on.
  HttpClient refused_client() {
    HttpClient client = connect();
    EXPECT_TRUE(client.send(post_of(1000 * kMegabyte) + "begun"));
    EXPECT_EQ(client.read("POST").status, 405);
    return client;
  }
};
SUITE_FOR_EVERY_BACKEND_AND_TLS(HttpUploads);

TEST_P(HttpUploads, WrittenWhollyBeforeReadingAreAnswered) {
  std::vector<std::size_t> sizes{5 * kMegabyte, 50 * kMegabyte};
  if (backend() == "epoll" && !test::kSanitized) sizes.push_back(500 * kMegabyte);
  for (const std::size_t size : sizes) {
    HttpClient client = connect();
    ASSERT_TRUE(upload(client, size)) << "it is read past";
    expect_refusal(client);
  }
  test::expect_clean_end(server());
  EXPECT_THAT(server().totals(), Not(HasSubstr("reset")));
  EXPECT_THAT(server().totals(), Not(HasSubstr("timed out")));
}

TEST_P(HttpUploads, OfUnknownLengthAreAnsweredToo) {
  HttpClient client = connect();
  const std::string chunk = "f4240\r\n" + test::noise(kMegabyte) + "\r\n";
  ASSERT_TRUE(client.send(http_request("PUT", "/a.txt", "Transfer-Encoding: chunked\r\n")));
  for (int i = 0; i < 5; ++i) ASSERT_TRUE(client.send(chunk));
  ASSERT_TRUE(client.send("0\r\n\r\n"));
  expect_refusal(client);
}

// RFC 9110 10.1.1: an expectation that is not met, and a body that comes all the same.
TEST_P(HttpUploads, WithAnExpectationThatIsNotMetAreAnswered) {
  HttpClient client = connect();
  ASSERT_TRUE(client.send(http_request("PUT", "/a.txt", "Expect: a-miracle\r\nContent-Length: 5000000\r\n")));
  ASSERT_TRUE(client.send(test::noise(5 * kMegabyte)));
  EXPECT_EQ(client.read("PUT").status, 417) << client.error();
  EXPECT_TRUE(client.ends());
}

TEST_P(HttpUploads, ThatTakeTooLongAreAnswered) {
  serve({"--body-timeout", "200ms"});
  HttpClient client = connect();
  ASSERT_TRUE(client.send(http_request("GET", "/a.txt", "Content-Length: 1000000000\r\n")));
  ASSERT_TRUE(test::eventually([&] { return client.socket().receive(1, 1ms) == "H"; }));
  for (int i = 0; i < 5; ++i) ASSERT_TRUE(client.send(test::noise(kMegabyte))) << "it comes too late";
  EXPECT_THAT(client.rest(), testing::StartsWith("TTP/1.1 408 Request Timeout\r\n"));
  EXPECT_EQ(client.socket().end(), test::End::kFinished);
}

TEST_P(HttpUploads, ThatAreShortEndAsAnyRefusal) {
  HttpClient whole = connect();
  ASSERT_TRUE(whole.send(post_of(4) + "body"));
  expect_refusal(whole);
  whole.socket().close();
  HttpClient behind = connect();
  ASSERT_TRUE(behind.send(post_of(8) + "body"));
  expect_refusal(behind);
  ASSERT_TRUE(behind.send("end."));
  behind.socket().shut_down_sending();
  test::expect_clean_end(server());
  EXPECT_THAT(server().totals(), HasSubstr("2 connections, 2 requests"));
  EXPECT_THAT(server().totals(), Not(HasSubstr("reset")));
}

TEST_P(HttpUploads, CostNeitherMemoryNorTimeWhileTheyAreReadPast) {
  constexpr std::size_t kClients = 5;
  ASSERT_EQ(get("/a.txt").status, 200);
  const std::size_t memory_before = test::resident_bytes(server().pid());
  std::vector<HttpClient> clients;
  for (std::size_t i = 0; i < kClients; ++i) clients.push_back(refused_client());
  const std::string piece = test::noise(5 * kMegabyte);
  for (HttpClient& client : clients) ASSERT_TRUE(client.send(piece));
  if (!test::kSanitized) {  // a sanitizer's own memory grows as it likes
    const std::size_t grown = test::resident_bytes(server().pid()) - memory_before;
    EXPECT_LT(grown, kClients * (128 << 10) + (1 << 20));
  }
  EXPECT_TRUE(test::eventually([&] {
    return test::cpu_used_in(100ms, server().pid()) < 5ms * test::kSlowdown;
  })) << "it waits for what nobody sends";
  EXPECT_EQ(get("/a.txt").status, 200) << "others are served meanwhile";
}

TEST_P(HttpUploads, HoldUpNoDrain) {
  serve({"--drain", "60s"});
  HttpClient client = refused_client();
  ASSERT_TRUE(client.send("some more"));
  const test::Stopwatch watch;
  test::expect_clean_end(server());
  EXPECT_LT(watch.elapsed(), 1s * test::kSlowdown);
  EXPECT_THAT(server().totals(), Not(HasSubstr("cut")));
}

// At most a quarter of the connections that may be open are those of refused uploads.
TEST_P(HttpUploads, LeaveRoomForOthers) {
  serve({"--max-connections", "8"});
  HttpClient first = refused_client(), second = refused_client();
  ASSERT_TRUE(first.send(test::noise(2 * kMegabyte)));
  HttpClient third = refused_client();
  EXPECT_TRUE(is_cut(first));
  ASSERT_TRUE(second.send(test::noise(2 * kMegabyte)));
  ASSERT_TRUE(third.send(test::noise(2 * kMegabyte)));
  HttpClient fourth = refused_client();
  EXPECT_TRUE(is_cut(second));
  ASSERT_TRUE(third.send(test::noise(2 * kMegabyte)));
}

// Where they take threads, they are fewer.
class HttpUploadsByThreads : public HttpUploads {};
INSTANTIATE_TEST_SUITE_P(BackendsWithThreads, HttpUploadsByThreads, testing::Values("threads", "pool"),
                         [](const auto& each) { return each.param; });

TEST_P(HttpUploadsByThreads, LeaveThreadsToOthers) {
  serve({"--max-connections", "1000"});
  std::vector<HttpClient> clients;
  for (int i = 0; i < 32; ++i) clients.push_back(refused_client());
  ASSERT_TRUE(clients[0].send(test::noise(2 * kMegabyte)));
  clients.push_back(refused_client());
  EXPECT_TRUE(is_cut(clients[0]));
  ASSERT_TRUE(clients[1].send(test::noise(2 * kMegabyte)));
}

}  // namespace
}  // namespace suite
