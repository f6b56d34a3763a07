// System calls that fail under serve-http: what may pass unnoticed does, and what may not costs no more than
// the connection or the request that it befell. SUITE_FAULT_SEED in the environment draws other faults than
// those of CI.
#include <algorithm>
#include <fstream>

#include "tests/conformance/faults.h"
#include "tests/conformance/http_test.h"

namespace suite {
namespace {

using test::HttpClient;
using test::HttpResponse;

class HttpFaults : public test::HttpTest {
 protected:
  void SetUp() override {
    HttpTest::SetUp();
    if (test::kThreadSanitized) GTEST_SKIP() << "ThreadSanitizer does not start with a library preloaded";
    for (const auto& [name, content] : files_) write(name, content);
  }

  // Files change hands through every path there is: memory, pages, and slices of what is too large to be
  // kept.
  test::Server& suffer(const std::string& rules,
                       std::vector<std::string> flags = {"--file-cache-valid", "0"}) {
    environment_ = test::with_faults({{"SUITE_FAULTS", rules}}, log_);
    flags.insert(flags.end(), {"--file-cache", "2MB"});  // an eighth of it holds one file
    return serve(std::move(flags));
  }
  bool struck(const std::string& call) const { return test::struck(log_, call + ' '); }

  // Whether an answer that is whole is the right one.
  static void expect_no_wrong_byte(const HttpResponse& answer, const std::string& content) {
    const bool is_right = answer.status == 200 && answer.body == content;
    EXPECT_TRUE(is_right || answer.status == 0 || answer.status >= 500) << answer.head;
  }

  const std::vector<std::pair<std::string, std::string>> files_{
      {"small", "a small file\n"}, {"pages", test::noise(150'000, 2)}, {"large", test::noise(900'000, 3)}};
  const std::string log_ = folder_.file("faults");
};
SUITE_FOR_EVERY_BACKEND_AND_TLS(HttpFaults);

TEST_P(HttpFaults, ThatPassChangeNoAnswer) {
  suffer(test::kPassingFaults);
  for (int round = 0; round < 3; ++round) {
    HttpClient client = connect({.receive_buffer = 16 << 10});
    std::string requests;
    for (const auto& [name, content] : files_) requests += test::http_request("GET", "/" + name);
    ASSERT_TRUE(client.send(requests));
    for (const auto& [name, content] : files_) {
      const HttpResponse answer = client.read();
      ASSERT_EQ(answer.status, 200) << name << ": " << client.error();
      ASSERT_TRUE(answer.body == content) << name;
    }
  }
  EXPECT_TRUE(struck("openat2") && struck("read"));
  test::expect_clean_end(server());
}

TEST_P(HttpFaults, ThatLastCostTheirConnectionAtMost) {
  suffer(test::kLastingFaults);
  int right = 0;
  for (int round = 0; round < 15; ++round) {
    HttpClient client = connect({.receive_buffer = 16 << 10});
    for (const auto& [name, content] : files_) {
      const HttpResponse answer = client.get("/" + name);
      expect_no_wrong_byte(answer, content);
      if (answer.status == 200) ++right;
      if (answer.status == 0 || answer.field("Connection") == "close") break;
    }
  }
  EXPECT_GT(right, 0);
  EXPECT_TRUE(struck("openat2") && struck("read"));
  test::expect_clean_end(server());
}

// What a socket did not take of lent pages lies in a pipe that all connections of a worker share.
TEST_P(HttpFaults, BytesThatCouldNotBeDiscardedReachNobodyElse) {
  if (over_tls()) GTEST_SKIP() << "pages are lent in the clear only";
  suffer("splice:EAGAIN:2 splice:short:2 discard:EIO:3", {"--file-cache-valid", "1h"});
  write("others", test::noise(150'000, 4));
  int right = 0;
  for (int round = 0; round < 10; ++round) {
    HttpClient one = connect({.receive_buffer = 16 << 10});
    HttpClient other = connect({.receive_buffer = 16 << 10});
    one.send(test::http_request("GET", "/pages"));
    other.send(test::http_request("GET", "/others"));
    const HttpResponse first = one.read();
    const HttpResponse second = other.read();
    expect_no_wrong_byte(first, test::noise(150'000, 2));
    expect_no_wrong_byte(second, test::noise(150'000, 4));
    right += (first.status == 200 ? 1 : 0) + (second.status == 200 ? 1 : 0);
  }
  EXPECT_GT(right, 0);
  if (!struck("discard")) GTEST_SKIP() << backend() << " lends no pages";
  test::expect_clean_end(server());
}

TEST_P(HttpFaults, OfTheLogCostLinesAndNoAnswer) {
  if (over_tls()) GTEST_SKIP() << "the log is the same";
  const std::string access_log = folder_.file("access.log");
  suffer("write:ENOSPC:6 write:EIO:7 write:EINTR:3 write:short:2", {"--access-log", access_log});
  for (int round = 0; round < 20; ++round) ASSERT_EQ(get("/small").body, files_[0].second);
  test::expect_clean_end(server());
  EXPECT_TRUE(struck("write"));
  std::ifstream log(access_log);
  for (std::string line; std::getline(log, line);) EXPECT_EQ(line.find("127.0.0.1 - - ["), 0U) << line;
}

TEST_P(HttpFaults, OfFullQueuesAndFirewallsEndNoListener) {
  suffer("accept:EPERM:3 accept:EPROTO:3");
  for (int round = 0; round < 5; ++round) ASSERT_EQ(get("/small").body, files_[0].second);
  test::expect_clean_end(server());
}

}  // namespace
}  // namespace suite
