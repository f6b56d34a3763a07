// Files cost descriptors: none is leaked, and few are no disaster.
#include "tests/conformance/http_test.h"
#include "tests/support/process_stats.h"

namespace suite {
namespace {

using test::http_request;
using test::HttpClient;

class HttpDescriptors : public test::HttpTest {
 protected:
  void SetUp() override {
    HttpTest::SetUp();
    write("large", test::noise(kLarge));  // too large to be kept in memory
  }
  // A client that has got the beginning of the large file and reads no further.
  HttpClient slow_client() {
    HttpClient client = connect({.receive_buffer = 16 << 10});
    EXPECT_TRUE(client.send(http_request("GET", "/large")));
    EXPECT_EQ(client.socket().receive(1), "H");
    return client;
  }
  static constexpr std::size_t kLarge = 16 << 20;
};
SUITE_FOR_EVERY_BACKEND_AND_TLS(HttpDescriptors);

TEST_P(HttpDescriptors, AreGivenBackHoweverAnAnswerEnds) {
  ASSERT_EQ(get("/large").body.size(), kLarge);
  ASSERT_EQ(get("/a.txt").status, 200);
  const std::size_t before = test::descriptor_count(server().pid());
  const auto all_are_back = [&] {
    return test::eventually([&] { return test::descriptor_count(server().pid()) <= before; });
  };
  for (int i = 0; i < 20; ++i) slow_client().socket().reset();
  EXPECT_TRUE(all_are_back()) << "after resets";
  for (int i = 0; i < 20; ++i) slow_client();
  EXPECT_TRUE(all_are_back()) << "after clients that left";
  for (const char* fields : {"Range: bytes=5-9\r\n", "Range: bytes=99999999-\r\n", "If-None-Match: *\r\n"}) {
    get("/large", fields);
  }
  connect().ask("HEAD", "/large");
  for (const char* target : {"/", "/folder", "/none", "/a.txt/x"}) get(target);
  EXPECT_TRUE(all_are_back()) << "after answers without a body";
}

TEST_P(HttpDescriptors, MayRunOutAndTheServerGoesOn) {
  test::Server few(
      {.verb = "serve-http", .backend = backend(), .flags = {"-r", root_}, .descriptor_limit = 96});
  ASSERT_TRUE(few.running()) << few.child().errors();
  std::vector<HttpClient> clients;
  for (int i = 0; i < 120; ++i) {
    clients.emplace_back(few.endpoint(), test::SocketOptions{.receive_buffer = 16 << 10});
    ASSERT_TRUE(clients.back().send(http_request("GET", "/large")));
  }
  // As many as get a descriptor are answered: with the file, or with the news that there is none for it now.
  std::size_t answered = 0;
  for (HttpClient& client : clients) {
    const std::string begin =
        client.socket().receive(13, std::chrono::milliseconds(answered < 20 ? 2'000 : 1));
    if (begin.empty()) continue;
    ++answered;
    EXPECT_TRUE(begin == "HTTP/1.1 200 " || begin == "HTTP/1.1 503 ") << begin;
  }
  EXPECT_GE(answered, 20U);
  clients.clear();
  EXPECT_TRUE(test::eventually([&] {
    HttpClient client(few.endpoint());
    return client.get("/large", "Range: bytes=0-3\r\n").body == test::noise(kLarge).substr(0, 4);
  }));
  test::expect_clean_end(few);
}

}  // namespace
}  // namespace suite
