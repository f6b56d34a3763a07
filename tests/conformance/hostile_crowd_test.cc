// Crowds that mean no good: clients that drip, idle or stall, more of them than descriptors, memory or
// threads allow.
#include <algorithm>
#include <thread>

#include "tests/conformance/http_test.h"
#include "tests/support/process_stats.h"

namespace suite {
namespace {

using namespace std::chrono_literals;
using test::HttpClient;
using test::Socket;

class HostileCrowd : public test::HttpTest {
 protected:
  void SetUp() override {
    HttpTest::SetUp();
    if (has_too_many_threads()) GTEST_SKIP() << "ThreadSanitizer keeps memory for each thread that ever was";
  }

  static bool is_served(const Endpoint& server) {
    HttpClient client(server);
    return client.get("/a.txt").body == "alpha\n";
  }

  // More clients than there is room for wait or are refused at no cost, and soon after they have left all is
  // well.
  static void expect_to_survive(const test::Server& server, int clients) {
    std::vector<Socket> crowd;
    for (int i = 0; i < clients; ++i) {
      crowd.emplace_back(server.endpoint());
      crowd.back().send_some("GET / HTTP/1.1\r\n");
    }
    EXPECT_LT(test::cpu_used_in(300ms, server.pid()), 150ms * test::kSlowdown) << "it spins";
    crowd.clear();
    const test::Stopwatch watch;
    EXPECT_TRUE(test::eventually([&] { return is_served(server.endpoint()); }));
    EXPECT_LT(watch.elapsed(), 5s * test::kSlowdown);
  }
};
SUITE_FOR_EVERY_BACKEND(HostileCrowd);

class StalledReaders : public HostileCrowd {};
SUITE_FOR_EVERY_BACKEND_AND_TLS(StalledReaders);

TEST_P(HostileCrowd, OfDrippingAndIdleClientsKeepsNobodyWaiting) {
  std::vector<Socket> dripping;
  std::vector<Socket> idle;
  serve({"--max-connections", "2000"});
  for (int i = 0; i < 1000; ++i) idle.emplace_back(server().endpoint());
  for (int i = 0; i < 200; ++i) {
    dripping.emplace_back(server().endpoint());
    ASSERT_TRUE(dripping.back().send("GET / HTTP/1.1\r\nX: "));
  }
  ASSERT_EQ(get("/a.txt").status, 200) << "all of them have been accepted";
  HttpClient good = connect();
  for (int round = 0; round < 10; ++round) {
    for (Socket& socket : dripping) socket.send_some("y");
    const test::Stopwatch watch;
    ASSERT_EQ(good.get("/a.txt").body, "alpha\n");
    EXPECT_LT(watch.elapsed(), 500ms * test::kSlowdown);
  }
}

TEST_P(StalledReaders, AHundredOfALargeFileCostUnder32Mebibytes) {
  write("large", test::noise(8'000'000));
  ASSERT_EQ(get("/large").body.size(), 8'000'000U);  // what it keeps of the file is no reader's
  const std::size_t before = test::resident_bytes(server().pid());
  std::vector<HttpClient> readers;
  for (int i = 0; i < 100; ++i) {
    readers.push_back(connect({.receive_buffer = 16 << 10}));
    ASSERT_TRUE(readers.back().send(test::http_request("GET", "/large")));
    ASSERT_EQ(readers.back().socket().receive(13), "HTTP/1.1 200 ");
  }
  ASSERT_EQ(get("/a.txt").body, "alpha\n") << "and nobody else waits";
  if (test::kSanitized) return;  // keeps what is freed
  EXPECT_LT(test::resident_bytes(server().pid()), before + (32U << 20));
}

TEST_P(HostileCrowd, OfMoreThanThereAreDescriptorsIsSurvived) {
  test::ServerOptions options = with({"--root", root_});
  options.verb = "serve-http";
  options.descriptor_limit = 96;
  SUITE_START(few, options);
  expect_to_survive(few, 150);
  test::expect_clean_end(few);
}

// Threads are what address space gives out for first, where each connection has one.
TEST_P(HostileCrowd, OfMoreThanThereIsMemoryForIsSurvived) {
  if (test::kSanitized) GTEST_SKIP() << "sanitizers need more address space than that";
  test::ServerOptions options = with({"--root", root_, "--file-cache", "0"});
  options.verb = "serve-http";
  test::Command command = test::serve_command(options);
  command.arguments.insert(command.arguments.begin(),
                           {"/bin/sh", "-c", R"(ulimit -v 80000; exec "$@")", "sh"});
  test::Server little(command);
  ASSERT_TRUE(little.running()) << little.child().errors();
  expect_to_survive(little, 400);
  test::expect_clean_end(little);
}

}  // namespace
}  // namespace suite
